import type { ArgDef, ArgsDef } from "citty";
import { nearestWord } from "../domain/nearest-word.ts";

/**
 * What citty 0.2.2 lets pass in silence: it takes unknown flags, makes "" of a missing value, lets the last of several
 * equal flags win and drops surplus arguments. A lock that is taken on a misread command line is worse than an error,
 * so every argument is checked against what the command declares before citty sees it.
 */
export type ArgProblem =
  | { readonly kind: "unknown-flag"; readonly flag: string; readonly nearest: string | undefined }
  | { readonly kind: "missing-value"; readonly flag: string; readonly hint: string }
  | { readonly kind: "unwanted-value"; readonly flag: string }
  | { readonly kind: "repeated-flag"; readonly flag: string }
  | { readonly kind: "bad-choice"; readonly flag: string; readonly value: string; readonly choices: readonly string[] }
  | { readonly kind: "missing-flag"; readonly flag: string; readonly hint: string }
  | { readonly kind: "missing-argument"; readonly name: string }
  /** `greedy`: a flag that may have taken the words that were meant, with its value: `--lock PATH...`. */
  | { readonly kind: "missing-rest"; readonly name: string; readonly greedy: string | undefined }
  | { readonly kind: "empty-argument"; readonly name: string }
  | { readonly kind: "surplus-argument"; readonly value: string };

export type CheckedArgs =
  /** `canonical` is unambiguous: each flag one word (`--ttl=10m`), then `--`, then the positionals. */
  | ({ readonly kind: "run"; readonly canonical: readonly string[] } & Words)
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly problem: ArgProblem };

/** What citty cannot hand on: the values of flags that take several, and the words of another program. */
export interface Words {
  /** Every value, in order, by the flag's name. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly rest: readonly string[];
}

/** What a command declares, beyond what citty knows of. */
export interface Syntax {
  readonly args: ArgsDef;
  /** True when the last positional may be given several times. */
  readonly repeats?: boolean;
  /** Flags that may be repeated, and that take all words up to the next flag or `--`; `--flag=value` takes the one. */
  readonly lists?: readonly string[];
  /**
   * The name of the words that belong to another program, of which there has to be one. They begin after `--` or with
   * the first word that is no flag's, and are handed on untouched. Such a command has no positionals.
   */
  readonly rest?: string | undefined;
}

interface Flag {
  readonly name: string;
  readonly def: ArgDef;
}

/** Checks the words after a command's name against what it declares. Pure; the first problem from the left wins. */
export function checkArgs(syntax: Syntax, words: readonly string[]): CheckedArgs {
  const own = ownWords(syntax, words);
  if (asksForHelp(own)) return { kind: "help" };
  const flags = flagsOf(syntax.args);
  const given = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  const positionals: string[] = [];
  for (let i = 0; i < own.length; i++) {
    const word = own[i] ?? "";
    if (word === "--") {
      positionals.push(...own.slice(i + 1));
      break;
    }
    if (!isFlag(word)) {
      positionals.push(word);
      continue;
    }
    const [written, value] = splitFlag(word);
    const flag = flags.get(written);
    if (flag === undefined)
      return problem({ kind: "unknown-flag", flag: written, nearest: nearestWord(written, flags.keys()) });
    const name = `--${flag.name}`;
    const isList = syntax.lists?.includes(flag.name) === true;
    if (given.has(flag.name) && !isList) return problem({ kind: "repeated-flag", flag: name });
    if (flag.def.type === "boolean") {
      if (value !== undefined) return problem({ kind: "unwanted-value", flag: name });
      given.set(flag.name, name);
      continue;
    }
    const values = value === undefined ? valuesAt(own, i + 1, isList) : [value];
    const last = values.at(-1);
    // A value that looks like a flag is nearly always a forgotten value; `--task=-x` is there for the rest.
    if (last === undefined) return problem({ kind: "missing-value", flag: name, hint: hintOf(flag) });
    if (value === undefined) i += values.length;
    const choices = choicesOf(flag.def);
    const bad = choices.length > 0 ? values.find((taken) => !choices.includes(taken)) : undefined;
    if (bad !== undefined) return problem({ kind: "bad-choice", flag: name, value: bad, choices });
    given.set(flag.name, `${name}=${last}`);
    if (isList) lists.set(flag.name, [...(lists.get(flag.name) ?? []), ...values]);
  }
  const rest = restOf(words, own);
  return (
    checkFlagsGiven(flags, given) ??
    checkPositionals(syntax, positionals) ??
    checkRest(syntax, rest) ?? {
      kind: "run",
      canonical: [...given.values(), "--", ...positionals],
      lists: Object.fromEntries(lists),
      rest,
    }
  );
}

/** The words that are the command's own: all of them, or those before another program's. */
export function ownWords({ args, lists = [], rest }: Syntax, words: readonly string[]): readonly string[] {
  if (rest === undefined) return words;
  const flags = flagsOf(args);
  let end = 0;
  while (end < words.length && isFlag(words[end] ?? "")) {
    const [written, value] = splitFlag(words[end] ?? "");
    const flag = flags.get(written);
    end += 1;
    if (flag === undefined || flag.def.type === "boolean" || value !== undefined) continue;
    end += valuesAt(words, end, lists.includes(flag.name)).length;
  }
  return words.slice(0, end);
}

function restOf(words: readonly string[], own: readonly string[]): readonly string[] {
  return words.slice(words[own.length] === "--" ? own.length + 1 : own.length);
}

/** The words at `from` that can be values of a flag: one, or all up to the next flag. */
function valuesAt(words: readonly string[], from: number, several: boolean): readonly string[] {
  let end = from;
  while (end < words.length && !isFlag(words[end] ?? "") && words[end] !== "--" && (several || end === from)) end += 1;
  return words.slice(from, end);
}

/** True for `--help` or `-h` before `--`: whoever asks for help gets it, whatever else is wrong. */
export function asksForHelp(words: readonly string[]): boolean {
  return hasFlag(words, "--help") || hasFlag(words, "-h");
}

export function hasFlag(words: readonly string[], flag: string): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).includes(flag);
}

function checkFlagsGiven(
  flags: ReadonlyMap<string, Flag>,
  given: ReadonlyMap<string, string>,
): CheckedArgs | undefined {
  for (const flag of flags.values()) {
    if (flag.def.required === true && flag.def.default === undefined && !given.has(flag.name)) {
      return problem({ kind: "missing-flag", flag: `--${flag.name}`, hint: hintOf(flag) });
    }
  }
  return undefined;
}

function checkRest({ args, rest: name, lists }: Syntax, given: readonly string[]): CheckedArgs | undefined {
  if (name === undefined || given.length > 0) return undefined;
  const [list] = lists ?? [];
  const def = list === undefined ? undefined : args[list];
  const greedy = list === undefined || def === undefined ? undefined : `--${list} ${hintOf({ name: list, def })}`;
  return problem({ kind: "missing-rest", name, greedy });
}

function checkPositionals({ args, repeats = false }: Syntax, given: readonly string[]): CheckedArgs | undefined {
  const declared = Object.entries(args).filter(([, def]) => def.type === "positional");
  for (const [index, [name, def]] of declared.entries()) {
    const needed = def.required !== false && def.default === undefined;
    if (needed && given[index] === undefined) return problem({ kind: "missing-argument", name });
  }
  const [lastName] = declared.at(-1) ?? [];
  const surplus = repeats ? undefined : given[declared.length];
  if (surplus !== undefined || lastName === undefined) {
    return surplus === undefined ? undefined : problem({ kind: "surplus-argument", value: surplus });
  }
  // An empty word is an unset variable in somebody's script, not the current folder.
  const empty = given.indexOf("");
  if (empty < 0) return undefined;
  return problem({ kind: "empty-argument", name: declared[empty]?.[0] ?? lastName });
}

function flagsOf(args: ArgsDef): ReadonlyMap<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [name, def] of Object.entries(args)) {
    if (def.type === "positional") continue;
    flags.set(`--${name}`, { name, def });
    for (const alias of aliasesOf(def)) flags.set(alias.length === 1 ? `-${alias}` : `--${alias}`, { name, def });
  }
  return flags;
}

function aliasesOf(def: ArgDef): readonly string[] {
  const alias = "alias" in def ? def.alias : undefined;
  if (alias === undefined) return [];
  return typeof alias === "string" ? [alias] : alias;
}

/** A lone `-` is an argument, as everywhere. */
function isFlag(word: string): boolean {
  return word.startsWith("-") && word !== "-" && word !== "--";
}

function splitFlag(word: string): readonly [flag: string, value: string | undefined] {
  const at = word.indexOf("=");
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function choicesOf(def: ArgDef): readonly string[] {
  return def.type === "enum" ? (def.options ?? []) : [];
}

function hintOf(flag: Flag): string {
  const choices = choicesOf(flag.def);
  return choices.length > 0 ? choices.join("|") : (flag.def.valueHint ?? flag.name.toUpperCase());
}

function problem(problem: ArgProblem): CheckedArgs {
  return { kind: "problem", problem };
}
