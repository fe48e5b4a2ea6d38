import type { Answer } from "./answer.ts";
import { asksForHelp, checkArgs, hasFlag } from "./check-args.ts";
import { toFailure } from "./errors.ts";
import { renderNounHelp, renderRootHelp, renderVerbHelp } from "./help.ts";
import { printAnswer, printFailure, printText } from "./output.ts";
import { nextLines, nextStep, typistOf } from "./next-step.ts";
import { findTarget, type Noun, type Target } from "./tree.ts";
import { missingVerb, unknownCommand, usageError } from "./usage.ts";
import { VERSION } from "./version.ts";

type VerbTarget = Extract<Target, { readonly kind: "verb" }>;

/**
 * Runs one command line (without the program's name) and resolves to its exit code, after everything that it had to say
 * is written. Never throws and never ends the process: the caller sets `process.exitCode`.
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  const json = hasFlag(argv, "--json");
  try {
    return await dispatch(findTarget(argv), argv, json);
  } catch (error) {
    const failure = toFailure(error);
    try {
      const hint = nextStep(failure.hint, await typistOf(argv));
      await printFailure({ ...failure, hint }, json);
    } catch {
      // stderr is gone: the exit code is all that can still be said.
    }
    // Exit code 2 of a hook blocks the tool call: a wiring that this version does not understand must not do that.
    return argv[0] === "hook" && failure.exitCode === 2 ? 1 : failure.exitCode;
  }
}

async function dispatch(target: Target, argv: readonly string[], json: boolean): Promise<number> {
  switch (target.kind) {
    case "root":
      return runRoot(target.words, json);
    case "noun":
      return runNoun(target.path, target.noun, target.words);
    case "verb":
      return runVerb(target, argv, json);
    default:
      return target satisfies never;
  }
}

const VERSION_WORDS: readonly string[] = ["--version", "-v", "-V"];

async function runRoot(words: readonly string[], json: boolean): Promise<number> {
  const [first, ...rest] = words.filter((word) => word !== "--json");
  if (first === "help") return runHelp(rest);
  if (first !== undefined && VERSION_WORDS.includes(first)) {
    const [surplus] = rest;
    if (surplus !== undefined) throw usageError(first, { kind: "surplus-argument", value: surplus });
    await printAnswer({ json: { version: VERSION }, text: () => `coord ${VERSION}` }, json);
    return 0;
  }
  if (first !== undefined && !asksForHelp([first])) throw unknownCommand("", words);
  await printText(renderRootHelp(VERSION));
  return 0;
}

async function runNoun(path: string, noun: Noun, words: readonly string[]): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined || first === "--json") throw missingVerb(path, noun.verbs.keys());
  if (first === "help") return runHelp([path, ...rest]);
  if (!asksForHelp([first])) throw unknownCommand(path, words);
  await printText(renderNounHelp(path, noun));
  return 0;
}

/** `coord help lock acquire` is `coord lock acquire --help`. */
async function runHelp(words: readonly string[]): Promise<number> {
  const named = words.filter((word) => !asksForHelp([word]));
  const target = findTarget(named);
  const [surplus] = target.words;
  if (surplus !== undefined && target.kind === "verb") {
    throw usageError("help", { kind: "surplus-argument", value: surplus });
  }
  const asked = [...named, "--help"];
  return dispatch(findTarget(asked), asked, false);
}

async function runVerb({ path, verb, words }: VerbTarget, argv: readonly string[], json: boolean): Promise<number> {
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
      const typist = json ? undefined : await typistOf(argv);
      const text: Answer["text"] = (style) =>
        typist === undefined ? answer.text(style) : nextLines(answer.text(style), typist);
      await printAnswer({ ...answer, text }, json);
      return answer.exitCode ?? 0;
    }
    default:
      return checked satisfies never;
  }
}
