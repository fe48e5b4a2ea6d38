import { EXIT_CODES, type ErrorCode } from "../domain/errors.ts";
import { SCHEMA_VERSION } from "../domain/view.ts";
import type { Answer } from "./answer.ts";
import { asksForHelp, checkArgs, hasFlag, ownWords, type Words } from "./check-args.ts";
import type { Command } from "./command.ts";
import { toFailure, unwritableButDone, withWarnings } from "./errors.ts";
import { renderNounHelp, renderRootHelp, renderVerbHelp } from "./help.ts";
import { printAnswer, printFailure, printText } from "./output.ts";
import { findTarget, type Noun, type Target } from "./tree.ts";
import { missingVerb, unknownCommand, usageError } from "./usage.ts";
import { VERSION } from "./version.ts";

type VerbTarget = Extract<Target, { readonly kind: "verb" }>;

/** How a failure is told. */
interface Telling {
  readonly json: boolean;
  /** The command line, as far as it is coord's own. */
  readonly words: readonly string[];
  readonly exitCodeOf?: ((code: ErrorCode) => number) | undefined;
}

const VERSION_WORDS: readonly string[] = ["--version", "-v", "-V"];

/**
 * Runs one command line (without the program's name) and resolves to its exit code, after everything that it had to say
 * is written. Never throws and never ends the process: the caller sets `process.exitCode`.
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  if (argv[0] === "complete" && argv[1] === "--") return runComplete(argv.slice(2));
  const json = hasFlag(argv, "--json");
  // Exit code 2 of a hook blocks the tool call: a wiring that this version does not understand must not do that.
  const exitCodeOf = argv[0] === "hook" ? neverTwo : undefined;
  return orFailure({ json, words: argv, exitCodeOf }, () => dispatch(findTarget(argv), json));
}

/** Answers the exit code; says on stderr why it is what it is when `work` throws. */
async function orFailure({ json, words, exitCodeOf }: Telling, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const plain = toFailure(error);
    const exitCode = exitCodeOf === undefined ? plain.exitCode : exitCodeOf(plain.code);
    try {
      const { nextStep, typistOf } = await import("./next-step.ts");
      const hint = nextStep(plain.hint, await typistOf(words));
      await printFailure({ ...plain, exitCode, hint }, json);
    } catch {
      // stderr is gone: the exit code is all that can still be said.
    }
    return exitCode;
  }
}

/** For the shells' scripts, at the press of a key: whatever is wrong, nothing is said into the command line there. */
async function runComplete(words: readonly string[]): Promise<number> {
  try {
    const { completeWords } = await import("./completion/complete-words.ts");
    await printText(await completeWords(words));
    return 0;
  } catch {
    return 1;
  }
}

async function dispatch(target: Target, json: boolean): Promise<number> {
  switch (target.kind) {
    case "root":
      return runRoot(target.words, json);
    case "noun":
      return runNoun(target.path, target.noun, target.words, json);
    case "verb":
      return runVerb(target, json);
    default:
      return target satisfies never;
  }
}

async function runRoot(words: readonly string[], json: boolean): Promise<number> {
  const [first, ...rest] = words.filter((word) => word !== "--json");
  if (first !== undefined && VERSION_WORDS.includes(first)) {
    const [surplus] = rest;
    if (surplus !== undefined) throw usageError(first, { kind: "surplus-argument", value: surplus });
    await printAnswer(
      { json: { version: VERSION, state_schema_version: SCHEMA_VERSION }, text: () => `coord ${VERSION}` },
      json,
    );
    return 0;
  }
  if (first !== undefined && !asksForHelp([first])) throw unknownCommand("", words);
  await printHelp(renderRootHelp(VERSION), json);
  return 0;
}

async function runNoun(path: string, noun: Noun, words: readonly string[], json: boolean): Promise<number> {
  const [first, ...rest] = words.filter((word) => word !== "--json");
  if (first === undefined) throw missingVerb(path, noun.verbs.keys());
  if (first === "help") await printHelp(await helpOf([path, ...rest]), json);
  else if (asksForHelp([first])) await printHelp(renderNounHelp(path, noun), json);
  else throw unknownCommand(path, words);
  return 0;
}

async function runVerb(target: VerbTarget, anywhere: boolean): Promise<number> {
  const { path, verb, words } = target;
  const command = await verb.load();
  const own = ownWords(command.syntax, words);
  // The words of another program are not for us: its `--json` is its own.
  const json = anywhere && hasFlag(own, "--json");
  const told = path.startsWith("hook ") ? neverTwo : command.exitCodeOf;
  return orFailure({ json, words: own, exitCodeOf: told }, async () => {
    const checked = checkArgs(command.syntax, words);
    switch (checked.kind) {
      case "help":
        await printHelp(renderVerbHelp(path, verb, command), json);
        return 0;
      case "problem":
        throw usageError(path, checked.problem);
      case "run": {
        const answer = await answerOf(command, checked.canonical, checked);
        await answered(command, answer, async (given) => printAnswer(json ? given : await asTyped(given, own), json));
        return answer.exitCode ?? 0;
      }
      default:
        return checked satisfies never;
    }
  });
}

/** Prints the answer of a command, which has done what it does, whatever becomes of the answer. */
async function answered(
  { onlyReads }: Command,
  answer: Answer,
  print: (answer: Answer) => Promise<void>,
): Promise<void> {
  try {
    await print(answer);
  } catch (error) {
    throw onlyReads || answer.changedNothing === true ? error : unwritableButDone(error);
  }
}

/** The same for `--help` as for `coord help`. */
async function printHelp(text: string, json: boolean): Promise<void> {
  await printAnswer({ json: { help: text }, text: () => text }, json);
}

async function asTyped(answer: Answer, words: readonly string[]): Promise<Answer> {
  const { nextLines, typistOf } = await import("./next-step.ts");
  const typist = await typistOf(words);
  return { ...answer, text: (style) => nextLines(answer.text(style), typist) };
}

/** The help that `words` ask for; what they do not name is refused as where it would run. */
async function helpOf(words: readonly string[]): Promise<string> {
  const target = findTarget(words);
  const [surplus] = target.words;
  switch (target.kind) {
    case "root":
      if (surplus !== undefined) throw unknownCommand("", [...words, "--help"]);
      return renderRootHelp(VERSION);
    case "noun":
      if (surplus !== undefined) throw unknownCommand(target.path, [...target.words, "--help"]);
      return renderNounHelp(target.path, target.noun);
    case "verb":
      if (surplus !== undefined) throw usageError("help", { kind: "surplus-argument", value: surplus });
      return renderVerbHelp(target.path, target.verb, await target.verb.load());
    default:
      return target satisfies never;
  }
}

function neverTwo(code: ErrorCode): number {
  const exitCode = EXIT_CODES[code];
  return exitCode === EXIT_CODES.USAGE ? 1 : exitCode;
}

/** Runs it and adds what turned out in the workspaces that it opened, also when it fails. */
async function answerOf(command: Command, checkedArgs: readonly string[], words: Words): Promise<Answer> {
  const { workspaces } = await import("./open.ts");
  const opened = workspaces(command.onlyReads || command.onlyGivesBack);
  try {
    const answer = await command.run(checkedArgs, { ...words, ...opened, helpOf });
    return { ...answer, warnings: [...opened.warnings(), ...(answer.warnings ?? [])] };
  } catch (error) {
    throw withWarnings(error, opened.warnings());
  }
}
