/** The table, row by row as the figures come: a run takes minutes. */
import { isMissing, ratioOf, verdictOf, type Bar, type Figure, type Row, type Unit } from "./figure.ts";

const WIDTHS = { name: 50, measured: 11, against: 24, ratio: 8, bar: 10 } as const;

export function headLine(): string {
  const { name, measured, against, ratio, bar } = WIDTHS;
  const head = ["what".padEnd(name), "measured".padStart(measured), "  against".padEnd(against + 2)];
  return [...head, "ratio".padStart(ratio), "bar".padStart(bar)].join("").trimEnd();
}

export function rowText(row: Row): string {
  if (isMissing(row)) return `${row.name.padEnd(WIDTHS.name)}  ${row.why}`;
  const { name, measured, against, bar, unit, note } = row;
  const ratio = ratioOf(row);
  const line = [
    name.padEnd(WIDTHS.name),
    amount(measured, unit).padStart(WIDTHS.measured),
    `  ${against === undefined ? "" : `${against.what} ${amount(against.value, unit)}`}`.padEnd(WIDTHS.against + 2),
    (ratio === undefined ? "" : `${ratio.toFixed(2)} ×`).padStart(WIDTHS.ratio),
    (bar === undefined ? "" : barText(bar, unit)).padStart(WIDTHS.bar),
    `  ${verdictOf(row)}`,
  ].join("");
  return `${line.trimEnd()}${note === undefined ? "" : `\n    ${note}`}`;
}

function barText(bar: Bar, unit: Unit): string {
  return "times" in bar ? `${bar.times} ×` : amount(bar.most, unit);
}

/** Three digits that count. */
function amount(value: number, unit: Unit): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return `${value.toFixed(digits)} ${unit}`;
}

/** What misses its bar, and by how much. */
export function missText(figure: Figure): string {
  const { name, measured, bar, unit } = figure;
  if (bar === undefined) return name;
  const ratio = ratioOf(figure) ?? Number.NaN;
  const share = "times" in bar ? ratio / bar.times : measured / bar.most;
  const found = "times" in bar ? `${ratio.toFixed(2)} ×` : amount(measured, unit);
  return `${name}: ${found}, the bar is ${barText(bar, unit)} (${Math.round((share - 1) * 100)} % over it)`;
}
