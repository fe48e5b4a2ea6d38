import { nearestWord } from "../domain/nearest-word.ts";
import { TREE, type Noun } from "./tree.ts";

/** What other programs call what a verb does here. */
const SYNONYMS: ReadonlyMap<string, readonly string[]> = new Map([
  ["ls", ["list"]],
  ["get", ["show", "query"]],
  ["show", ["query"]],
  ["view", ["show", "query"]],
  ["unlock", ["release"]],
  ["free", ["release"]],
  ["rm", ["release", "unregister"]],
  ["remove", ["release", "unregister"]],
  ["take", ["acquire"]],
  ["claim", ["acquire"]],
  ["extend", ["renew"]],
  ["log", ["add"]],
  ["new", ["add"]],
  ["prune", ["cleanup"]],
]);

/** What hooks are called is nobody's guess: Claude Code calls them. */
const NOUNS: readonly (readonly [name: string, noun: Noun])[] = [...TREE].flatMap(([name, entry]) =>
  entry.kind === "noun" && name !== "hook" ? [[name, entry] as const] : [],
);

/** How many commands are offered at most: more would be the help. */
const MOST = 3;

/** A command that was probably meant, and how many of the words that were typed it stands for. */
export interface Meant {
  readonly command: string;
  readonly instead: number;
}

/**
 * What was probably meant by words that name no command, best first: a verb without its noun, a noun in the plural, a
 * word of another program, a typo. `path` is the noun that they were typed after, or "".
 */
export function meantCommands(path: string, words: readonly string[]): readonly Meant[] {
  const entry = TREE.get(path);
  const [word = "", second] = words;
  const next = second?.startsWith("-") === true ? undefined : second;
  if (entry?.kind === "noun") {
    const own = verbOf(entry, word);
    if (own.length > 0) return own.map((verb) => ({ command: `${path} ${verb}`, instead: 1 }));
    if (TREE.get(word)?.kind === "verb") return [{ command: word, instead: 1 }];
    return few(withNouns((noun) => exactVerb(noun, word)));
  }
  if (path !== "") return [];
  const exact = withNouns((noun) => exactVerb(noun, word));
  if (exact.length > 0) return few(exact);
  const top = nearestWord(word, TREE.keys());
  if (top === undefined) return few(withNouns((noun) => verbOf(noun, word)));
  const noun = TREE.get(top);
  if (noun?.kind !== "noun") return [{ command: top, instead: 1 }];
  const verbs = next === undefined ? [] : verbOf(noun, next);
  if (verbs.length > 0) return verbs.map((verb) => ({ command: `${top} ${verb}`, instead: 2 }));
  const isPlural = word === `${top}s` && next === undefined && noun.verbs.has("list");
  return [{ command: isPlural ? `${top} list` : top, instead: 1 }];
}

/** The other commands that know a flag, those of the same noun alone if there are any. */
export function commandsWithFlag(path: string, flag: string): readonly string[] {
  const known = [...TREE].flatMap(([name, entry]) => {
    const verbs = entry.kind === "verb" ? [[name, entry] as const] : [...entry.verbs].map(nameIn(name));
    return verbs.flatMap(([command, verb]) => (command !== path && knows(verb.synopsis, flag) ? [command] : []));
  });
  const siblings = known.filter((command) => command.split(" ")[0] === path.split(" ")[0]);
  const shown = siblings.length > 0 ? siblings : known;
  return shown.length > MOST ? [] : shown;
}

function nameIn(noun: string) {
  return <T>([verb, entry]: readonly [string, T]) => [`${noun} ${verb}`, entry] as const;
}

function knows(synopsis: string, flag: string): boolean {
  return flag.startsWith("--") && flag.length > 2 && synopsis.split(/[\s[\]|]+/).includes(flag);
}

/** The verbs of a noun that a word may stand for: itself, its synonyms, else the nearest. */
function verbOf(noun: Noun, word: string): readonly string[] {
  const exact = exactVerb(noun, word);
  if (exact.length > 0) return exact;
  const nearest = nearestWord(word, noun.verbs.keys());
  return nearest === undefined ? [] : [nearest];
}

function exactVerb(noun: Noun, word: string): readonly string[] {
  return [word, ...(SYNONYMS.get(word) ?? [])].filter((verb) => noun.verbs.has(verb));
}

function withNouns(verbs: (noun: Noun) => readonly string[]): readonly Meant[] {
  return NOUNS.flatMap(([name, noun]) => verbs(noun).map((verb) => ({ command: `${name} ${verb}`, instead: 1 })));
}

function few(meant: readonly Meant[]): readonly Meant[] {
  return meant.length > MOST ? [] : meant;
}
