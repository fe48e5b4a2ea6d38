/** How the help is laid out: two columns, and no line longer than a usual terminal is wide. */

const WIDTH = 100;
/** A left column longer than this has its text on the next line. */
const MAX_LEFT = 30;

export type Row = readonly [left: string, right: string];

/** Rows with their right sides in one column, broken between words. All tables of one text share `left`: see `leftOf`. */
export function table(rows: readonly Row[], left: number): readonly string[] {
  return rows.flatMap(([name, text]) => {
    const [first = "", ...rest] = broken(text.split(" "), WIDTH - left);
    const indent = " ".repeat(left);
    const head = name.length < left - 1 ? [`${name.padEnd(left)}${first}`.trimEnd()] : [name, `${indent}${first}`];
    return [...head, ...rest.map((line) => `${indent}${line}`)];
  });
}

/** The width of the left column that suits all these rows. */
export function leftOf(rows: readonly Row[]): number {
  return Math.max(...rows.map(([name]) => (name.length > MAX_LEFT ? 0 : name.length + 2)), MAX_LEFT / 2);
}

/** `Usage: coord …`, broken between its parts: `[--scope S]` stays whole. */
export function usageLines(command: string, synopsis: string): readonly string[] {
  const start = `Usage: coord ${command} `;
  const parts = synopsis.match(/\[[^\]]*\]\S*|--\S+ [^\s[]+|\S+/g) ?? [];
  const [first = "", ...rest] = broken(parts, WIDTH - start.length);
  return [`${start}${first}`.trimEnd(), ...rest.map((line) => `${" ".repeat(start.length)}${line}`)];
}

/** Sentences as lines. */
export function paragraph(text: string): readonly string[] {
  return broken(text.split(" "), WIDTH);
}

function broken(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + part.length > width) lines.push(part);
    else lines[lines.length - 1] = `${last} ${part}`;
  }
  return lines;
}
