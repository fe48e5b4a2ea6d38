/** One row of the table: what was measured, what it is compared with, and the bar that it has to meet. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly measured: number;
  /** What it is a multiple of. */
  readonly against?: { readonly what: string; readonly value: number };
  readonly bar?: Bar;
  /** Said below the row. */
  readonly note?: string;
  /** What else was measured with it, for programs; names carry their units. */
  readonly details?: Readonly<Record<string, number>>;
}

/** "/s": of this one more is better. */
export type Unit = "ms" | "MB" | "/s";

/** DESIGN section 9: at most this many times what it is compared with, or at most this much. */
export type Bar = { readonly times: number } | { readonly most: number };

/** A row that has no figure, and why. */
export interface Missing {
  readonly name: string;
  readonly why: string;
}

export type Row = Figure | Missing;

export function isMissing(row: Row): row is Missing {
  return "why" in row;
}

export type Verdict = "ok" | "MISS" | "";

export function ratioOf({ measured, against }: Figure): number | undefined {
  return against === undefined ? undefined : measured / against.value;
}

/** Empty for a figure without a bar: it is there to compare with. */
export function verdictOf(figure: Figure): Verdict {
  const { bar, measured } = figure;
  if (bar === undefined) return "";
  const holds = "times" in bar ? (ratioOf(figure) ?? Number.NaN) <= bar.times : measured <= bar.most;
  return holds ? "ok" : "MISS";
}
