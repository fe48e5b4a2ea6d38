/** As much of a terminal as coord's frames use, strictly: what it does not know, or does not fit, is an error. */
export interface Screen {
  readonly write: (output: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** What can be seen, without the blanks at the end of each line. */
  readonly lines: () => readonly string[];
  readonly modes: () => ReadonlySet<string>;
}

// The terminal driver puts a CR before each LF, also when there is one.
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const TOKEN = /\u001b\[(\??)([0-9;]*)([A-Za-z])|\r+\n|([^\u0000-\u001f\u007f-\u009f]+)/gy;
/** Stands in the second cell of a wide character. */
const SECOND_HALF = "";

export function screen(columns: number, rows: number): Screen {
  const modes = new Set<string>();
  let cells: string[][] = blank(columns, rows);
  let [row, column] = [0, 0];

  const put = (text: string): void => {
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      const width = Bun.stringWidth(segment);
      if (width === 0) continue;
      if (column + width > columns) throw new Error(`"${text}" goes over the edge of ${columns} columns`);
      cells[row]?.splice(column, width, segment, ...Array.from({ length: width - 1 }, () => SECOND_HALF));
      column += width;
    }
  };
  const act = (letter: string): void => {
    // Behind the last column the cursor waits on the last one: that is what is cleared with the rest.
    const from = Math.min(column, columns - 1);
    if (letter === "H") [row, column] = [0, 0];
    else if (letter === "K") cells[row]?.fill(" ", from);
    else if (letter === "J")
      for (const [i, line] of cells.entries()) line.fill(" ", i < row ? columns : i > row ? 0 : from);
    else if (letter !== "m") throw new Error(`Unknown sequence: ${letter}`);
  };
  return {
    write: (output) => {
      TOKEN.lastIndex = 0;
      while (TOKEN.lastIndex < output.length) {
        const at = TOKEN.lastIndex;
        const [token, isPrivate, numbers, letter, text] = TOKEN.exec(output) ?? [];
        if (token === undefined) throw new Error(`Not ours: ${JSON.stringify(output.slice(at, at + 20))}`);
        if (text !== undefined) put(text);
        else if (token.endsWith("\n")) [row, column] = [row + 1, 0];
        else if (isPrivate !== "?") act(letter ?? "");
        else if (letter === "h") modes.add(numbers ?? "");
        else modes.delete(numbers ?? "");
        if (row >= rows) throw new Error(`A frame higher than ${rows} rows`);
      }
    },
    resize: (toColumns, toRows) => {
      // What terminals do with the text is their affair.
      [columns, rows] = [toColumns, toRows];
      cells = blank(columns, rows);
      for (const line of cells) line.fill("#");
      [row, column] = [0, 0];
    },
    lines: () => cells.map((line) => line.join("").trimEnd()),
    modes: () => modes,
  };
}

function blank(columns: number, rows: number): string[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => " "));
}
