/** Data that others wrote, in a text for a model: marked as such, and bounded. SECURITY.md, "Model context". */

/** SECURITY.md: 2 KB in all, of which an instance's own names may take the rest. Bytes. */
export const MAX_BLOCK = 1750;
/** For "- and 99999 more". */
const MORE_BYTES = 20;
const OPEN = "<coord-data>";
const CLOSE = "</coord-data>";

/** The length of a text in UTF-8. */
export function bytes(text: string): number {
  return Buffer.byteLength(text);
}

/**
 * A block of data that others wrote, and what is said before and after it. `entries` are lines, each in its forms from
 * the longest to the shortest: what one writer makes long must not hide the others. `unnamed` is how many there are
 * besides. `last` are lines that come after them in any case.
 */
export function block(
  head: string,
  entries: readonly (readonly string[])[],
  unnamed: number,
  foot: readonly string[],
  last: readonly string[] = [],
): string {
  const lines: string[] = [];
  let room = MAX_BLOCK - bytes([head, OPEN, ...last, CLOSE, ...foot].join("\n")) - MORE_BYTES;
  for (const forms of entries) {
    const line = forms.find((form) => bytes(form) < room);
    if (line === undefined) continue;
    room -= bytes(line) + 1;
    lines.push(line);
  }
  const left = entries.length - lines.length + unnamed;
  if (left > 0) lines.push(`- and ${left} more`);
  return [head, OPEN, ...lines, ...last, CLOSE, ...foot].join("\n");
}
