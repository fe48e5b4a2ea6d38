import { RootCommand, ShellCompDirective } from "@bomb.sh/tab";
import type { ArgDef } from "citty";
import { ownWords } from "../check-args.ts";
import type { Command } from "../command.ts";
import { givenAs } from "../given-as.ts";
import { findTarget, TREE } from "../tree.ts";
import { offerable, valuesOf, wantedOf, type Candidate, type Wanted } from "./values.ts";

/** Nobody types what Claude Code calls. */
const HIDDEN = "hook";

const NOTHING: Found = { candidates: [], files: false };
const ANY_FILE: Found = { candidates: [], files: true };

interface Asked extends Found {
  /** Not what fits, but of what kind it has to be. */
  readonly wanted?: Wanted;
}

interface Found {
  readonly candidates: readonly Candidate[];
  /** Names of files fit too. */
  readonly files: boolean;
}

/**
 * What may follow: a line for each candidate, `value TAB description`, and `:` with the directive that the shell's
 * script understands. `words` are those after the program's name; the last one is being typed, and may be empty.
 */
export async function completeWords(words: readonly string[]): Promise<string> {
  const { candidates, files } = await found(words);
  const { ShellCompDirectiveDefault, ShellCompDirectiveNoFileComp } = ShellCompDirective;
  return [
    ...candidates.flatMap(offerable).map(({ value, description }) => `${value}\t${description}`),
    `:${files ? ShellCompDirectiveDefault : ShellCompDirectiveNoFileComp}`,
  ].join("\n");
}

async function found(words: readonly string[]): Promise<Found> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  // Behind `--` stands another program's command line, or a path.
  if (before.includes("--")) return ANY_FILE;
  const [flag, value] = splitFlag(current);
  if (value !== undefined) {
    const { candidates, files } = await found([...before, flag, value]);
    return { candidates: candidates.map((c) => ({ ...c, value: `${flag}=${c.value}` })), files };
  }
  if (before[0] === "help" && !current.startsWith("-")) return ask(before.slice(1), current, "", undefined);
  const typed = before.flatMap((word) => splitFlag(word).filter((part) => part !== undefined));
  const target = findTarget(typed);
  const command = target.kind === "verb" ? await target.verb.load() : undefined;
  const place = target.kind === "verb" ? target.path : "";
  // The words of another program.
  if (command !== undefined && ownWords(command.syntax, target.words).length < target.words.length) return ANY_FILE;
  const list = current.startsWith("-") ? undefined : listAtEnd(typed, command);
  const asked =
    list === undefined ? ask(typed, current === "-" ? "--" : current, place, command) : wantList(place, list);
  if (asked.wanted === undefined && asked.candidates.length === 0 && current === "" && command !== undefined) {
    return ask(typed, "--", place, command);
  }
  if (asked.wanted === undefined) {
    const isProgram = asked.candidates.length === 0 && !current.startsWith("-") && command?.syntax.rest !== undefined;
    return isProgram ? ANY_FILE : asked;
  }
  const values = await valuesOf(asked.wanted, givenAs(words));
  const fit = values.filter((candidate) => candidate.value.startsWith(current));
  const given = new Set(command?.syntax.repeats === true ? before : []);
  return {
    candidates: fit.filter((candidate) => !given.has(candidate.value)),
    files: asked.wanted.kind === "file" || asked.wanted.kind === "lock",
  };
}

/** Commands and flags that fit, or what kind of value is wanted. */
function ask(before: readonly string[], current: string, place: string, command: Command | undefined): Asked {
  const wanted: Wanted[] = [];
  const root = treeOf(place, command, (kind) => void wanted.push(kind));
  // Its own way of answering is to print past output.ts, and to forbid names of files everywhere.
  Object.assign(root, { complete: () => undefined });
  root.parse([...before, current]);
  const [kind] = wanted;
  if (kind !== undefined) return { ...NOTHING, wanted: kind };
  const unique = new Map<string, Candidate>();
  for (const { value, description = "" } of root.completions) {
    const isGiven = value.startsWith("--") && before.includes(value);
    if (value.startsWith(current) && !isGiven && !unique.has(value)) unique.set(value, { value, description });
  }
  return { candidates: [...unique.values()], files: false };
}

/** The flag that takes all words up to the next flag, where the last words are such: the library knows of none. */
function listAtEnd(typed: readonly string[], command: Command | undefined): readonly [string, ArgDef] | undefined {
  const flag = typed.findLast((word) => word.startsWith("--"))?.slice(2);
  const def = flag === undefined ? undefined : command?.syntax.args[flag];
  if (flag === undefined || def === undefined || command?.syntax.lists?.includes(flag) !== true) return undefined;
  return [flag, def];
}

function wantList(place: string, [flag, def]: readonly [string, ArgDef]): Asked {
  return { ...NOTHING, wanted: wantedOf(place, flag, def) };
}

/** The commands as the library knows them, with the arguments of the one that is being typed. */
function treeOf(place: string, command: Command | undefined, want: (wanted: Wanted) => void): RootCommand {
  const root = new RootCommand();
  for (const [name, entry] of TREE) {
    if (name === HIDDEN) continue;
    root.command(name, entry.summary);
    for (const [verb, { summary }] of entry.kind === "noun" ? entry.verbs : [])
      root.command(`${name} ${verb}`, summary);
  }
  const node = root.commands.get(place);
  if (command === undefined || node === undefined) return root;
  const positionals = Object.keys(command.syntax.args).filter(
    (name) => command.syntax.args[name]?.type === "positional",
  );
  for (const [name, def] of Object.entries(command.syntax.args)) {
    const handler = (): void => want(wantedOf(place, name, def));
    if (def.type === "positional")
      node.argument(name, handler, command.syntax.repeats === true && name === positionals.at(-1));
    else if (def.type === "boolean") node.option(name, def.description ?? "", aliasOf(def));
    else node.option(name, def.description ?? "", handler, aliasOf(def));
  }
  return root;
}

/** Only short ones: the library writes one dash. */
function aliasOf(def: ArgDef): string {
  const alias = "alias" in def && typeof def.alias === "string" ? def.alias : "";
  return alias.length === 1 ? alias : "";
}

function splitFlag(word: string): readonly [flag: string, value: string | undefined] {
  const at = word.indexOf("=");
  return word.startsWith("--") && at > 0 ? [word.slice(0, at), word.slice(at + 1)] : [word, undefined];
}
