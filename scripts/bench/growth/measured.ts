/** Points as they are measured, and the curves that they make. */
import { median } from "../stats.ts";
import type { Axis, Curve, Expected, Point } from "./curve.ts";

export interface Measured {
  readonly name: string;
  readonly expected: Expected;
  readonly point: Point;
}

/** Milliseconds of each run; `floor` is empty for what starts no process. */
export function pointOf(n: number, times: readonly number[], floor: readonly number[]): Point {
  return { n, ms: median(times), floorMs: floor.length === 0 ? 0 : median(floor), runs: times.length };
}

/** Those of one name make one curve. */
export function curvesOf(axis: Axis, measured: readonly Measured[], note?: string): readonly Curve[] {
  return [...Map.groupBy(measured, ({ name }) => name).entries()].map(([name, all]) => ({
    name,
    axis,
    expected: all[0]?.expected ?? "flat",
    points: all.map(({ point }) => point).toSorted((a, b) => a.n - b.n),
    ...(note === undefined ? {} : { note }),
  }));
}
