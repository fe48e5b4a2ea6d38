/** A command inside a sentence. */
export interface ShellCommand {
  /** As they are written, quotes included. */
  readonly words: readonly string[];
  /** Where the sentence goes on. */
  readonly end: number;
}

/** How far a quoted piece goes, by how it opens. In the last two a backslash takes the next character along. */
const PIECES: readonly (readonly [opens: string, piece: RegExp])[] = [
  ["'", /'[^']*'/y],
  ["$'", /\$'(?:[^'\\]|\\.)*'/sy],
  ['"', /"(?:[^"\\]|\\.)*"/sy],
];

/**
 * The command that begins at `start`, with its words as a POSIX shell tells them apart: a blank, a `--` or a `;` in a
 * quoted name is part of that word. It ends at the sentence's next punctuation mark.
 */
export function commandAt(text: string, start: number): ShellCommand {
  const words: string[] = [];
  let word = "";
  let at = start;
  for (; at < text.length && !endsAt(text, at);) {
    const piece = pieceAt(text, at);
    at += piece.length;
    if (piece !== " ") word += piece;
    else {
      words.push(word);
      word = "";
    }
  }
  return { words: [...words, word], end: at };
}

function endsAt(text: string, at: number): boolean {
  const next = text[at + 1];
  return ";,)".includes(text[at] ?? "") && (next === undefined || next === " ");
}

/** A quoted piece, an escaped character or a single one. A quote that nobody closes is a character like any other. */
function pieceAt(text: string, at: number): string {
  if (text[at] === "\\") return text.slice(at, at + 2);
  for (const [opens, piece] of PIECES) {
    if (!text.startsWith(opens, at)) continue;
    piece.lastIndex = at;
    const [found] = piece.exec(text) ?? [];
    if (found !== undefined) return found;
  }
  return text[at] ?? "";
}
