/**
 * Characters that act on a terminal or on a reader without being seen: C0, DEL and C1 controls, line and paragraph
 * separators, bidi controls, zero-width and other characters that Unicode calls default-ignorable (blank letters, format
 * controls of music and shorthand, variation selectors), lone surrogates and tag characters. U+FE0F stays: emoji need it.
 */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- control and combining characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Makes foreign text safe to show: every character that could move the cursor, change colours, reorder the line, hide
 * or start a new line becomes a visible escape such as `\u{202e}`. One record stays one line (SECURITY.md, "Terminal").
 */
export function escapeForTerminal(text: string): string {
  return text.replace(HIDDEN, (char) => SHORT[char] ?? `\\u{${codePoint(char).toString(16)}}`);
}

/**
 * The same for text that is JSON already: the characters stand inside strings there, so `\uXXXX` keeps the document's
 * meaning. Line breaks and tabs between tokens must not be in it: give it the one-line form of `JSON.stringify`.
 */
export function escapeForJson(json: string): string {
  return json.replace(HIDDEN, (char) => {
    let escaped = "";
    for (let i = 0; i < char.length; i++) escaped += `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`;
    return escaped;
  });
}

function codePoint(char: string): number {
  return char.codePointAt(0) ?? 0;
}
