/** The exponent of a curve: k where the time grows as n to the power of k. */
import { mean } from "../stats.ts";
import { MOST, type Curve } from "./curve.ts";

/** What is less than this part of the floor above it cannot be told from it. */
const RESOLUTION = 0.05;
/** What is above it by this part of it has risen beyond doubt. */
const CLEAR = 0.5;

interface Above {
  readonly n: number;
  readonly value: number;
}

/** The slope of the line of least squares through log value over log n. Undefined for fewer than two points. */
export function slopeOf(points: readonly Above[]): number | undefined {
  if (points.length < 2) return undefined;
  const logs = points.map(({ n, value }) => ({ x: Math.log(n), y: Math.log(value) }));
  const middle = { x: mean(logs.map(({ x }) => x)), y: mean(logs.map(({ y }) => y)) };
  const shared = mean(logs.map(({ x, y }) => (x - middle.x) * (y - middle.y)));
  return shared / mean(logs.map(({ x }) => (x - middle.x) ** 2));
}

/**
 * The floor is taken off first. For what should be flat that is the empty program: what is left is coord's own, and it
 * counts from the first point on. For what should be linear it is the time at the smallest n, which holds all that does
 * not grow. What is left of points that hardly rise above that is mostly noise, so those that have clearly risen count
 * alone where there are two of them; else all from the last one that has not risen at all.
 * Undefined where there are too few points to say.
 */
export function exponentOf({ expected, points }: Pick<Curve, "expected" | "points">): number | undefined {
  if (expected === "flat") return slopeOf(points.map(({ n, ms, floorMs }) => above(n, ms, floorMs)));
  const [smallest, ...larger] = points;
  if (smallest === undefined || larger.length < 2) return undefined;
  const firstAbove = (part: number): number => larger.findIndex(({ ms }) => ms > smallest.ms * (1 + part));
  const slopeFrom = (index: number): number | undefined =>
    slopeOf(larger.slice(index).map(({ n, ms }) => above(n, ms, smallest.ms)));
  const clear = firstAbove(CLEAR);
  if (clear >= 0 && clear < larger.length - 1) return slopeFrom(clear);
  const first = firstAbove(RESOLUTION);
  return first < 0 ? 0 : slopeFrom(Math.max(0, first - 1));
}

function above(n: number, ms: number, floorMs: number): Above {
  // Without a floor anything counts; a clock that has not moved is no zero, which has no logarithm.
  return { n, value: Math.max(ms - floorMs, floorMs * RESOLUTION, Number.EPSILON) };
}

/** Whether the curve grows no faster than is expected. One of too few points does not hold: it says nothing. */
export function holds(curve: Pick<Curve, "expected" | "points">): boolean {
  const exponent = exponentOf(curve);
  return exponent !== undefined && exponent <= MOST[curve.expected];
}
