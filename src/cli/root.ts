import type { Answer } from "./answer.ts";
import { asksForHelp, checkArgs, hasFlag } from "./check-args.ts";
import { toFailure } from "./errors.ts";
import { renderNounHelp, renderRootHelp, renderVerbHelp } from "./help.ts";
import { printAnswer, printFailure, printText } from "./output.ts";
import { findTarget, TREE, type Noun, type Target } from "./tree.ts";
import { missingVerb, unknownCommand, usageError } from "./usage.ts";
import { VERSION } from "./version.ts";

type VerbTarget = Extract<Target, { readonly kind: "verb" }>;

/**
 * Runs one command line (without the program's name) and resolves to its exit code, after everything that it had to say
 * is written. Never throws and never ends the process: the caller sets `process.exitCode`.
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  if (argv[0] === "complete" && argv[1] === "--") return runComplete(argv.slice(2));
  const json = hasFlag(argv, "--json");
  try {
    return await dispatch(findTarget(argv), argv, json);
  } catch (error) {
    const failure = toFailure(error);
    try {
      const { nextStep, typistOf } = await import("./next-step.ts");
      const hint = nextStep(failure.hint, await typistOf(argv));
      await printFailure({ ...failure, hint }, json);
    } catch {
      // stderr is gone: the exit code is all that can still be said.
    }
    // Exit code 2 of a hook blocks the tool call: a wiring that this version does not understand must not do that.
    return argv[0] === "hook" && failure.exitCode === 2 ? 1 : failure.exitCode;
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
  if (first === "help") await printText(await helpOf([path, ...rest]));
  else if (asksForHelp([first])) await printText(renderNounHelp(path, noun));
  else throw unknownCommand(path, words);
  return 0;
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
      const answer = await command.run(checked.canonical, { tree: TREE, helpOf });
      await printAnswer(json ? answer : await asTyped(answer, argv), json);
      return answer.exitCode ?? 0;
    }
    default:
      return checked satisfies never;
  }
}

async function asTyped(answer: Answer, argv: readonly string[]): Promise<Answer> {
  const { nextLines, typistOf } = await import("./next-step.ts");
  const typist = await typistOf(argv);
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
