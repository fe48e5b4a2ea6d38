import { asksForHelp, checkArgs, hasFlag } from "./check-args.ts";
import { toFailure } from "./errors.ts";
import { renderNounHelp, renderRootHelp, renderVerbHelp } from "./help.ts";
import { printAnswer, printFailure, printText } from "./output.ts";
import { findTarget, TREE, type Noun, type Target, type Verb } from "./tree.ts";
import { missingVerb, unknownCommand, usageError } from "./usage.ts";
import { VERSION } from "./version.ts";

/**
 * Runs one command line (without the program's name) and resolves to its exit code, after everything that it had to say
 * is written. Never throws and never ends the process: the caller sets `process.exitCode`.
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  const json = hasFlag(argv, "--json");
  try {
    return await dispatch(findTarget(argv), json);
  } catch (error) {
    const told = toFailure(error);
    // Exit code 2 of a hook blocks the tool call: a wiring that this version does not understand must not do that.
    const failure = argv[0] === "hook" && told.exitCode === 2 ? { ...told, exitCode: 1 } : told;
    try {
      await printFailure(failure, json);
    } catch {
      // stderr is gone: the exit code is all that can still be said.
    }
    return failure.exitCode;
  }
}

async function dispatch(target: Target, json: boolean): Promise<number> {
  switch (target.kind) {
    case "root":
      return runRoot(target.words, json);
    case "noun":
      return runNoun(target.path, target.noun, target.words);
    case "verb":
      return runVerb(target.path, target.verb, target.words, json);
    default:
      return target satisfies never;
  }
}

async function runRoot(words: readonly string[], json: boolean): Promise<number> {
  const [first] = words;
  if (first === "--version") {
    const [surplus] = words.slice(1).filter((word) => word !== "--json");
    if (surplus !== undefined) throw usageError("--version", { kind: "surplus-argument", value: surplus });
    await printAnswer({ json: { version: VERSION }, text: () => `coord ${VERSION}` }, json);
    return 0;
  }
  if (first !== undefined && !asksForHelp([first])) throw unknownCommand("", first, TREE.keys());
  await printText(renderRootHelp(VERSION));
  return 0;
}

async function runNoun(path: string, noun: Noun, words: readonly string[]): Promise<number> {
  const [first] = words;
  if (first === undefined) throw missingVerb(path, noun.verbs.keys());
  if (!asksForHelp([first])) throw unknownCommand(path, first, noun.verbs.keys());
  await printText(renderNounHelp(path, noun));
  return 0;
}

async function runVerb(path: string, verb: Verb, words: readonly string[], json: boolean): Promise<number> {
  const command = await verb.load();
  const checked = checkArgs(command.args, command.repeats, words);
  switch (checked.kind) {
    case "help":
      await printText(renderVerbHelp(path, verb, command));
      return 0;
    case "problem":
      throw usageError(path, checked.problem);
    case "run": {
      const answer = await command.run(checked.canonical);
      await printAnswer(answer, json);
      return answer.exitCode ?? 0;
    }
    default:
      return checked satisfies never;
  }
}
