/** What the benchmark says about two of its reports. */
import { expect, test } from "bun:test";
import { compare, type Compared } from "../../scripts/bench/compare.ts";
import type { Figure, Row } from "../../scripts/bench/figure.ts";
import type { Curve } from "../../scripts/bench/growth/curve.ts";

const RATIO: Figure = {
  name: "hook",
  unit: "ms",
  measured: 6,
  against: { what: "empty", value: 5 },
  bar: { times: 1.3 },
};
const ALONE: Figure = { name: "status", unit: "ms", measured: 100, bar: { most: 250 } };
const RATE: Figure = { name: "grants", unit: "/s", measured: 1000 };

type Verdict = Pick<Compared, "change" | "fails">;

function rows(old: readonly Row[], now: readonly Row[], sameMachine = true): readonly Verdict[] {
  const all = compare({ figures: old, curves: [] }, { figures: now, curves: [] }, sameMachine);
  return all.map(({ change, fails }) => ({ change, fails }));
}

test("compare() takes ratios as ratios: a machine that is slower for both sides has changed nothing", () => {
  const busy = { ...RATIO, measured: 60, against: { what: "empty", value: 50 } };
  expect(rows([RATIO], [busy])).toEqual([{ change: "same", fails: false }]);
  expect(rows([RATIO], [{ ...RATIO, measured: 6.5 }])).toEqual([{ change: "same", fails: false }]);
});

test("compare() fails a ratio with a bar that misses it, or is slower by more than the threshold", () => {
  expect(rows([RATIO], [{ ...RATIO, measured: 6.59 }])).toEqual([{ change: "same", fails: true }]);
  const low = { ...RATIO, measured: 5 };
  expect(rows([low], [{ ...RATIO, measured: 5.6 }])).toEqual([{ change: "slower", fails: true }]);
  expect(rows([{ ...RATIO, measured: 5.6 }], [low])).toEqual([{ change: "faster", fails: false }]);
});

test("compare() shows what has no bar, and fails nothing for it", () => {
  const { bar, ...free } = RATIO;
  expect(bar).toBeDefined();
  expect(rows([free], [{ ...free, measured: 60 }])).toEqual([{ change: "slower", fails: false }]);
});

test("compare() lets single figures move further, and judges them on the same machine only", () => {
  expect(rows([ALONE], [{ ...ALONE, measured: 124 }])).toEqual([{ change: "same", fails: false }]);
  const slow = { ...ALONE, measured: 126 };
  expect(rows([ALONE], [slow])).toEqual([{ change: "slower", fails: true }]);
  expect(rows([ALONE], [slow], false)).toEqual([{ change: "slower", fails: false }]);
  expect(rows([ALONE], [{ ...ALONE, measured: 300 }], false)).toEqual([{ change: "slower", fails: false }]);
});

test("compare() knows that more per second is better", () => {
  expect(rows([RATE], [{ ...RATE, measured: 500 }])).toEqual([{ change: "slower", fails: false }]);
  expect(rows([RATE], [{ ...RATE, measured: 2000 }])).toEqual([{ change: "faster", fails: false }]);
});

test("compare() says what is only in one of them, and lets nothing new miss its bar", () => {
  expect(rows([RATIO], [])).toEqual([{ change: "gone", fails: false }]);
  expect(rows([RATIO], [{ name: "hook", why: "skipped" }])).toEqual([{ change: "gone", fails: false }]);
  expect(rows([], [RATIO])).toEqual([{ change: "new", fails: false }]);
  expect(rows([], [{ ...RATIO, measured: 60 }])).toEqual([{ change: "new", fails: true }]);
  expect(rows([{ name: "x", why: "skipped" }], [{ name: "x", why: "skipped" }])).toEqual([]);
});

function curve(ms: readonly number[], floorMs = 5): Curve {
  const points = ms.map((one, i) => ({ n: 10 ** (i + 2), ms: one, floorMs, runs: 9 }));
  return { name: "hook", axis: "locks", expected: "flat", points };
}

function curves(old: Curve, now: Curve, sameMachine = true): readonly Verdict[] {
  const all = compare({ figures: [], curves: [old] }, { figures: [], curves: [now] }, sameMachine);
  return all.map(({ change, fails }) => ({ change, fails }));
}

const SAME = { change: "same", fails: false } as const;
const SLOWER = { change: "slower", fails: true } as const;

test("compare() judges a curve by how it grows, and by what it takes at the largest size of both", () => {
  const flat = curve([6, 6, 6]);
  expect(curves(flat, flat)).toEqual([SAME, SAME]);
  expect(curves(flat, curve([12, 12, 12]))).toEqual([SAME, SLOWER]);
  expect(curves(flat, curve([6, 6.5, 7]))).toEqual([SLOWER, SAME]);
  expect(curves(flat, curve([6, 6, 6, 60]))).toEqual([SLOWER, SAME]);
});

test("compare() takes no chance for a change: what falls with n, and what is too short to say", () => {
  const falling = curve([6, 5.9, 5.8]);
  expect(curves(falling, curve([6, 6, 6]))).toEqual([SAME, SAME]);
  expect(curves(curve([6]), curve([6]))).toEqual([{ change: "same", fails: true }, SAME]);
  expect(curves(curve([6]), curve([6, 60, 600]))[0]).toEqual({ change: "same", fails: true });
});

test("compare() judges times of another machine by the empty program of that machine alone", () => {
  expect(curves(curve([6, 6, 6]), curve([60, 60, 60], 50), false)).toEqual([SAME, SAME]);
  expect(curves(curve([6, 6, 6], 0), curve([60, 60, 60], 0), false)).toEqual([
    SAME,
    { change: "slower", fails: false },
  ]);
  expect(curves(curve([6, 6, 6], 0), curve([60, 60, 60], 0), true)).toEqual([SAME, SLOWER]);
});
