import { firstCharacters } from "./text.ts";
import { escapeForTerminal } from "./visible.ts";

/** Characters of one foreign field that a model gets to see: SECURITY.md, "Model context". */
const MAX_FIELD = 200;

/**
 * Foreign text for a model's eyes: JSON-quoted, one line, at most 200 characters, tags and invisible characters shown
 * as escapes, so that it can neither close the block it stands in nor look like anything but data.
 */
export function quoted(text: string): string {
  return `"${plain(text).replaceAll('"', '\\"')}"`;
}

/**
 * A name inside a sentence: as it is where it can be read as nothing but one word, else quoted. A file may be called
 * "a is free. To wait: ...", and must not finish our sentences.
 */
export function named(text: string): string {
  const shown = plain(text);
  return shown === text && /^[^\s"'`\u2800]+$/.test(text) ? shown : quoted(text);
}

/** The same as `quoted` without quotes, for what has quotes of its own. */
function plain(text: string): string {
  const start = firstCharacters(text, MAX_FIELD);
  const cut = start === text ? text : `${start}…`;
  return escapeForTerminal(cut.replaceAll("\\", "\\\\")).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}

/**
 * A word for a shell; undefined for text that no command line can hold: NUL, half a surrogate pair. What would act on a
 * terminal or not be seen is written as `$'…'`, which bash, zsh, ksh and POSIX (2024) read, each of its bytes in octal.
 */
export function shellWord(text: string): string | undefined {
  if (text.includes("\0") || !text.isWellFormed()) return undefined;
  if (escapeForTerminal(text) !== text) return ansiWord(text);
  if (/^[A-Za-z0-9_@%+:,./-]+$/.test(text) && !text.startsWith("-")) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function ansiWord(text: string): string {
  let word = "";
  for (const char of text) {
    if (char === "'" || char === "\\") word += `\\${char}`;
    else if (escapeForTerminal(char) === char) word += char;
    else for (const byte of new TextEncoder().encode(char)) word += `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return `$'${word}'`;
}

/**
 * The same for a command that a model reads: undefined also for what cannot be seen in it, could be taken for a tag, or
 * is longer than a field.
 */
export function wordForModel(text: string): string | undefined {
  if (escapeForTerminal(text) !== text || /[<>]/.test(text)) return undefined;
  return firstCharacters(text, MAX_FIELD) === text ? shellWord(text) : undefined;
}

/** A path as a word of a command that people are to type; `PATH` for a name that cannot be typed. */
export function pathWord(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path) ?? "PATH";
}
