import { commandWord } from "../app/command-path.ts";
import { shellWord } from "../domain/quote.ts";
import { loadNative } from "../platform/sys/load.ts";
import { givenAs, isAs } from "./given-as.ts";
import { commandAt } from "./shell-command.ts";
import { findTarget, TREE } from "./tree.ts";
import { IS_COMPILED } from "./version.ts";

/**
 * The commands that an error or an answer tells people to type. Whoever writes such a text says `coord …`; here, once
 * for all of them, it becomes what runs in the shell that reads it, as the instance that the command line was given.
 */
export interface Typist {
  /** How coord is called here: a word for a shell. */
  readonly coord: string;
  /** The value of `--as`, a word for a shell. */
  readonly as: string | undefined;
}

export async function typistOf(argv: readonly string[]): Promise<Typist> {
  const coord = IS_COMPILED ? commandWord({ ...(await loadNative()), env: process.env }) : "coord";
  const as = givenAs(argv);
  return { coord, as: as === undefined ? undefined : shellWord(as) };
}

/** A hint with every command in it as it is to be typed. */
export function nextStep(hint: string, { coord, as }: Typist): string {
  let text = "";
  let done = 0;
  for (const { index } of hint.matchAll(/\bcoord (?=\S)/g)) {
    if (index < done || isQuoted(hint.slice(done), index - done)) continue;
    const { words: all, end } = commandAt(hint, index);
    const words = all.slice(1);
    if (!TREE.has(words[0] ?? "") && !words[0]?.startsWith("-")) continue;
    text += `${hint.slice(done, index)}${[coord, ...withAs(words, as)].join(" ")}`;
    done = end;
  }
  return text + hint.slice(done);
}

/** Lines of an answer that say what to type next. Foreign text cannot begin a line: newlines in it are escaped. */
const NEXT_LINE = /^(?:To [a-z ]+|In each project|Read it again, then): coord /;

/** The same for the text of an answer: only in lines that are there to be typed. */
export function nextLines(text: string, typist: Typist): string {
  if (!text.includes(": coord ")) return text;
  return text
    .split("\n")
    .map((line) => (NEXT_LINE.test(line) ? nextStep(line, typist) : line))
    .join("\n");
}

/** Only where the command takes it, and before a `--`, after which nothing is a flag. */
function withAs(words: readonly string[], as: string | undefined): readonly string[] {
  const target = findTarget(words);
  const takesAs = target.kind === "verb" && target.verb.synopsis.includes("--as ");
  if (as === undefined || !takesAs || words.some(isAs) || words.includes("--help")) return words;
  const end = words.indexOf("--");
  return end < 0 ? [...words, "--as", as] : [...words.slice(0, end), "--as", as, ...words.slice(end)];
}

function isQuoted(text: string, index: number): boolean {
  const before = text.slice(0, index);
  return [`'`, `"`].some((quote) => before.split(quote).length % 2 === 0);
}
