/** How the demo looks: short lines, colour only where there is a terminal to show it. */
const WIDTH = 100;
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Color = keyof typeof CODES;

export interface Screen {
  readonly line: (text?: string) => void;
  readonly heading: (text: string) => void;
  /** One event and what came of it, in columns. */
  readonly step: (who: string, what: string, outcome: string, color: Color) => void;
  /** What a model or person was told, word for word, wrapped. */
  readonly quote: (text: string) => void;
  readonly paint: (color: Color, text: string) => string;
}

export function screen(): Screen {
  const colored = process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "" && process.env["TERM"] !== "dumb";
  const paint = (color: Color, text: string): string => (colored ? `\u001b[${CODES[color]}m${text}\u001b[0m` : text);
  const line = (text = ""): void => {
    process.stdout.write(`${text}\n`);
  };
  return {
    line,
    paint,
    heading: (text) => {
      line();
      line(paint("bold", text));
    },
    step: (who, what, outcome, color) => {
      line(`  ${paint("cyan", who)}  ${what.padEnd(44)}  ${paint(color, outcome)}`);
    },
    quote: (text) => {
      for (const row of text.split("\n").flatMap((each) => wrapped(each, WIDTH - 7))) {
        line(`     ${paint("dim", "│")} ${row}`);
      }
    },
  };
}

/** Breaks at spaces; a longer word, such as a path that is to be copied, stays whole. */
function wrapped(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const rows: string[] = [];
  let row = "";
  for (const word of text.split(" ")) {
    if (row !== "" && row.length + 1 + word.length > width) {
      rows.push(row);
      row = word;
    } else row = row === "" ? word : `${row} ${word}`;
  }
  return [...rows, row];
}
