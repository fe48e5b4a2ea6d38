/** What the benchmark computes from its measurements. */
import { expect, test } from "bun:test";
import type { Curve, Expected, Point } from "../../scripts/bench/growth/curve.ts";
import { exponentOf, holds, slopeOf } from "../../scripts/bench/growth/fit.ts";
import { curvesOf, pointOf } from "../../scripts/bench/growth/measured.ts";
import { median, percentile } from "../../scripts/bench/stats.ts";

const SIZES = [100, 1000, 10_000, 100_000];

/** Times as `time` has them, beside a floor that takes `floorMs`. */
function curve(
  expected: Expected,
  time: (n: number) => number,
  floorMs = 0,
  sizes = SIZES,
): Pick<Curve, "expected" | "points"> {
  return { expected, points: sizes.map((n): Point => ({ n, ms: time(n), floorMs, runs: 1 })) };
}

test("percentile() is the value by nearest rank, whatever the order", () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.2, 0.21, 0.5, 0.99, 1].map((p) => percentile(values, p))).toEqual([1, 1, 2, 3, 5, 5]);
  expect(
    percentile(
      Array.from({ length: 100 }, (_, i) => i + 1),
      0.99,
    ),
  ).toBe(99);
  expect(percentile([], 0.5)).toBeNaN();
  expect(values).toEqual([5, 1, 4, 2, 3]);
  expect(median([1, 2, 1000])).toBe(2);
});

test("slopeOf() finds the exponent of a power, and says nothing from one point", () => {
  for (const k of [-1, 0, 0.5, 1, 2]) {
    expect(slopeOf(SIZES.map((n) => ({ n, value: 3 * n ** k })))).toBeCloseTo(k, 10);
  }
  // By hand: log10 of the values is 0, 1, 1, so the line of least squares rises by a half.
  const points = [1, 10, 10].map((value, i) => ({ n: 10 ** i, value }));
  expect(slopeOf(points)).toBeCloseTo(0.5, 10);
  expect(slopeOf([{ n: 10, value: 1 }])).toBeUndefined();
});

test("exponentOf() of a flat curve takes the empty program off: its time hides what coord adds", () => {
  const doubling = curve("flat", (n) => 6 + 0.1 * n ** 0.5, 6);
  expect(exponentOf(doubling)).toBeCloseTo(0.5, 10);
  expect(holds(doubling)).toBe(false);
  expect(exponentOf(curve("flat", (n) => 6 + 0.1 * n ** 0.5))).toBeLessThan(0.35);
  expect(exponentOf(curve("flat", () => 8, 6))).toBeCloseTo(0, 10);
});

test("exponentOf() of a flat curve calls nothing a rise that cannot be told from the floor", () => {
  const noise = [6, 5.9, 6.2, 6.25];
  const points = SIZES.map((n, i) => ({ n, ms: noise[i] ?? 0, floorMs: 6, runs: 1 }));
  expect(exponentOf({ expected: "flat", points })).toBe(0);
});

test("exponentOf() of a linear curve takes off what does not grow, and finds the square that it hides", () => {
  const linear = curve("linear", (n) => 30 + 0.01 * n, 6);
  expect(exponentOf(linear)).toBeWithin(1, 1.05);
  expect(holds(linear)).toBe(true);
  const square = curve("linear", (n) => 30 + 1e-8 * n ** 2, 6);
  expect(exponentOf(square)).toBeGreaterThan(1.7);
  expect(holds(square)).toBe(false);
  const sorting = curve("linear", (n) => 30 + 0.01 * n * Math.log(n), 6);
  expect(exponentOf(sorting)).toBeWithin(1.1, 1.2);
});

test("exponentOf() of a linear curve is not bent by the noise of its small points", () => {
  const times = [40.6, 48.1, 378, 3400];
  const points = SIZES.map((n, i) => ({ n, ms: times[i] ?? 0, floorMs: 6, runs: 9 }));
  expect(exponentOf({ expected: "linear", points })).toBeWithin(0.95, 1.05);
});

test("exponentOf() of a linear curve is 0 where nothing grows", () => {
  expect(exponentOf(curve("linear", () => 30, 6))).toBe(0);
  expect(exponentOf(curve("linear", (n) => 30 - n / 1e5, 6))).toBe(0);
});

test("a curve of too few points does not hold, instead of saying that nothing grows", () => {
  for (const [expected, sizes] of [
    ["flat", [100]],
    ["linear", [100]],
    ["linear", [100, 1000]],
  ] as const) {
    const short = curve(expected, () => 30, 6, [...sizes]);
    expect([expected, sizes, exponentOf(short), holds(short)]).toEqual([expected, sizes, undefined, false]);
  }
});

test("curvesOf() makes one curve of each name, by growing n", () => {
  const at = (name: string, n: number) => ({ name, expected: "flat" as const, point: pointOf(n, [3, 1, 2], [1]) });
  const curves = curvesOf("locks", [at("a", 100), at("b", 10), at("a", 10)], "why");
  expect(curves.map(({ name, note, points }) => [name, note, points.map(({ n }) => n)])).toEqual([
    ["a", "why", [10, 100]],
    ["b", "why", [10]],
  ]);
  expect(curves[0]?.points[0]).toEqual({ n: 10, ms: 2, floorMs: 1, runs: 3 });
  expect(pointOf(10, [1], []).floorMs).toBe(0);
});
