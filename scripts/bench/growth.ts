/** Growth curves: the same calls in states of 100 to 100,000 of one thing, all sizes measured in turn. */
import type { Suite } from "./setting.ts";
import { commandCurves } from "./growth/command-curves.ts";
import type { Axis } from "./growth/curve.ts";
import { engineCurves } from "./growth/engine-curves.ts";
import { hookCurves } from "./growth/hook-curves.ts";
import { curvesOf } from "./growth/measured.ts";
import { layPlace, type Place } from "./growth/place.ts";
import { staleCurve } from "./growth/stale-curve.ts";

/** Three are the fewest through which a straight line says anything. */
export function sizesOf(quick: boolean): readonly number[] {
  return quick ? [10, 100, 1000] : [100, 1000, 10_000, 100_000];
}

interface Range {
  readonly axis: Axis;
  readonly most: number;
  readonly note?: string;
}

const RANGES: readonly Range[] = [
  { axis: "locks", most: 100_000 },
  { axis: "own locks", most: 10_000, note: "100,000 are left out: no session holds so many" },
  { axis: "instances", most: 100_000 },
  { axis: "decisions", most: 100_000 },
  { axis: "decisions today", most: 10_000, note: "100,000 are left out: nobody decides so much in a day" },
  { axis: "events", most: 100_000 },
];

export const growth: Suite = async (setting) => {
  for (const { axis, most, note } of RANGES) {
    const places: Place[] = [];
    for (const n of sizesOf(setting.quick)) {
      if (n <= most) places.push(await layPlace(setting, axis, n));
    }
    // What was just laid is to be on the disk, and not written while something is measured.
    Bun.spawnSync(["sync"]);
    const measured = [
      ...(await hookCurves(setting, axis, places)),
      ...(await engineCurves(setting, places)),
      ...(await commandCurves(setting, axis, places)),
    ];
    for (const curve of curvesOf(axis, measured, note)) setting.reportCurve(curve);
    await setting.clear();
  }
  await staleCurve(setting, sizesOf(setting.quick));
};
