import { coordError, type CoordError } from "../domain/errors.ts";
import type { ArgProblem } from "./check-args.ts";
import { nearestWord } from "./nearest-word.ts";

/** The error for words that `coord <path>` does not understand: what was wrong, and what shows the right form. */
export function usageError(path: string, problem: ArgProblem): CoordError {
  return coordError("USAGE", sentence(`coord ${path}`.trimEnd(), problem), { hint: `coord ${path} --help` });
}

/** The error for a word that names no command; `path` is the noun it was typed after, or "". */
export function unknownCommand(path: string, word: string, known: Iterable<string>): CoordError {
  const typed = `coord ${path}`.trimEnd();
  if (word.startsWith("-")) {
    return coordError("USAGE", `Unknown flag "${word}" before the command`, {
      hint: `Flags come after the command; for its name: ${typed} --help`,
    });
  }
  const nearest = nearestWord(word, known);
  const meant = nearest === undefined ? "" : `; did you mean "${typed} ${nearest}"?`;
  return coordError("USAGE", `Unknown command "${typed} ${word}"${meant}`, { hint: `${typed} --help` });
}

export function missingVerb(path: string, known: Iterable<string>): CoordError {
  return coordError("USAGE", `coord ${path} needs one of: ${[...known].join(", ")}`, { hint: `coord ${path} --help` });
}

function sentence(command: string, problem: ArgProblem): string {
  switch (problem.kind) {
    case "unknown-flag": {
      const meant = problem.nearest === undefined ? "" : `; did you mean "${problem.nearest}"?`;
      return `${command} does not know the flag "${problem.flag}"${meant}`;
    }
    case "missing-value":
      return `${command} needs a value after "${problem.flag}": ${problem.flag} ${problem.hint}`;
    case "unwanted-value":
      return `${command} takes no value with "${problem.flag}"`;
    case "repeated-flag":
      return `${command} takes "${problem.flag}" only once`;
    case "bad-choice":
      return `${command} does not know ${problem.flag} "${problem.value}": one of ${problem.choices.join(", ")}`;
    case "missing-flag":
      return `${command} needs ${problem.flag} ${problem.hint}`;
    case "missing-argument":
      return `${command} needs ${problem.name.toUpperCase()}`;
    case "missing-rest": {
      const why = problem.greedy === undefined ? "" : `: "${problem.greedy}" takes every word up to the next flag`;
      return `${command} needs ${problem.name.toUpperCase()}, after "--"${why}`;
    }
    case "empty-argument":
      return `${command} was given an empty ${problem.name.toUpperCase()}`;
    case "surplus-argument":
      return `${command} does not take the argument "${problem.value}"`;
    default:
      return problem satisfies never;
  }
}
