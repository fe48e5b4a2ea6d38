import { coordError, type CoordError } from "../domain/errors.ts";
import { shellWord } from "../domain/quote.ts";
import type { ArgProblem } from "./check-args.ts";
import { commandsWithFlag, meantCommands, type Meant } from "./meant.ts";
import { TREE } from "./tree.ts";

/** The error for words that `coord <path>` does not understand: what was wrong, and what shows the right form. */
export function usageError(path: string, problem: ArgProblem): CoordError {
  return coordError("USAGE", sentence(path, problem), {
    hint: hintFor(path, problem),
  });
}

function hintFor(path: string, problem: ArgProblem): string {
  if (problem.kind !== "missing-rest") return `coord ${path.startsWith("-") ? "" : `${path} `}--help`;
  const { name, greedy } = problem;
  return `coord ${path} ${greedy === undefined ? "" : `${greedy} `}-- ${name.toUpperCase()}...`;
}

/** The error for words that name no command; `path` is the noun they were typed after, or "". */
export function unknownCommand(path: string, words: readonly string[]): CoordError {
  const typed = `coord ${path}`.trimEnd();
  const [word = ""] = words;
  if (word.startsWith("-")) {
    return coordError("USAGE", `Unknown flag "${word}" before the command`, {
      hint: `Flags come after the command; for its name: ${typed} --help`,
    });
  }
  const meant = meantCommands(path, words);
  const [only, ...others] = meant;
  const question =
    only === undefined
      ? ""
      : `; did you mean ${listed(
          meant.map(({ command }) => command),
          "or",
        )}?`;
  return coordError("USAGE", `Unknown command "${typed} ${word}"${question}`, {
    hint: (others.length === 0 ? corrected(only, words) : undefined) ?? `${typed} --help`,
  });
}

/** The command line that was meant, where all of it can be typed. */
function corrected(meant: Meant | undefined, words: readonly string[]): string | undefined {
  if (meant === undefined || meant.command.startsWith("hook ")) return undefined;
  if (TREE.get(meant.command)?.kind === "noun") return `coord ${meant.command} --help`;
  const rest = words.slice(meant.instead).map(typedAgain);
  return rest.includes(undefined) ? undefined : ["coord", meant.command, ...rest].join(" ");
}

/** A word of a command line as it can be typed: quoted where it must be, and never so that a flag looks like a path. */
function typedAgain(word: string): string | undefined {
  const [, flag = "", rest = ""] = /^(--?[a-z-]+=?)?(.*)$/s.exec(word) ?? [];
  if (flag === "") return shellWord(word);
  if (rest === "") return flag;
  const value = flag.endsWith("=") ? shellWord(rest) : undefined;
  return value === undefined ? undefined : `${flag}${value}`;
}

/** `"coord a", "coord b" or "coord c"` */
function listed(commands: readonly string[], last: "and" | "or"): string {
  const shown = commands.map((command) => `"coord ${command}"`);
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} ${last} ${shown.at(-1)}`;
}

export function missingVerb(path: string, known: Iterable<string>): CoordError {
  return coordError("USAGE", `coord ${path} needs one of: ${[...known].join(", ")}`, { hint: `coord ${path} --help` });
}

function sentence(path: string, problem: ArgProblem): string {
  const command = `coord ${path}`.trimEnd();
  switch (problem.kind) {
    case "unknown-flag": {
      const others = commandsWithFlag(path, problem.flag);
      const meant = problem.nearest === undefined ? "" : `; did you mean "${problem.nearest}"?`;
      const known = others.length === 0 ? meant : `; ${listed(others, "and")} ${others.length === 1 ? "does" : "do"}`;
      return `${command} does not know the flag "${problem.flag}"${known}`;
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
      const [flag] = problem.greedy?.split(" ") ?? [];
      const why = flag === undefined ? "" : `: "${flag}" takes every word up to the next flag`;
      return `${command} needs ${problem.name.toUpperCase()} after "--"${why}`;
    }
    case "empty-argument":
      return `${command} was given an empty ${problem.name.toUpperCase()}`;
    case "surplus-argument":
      return `${command} does not take the argument "${problem.value}"`;
    default:
      return problem satisfies never;
  }
}
