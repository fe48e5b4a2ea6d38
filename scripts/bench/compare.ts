/** Two reports, row by row: what has got slower or faster by more than noise. */
import { isMissing, ratioOf, verdictOf, type Figure, type Row } from "./figure.ts";
import type { Curve, Point } from "./growth/curve.ts";
import { exponentOf, holds } from "./growth/fit.ts";
import type { Found } from "./report.ts";

/**
 * How much a row may move before it counts, as a part of the old value. Both sides of a ratio were measured next to each
 * other and met the same noise; what stands alone met that of its own hour.
 */
export const THRESHOLDS = { ratio: 0.1, absolute: 0.25 } as const;
/** Exponents have a scale of their own: by how much one may rise. */
export const EXPONENT_THRESHOLD = 0.1;

export type Change = "slower" | "faster" | "same" | "gone" | "new";

export interface Compared {
  readonly name: string;
  readonly change: Change;
  /** In words, what was and what is. */
  readonly was: string;
  readonly is: string;
  /** It fails the comparison: it has a bar, and misses it or has got slower. */
  readonly fails: boolean;
}

/** `sameMachine` false: absolute figures are shown, but only ratios and exponents are judged. */
export function compare(old: Content, now: Content, sameMachine: boolean): readonly Compared[] {
  return [
    ...paired(old.figures, now.figures, ({ name }) => name, compareRows(sameMachine)),
    ...paired(old.curves, now.curves, ({ name, axis }) => `${name} by ${axis}`, compareCurves(sameMachine)),
  ];
}

type Content = Pick<Found, "figures" | "curves">;

type Compare<T> = (name: string, old: T | undefined, now: T | undefined) => readonly Compared[];

/** In the order of the new ones; what is no more comes last. */
function paired<T>(old: readonly T[], now: readonly T[], nameOf: (one: T) => string, both: Compare<T>) {
  const before = new Map(old.map((one) => [nameOf(one), one]));
  const after = new Map(now.map((one) => [nameOf(one), one]));
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((name) =>
    both(name, before.get(name), after.get(name)),
  );
}

function compareRows(sameMachine: boolean): Compare<Row> {
  return (name, oldRow, nowRow) => {
    const old = figureOf(oldRow);
    const now = figureOf(nowRow);
    if (old === undefined && now === undefined) return [];
    const [was, is] = [textOf(old), textOf(now)];
    if (now === undefined) return [{ name, change: "gone", was, is, fails: false }];
    const misses = verdictOf(now) === "MISS" && (sameMachine || (now.bar !== undefined && "times" in now.bar));
    if (old === undefined) return [{ name, change: "new", was, is, fails: misses }];
    const ratios = [ratioOf(old), ratioOf(now)];
    const [oldValue, nowValue] = ratios.includes(undefined) ? [old.measured, now.measured] : ratios;
    const isRatio = !ratios.includes(undefined);
    const change = changeOf(oldValue ?? 0, nowValue ?? 0, isRatio ? THRESHOLDS.ratio : THRESHOLDS.absolute, now);
    const slower = change === "slower" && now.bar !== undefined && (isRatio || sameMachine);
    return [{ name, change, was, is, fails: misses || slower }];
  };
}

/** More is worse, except per second. */
function changeOf(old: number, now: number, threshold: number, { unit }: Figure): Change {
  const [worse, better] = unit === "/s" ? [old, now] : [now, old];
  if (worse > better * (1 + threshold)) return "slower";
  return better > worse * (1 + threshold) ? "faster" : "same";
}

/** Two rows for each: how it grows, and what it takes at the largest size that both know. */
function compareCurves(sameMachine: boolean): Compare<Curve> {
  return (name, old, now) => {
    const [was, is] = [exponentText(old), exponentText(now)];
    if (now === undefined) return [{ name, change: "gone", was, is, fails: false }];
    const misses = !holds(now);
    if (old === undefined) return [{ name, change: "new", was, is, fails: misses }];
    const risen = growthOf(now) - growthOf(old);
    const change = risen > EXPONENT_THRESHOLD ? "slower" : risen < -EXPONENT_THRESHOLD ? "faster" : "same";
    return [{ name, change, was, is, fails: misses }, ...atLargest(name, old, now, sameMachine)];
  };
}

/** What falls with n does so by chance, and NaN, which is neither more nor less, stands for what cannot be told. */
function growthOf(curve: Curve): number {
  const exponent = exponentOf(curve);
  return exponent === undefined ? Number.NaN : Math.max(0, exponent);
}

/** A point is the middle of few runs, so it may move as much as what stands alone, though it is a ratio where it can be. */
function atLargest(name: string, old: Curve, now: Curve, sameMachine: boolean): readonly Compared[] {
  const after = now.points.findLast(({ n }) => old.points.some((point) => point.n === n));
  const before = old.points.find(({ n }) => n === after?.n);
  if (before === undefined || after === undefined) return [];
  const figure = ({ n, ms, floorMs }: Point): Figure => ({
    name: `${name}, at ${n.toLocaleString("en")}`,
    unit: "ms",
    measured: ms,
    ...(floorMs === 0 ? {} : { against: { what: "empty", value: floorMs } }),
  });
  const [oldFigure, newFigure] = [figure(before), figure(after)];
  const isRatio = before.floorMs > 0 && after.floorMs > 0;
  const value = (one: Figure): number => (isRatio ? (ratioOf(one) ?? one.measured) : one.measured);
  const change = changeOf(value(oldFigure), value(newFigure), THRESHOLDS.absolute, newFigure);
  const fails = change === "slower" && (isRatio || sameMachine);
  return [{ name: newFigure.name, change, was: textOf(oldFigure), is: textOf(newFigure), fails }];
}

function figureOf(row: Row | undefined): Figure | undefined {
  return row === undefined || isMissing(row) ? undefined : row;
}

function textOf(figure: Figure | undefined): string {
  if (figure === undefined) return "–";
  const ratio = ratioOf(figure);
  return ratio === undefined ? `${Number(figure.measured.toPrecision(3))} ${figure.unit}` : `${ratio.toFixed(2)} ×`;
}

function exponentText(curve: Curve | undefined): string {
  return curve === undefined ? "–" : `n^${exponentOf(curve)?.toFixed(2) ?? "?"}`;
}
