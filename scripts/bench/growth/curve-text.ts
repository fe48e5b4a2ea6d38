/** The table of the curves: a row for each, a column for each size. */
import { MOST, type Curve } from "./curve.ts";
import { exponentOf, holds } from "./fit.ts";

const WIDTHS = { name: 32, axis: 16, point: 10, exponent: 10, expected: 13 } as const;

export function curveHeadLine(sizes: readonly number[]): string {
  const { name, axis, point, exponent, expected } = WIDTHS;
  const columns = sizes.map((n) => n.toLocaleString("en").padStart(point));
  return [
    "ms at this many".padEnd(name),
    "of".padEnd(axis),
    ...columns,
    "exponent".padStart(exponent),
    "at most".padStart(expected),
  ].join("");
}

export function curveText(curve: Curve, sizes: readonly number[]): string {
  const { name, axis, expected, points } = curve;
  const times = sizes.map((n) => {
    const point = points.find((p) => p.n === n);
    return (point === undefined ? "–" : digits(point.ms)).padStart(WIDTHS.point);
  });
  return [
    name.padEnd(WIDTHS.name),
    axis.padEnd(WIDTHS.axis),
    ...times,
    exponentText(curve).padStart(WIDTHS.exponent),
    `${expected} ${MOST[expected]}`.padStart(WIDTHS.expected),
    holds(curve) ? "  ok" : "  MISS",
  ].join("");
}

export function curveMissText(curve: Curve): string {
  const { name, axis, expected } = curve;
  return `${name} by ${axis}: exponent ${exponentText(curve)}, where ${expected} is at most ${MOST[expected]}`;
}

/** A question mark where it cannot be told. */
function exponentText(curve: Curve): string {
  return exponentOf(curve)?.toFixed(2) ?? "?";
}

/** Three digits that count. */
function digits(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}
