import type { Answer } from "./answer.ts";
import { EXIT_CODES, type ErrorCode } from "../domain/errors.ts";
import { asksForHelp, checkArgs, hasFlag, ownWords, type Words } from "./check-args.ts";
import type { Command } from "./command.ts";
import { toFailure, withWarnings } from "./errors.ts";
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
  return orFailure(json, () => dispatch(findTarget(argv), json), argv[0] === "hook" ? hookExitCode : undefined);
}

/** Exit code 2 of a hook blocks the tool call: a wiring that this version does not understand must not do that. */
function hookExitCode(code: ErrorCode): number {
  return EXIT_CODES[code] === 2 ? 1 : EXIT_CODES[code];
}

/** Answers the exit code; says on stderr why it is what it is when `work` throws. */
async function orFailure(
  json: boolean,
  work: () => Promise<number>,
  exitCodeOf?: (code: ErrorCode) => number,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const plain = toFailure(error);
    const failure = exitCodeOf === undefined ? plain : { ...plain, exitCode: exitCodeOf(plain.code) };
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
      return runVerb(target.path, target.verb, target.words);
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

async function runVerb(path: string, verb: Verb, words: readonly string[]): Promise<number> {
  const command = await verb.load();
  // The words of another program are not for us: its `--json` is its own.
  const json = hasFlag(ownWords(command.syntax, words), "--json");
  return orFailure(json, () => runCommand(path, verb, command, words, json), command.exitCodeOf);
}

async function runCommand(
  path: string,
  verb: Verb,
  command: Command,
  words: readonly string[],
  json: boolean,
): Promise<number> {
  const checked = checkArgs(command.syntax, words);
  switch (checked.kind) {
    case "help":
      await printText(renderVerbHelp(path, verb, command));
      return 0;
    case "problem":
      throw usageError(path, checked.problem);
    case "run": {
      const answer = await answerOf(command, checked.canonical, checked);
      await printAnswer(answer, json);
      return answer.exitCode ?? 0;
    }
    default:
      return checked satisfies never;
  }
}

/** Runs it and adds what turned out in the workspaces that it opened, also when it fails. */
async function answerOf(command: Command, checkedArgs: readonly string[], words: Words): Promise<Answer> {
  const { workspaces } = await import("./open.ts");
  const opened = workspaces(command.onlyReads);
  try {
    const answer = await command.run(checkedArgs, { ...words, ...opened });
    return { ...answer, warnings: [...opened.warnings(), ...(answer.warnings ?? [])] };
  } catch (error) {
    throw withWarnings(error, opened.warnings());
  }
}
