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

/** A word for a POSIX shell, or undefined for one that should not be typed: control characters in a file name. */
export function shellWord(text: string): string | undefined {
  if (escapeForTerminal(text) !== text) return undefined;
  if (/^[A-Za-z0-9_@%+:,./-]+$/.test(text) && !text.startsWith("-")) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same for a command that a model reads: undefined also for what could be taken for a tag, or is longer than a field. */
export function wordForModel(text: string): string | undefined {
  return firstCharacters(text, MAX_FIELD) === text && !/[<>]/.test(text) ? shellWord(text) : undefined;
}

/** A path as a word of a command that people are to type; `PATH` for a name that cannot be typed. */
export function pathWord(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path) ?? "PATH";
}
