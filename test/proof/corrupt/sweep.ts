/** Runs many cases, two at a time, each on a scene as it was made. */
import { chance } from "../seed.ts";
import { examine } from "./examine.ts";
import type { Case } from "./plan.ts";
import { layScene } from "./scene.ts";

export interface Swept {
  /** Each names the case and what is needed to repeat it. */
  readonly problems: readonly string[];
  readonly load: Readonly<Record<string, number>>;
  readonly slowest: { readonly slowest: string; readonly slowest_ms: number };
}

/** The machine has two cores. */
const LANES = 2;

export async function sweep(cases: readonly Case[], seed: number, wrapped?: string): Promise<Swept> {
  const problems: string[] = [];
  const load = { cases: 0, processes: 0, broken: 0, quarantined: 0, impossible: 0, over_2_s: 0 };
  let slowest = { slowest: "", slowest_ms: 0 };
  const settledPairs = new Set<string>();
  let next = 0;
  const lane = async (): Promise<void> => {
    using scene = await layScene(wrapped);
    for (;;) {
      const index = next;
      const test = cases[index];
      if (test === undefined) return;
      next += 1;
      const pair = `${test.kind}|${test.target}`;
      const settle = !settledPairs.has(pair);
      settledPairs.add(pair);
      // Of its own, so that a case is the same alone and among others.
      const own = Math.floor(chance(seed + Number(Bun.hash.crc32(`${pair}|${test.line}`)))() * 1e9);
      const outcome = await examine(scene, test, own, settle);
      if (outcome === undefined) {
        load.impossible += 1;
        continue;
      }
      load.cases += 1;
      load.processes += outcome.ran.length;
      load.broken += outcome.broken ? 1 : 0;
      load.quarantined += outcome.quarantined;
      for (const { ms, line } of outcome.ran) {
        if (ms > 2000) load.over_2_s += 1;
        if (ms > slowest.slowest_ms) slowest = { slowest: `${line.name} (${pair})`, slowest_ms: Math.round(ms) };
      }
      const where = `[PROOF_SEED=${seed}] ${test.kind} | ${test.target} | ${test.line}`;
      for (const problem of outcome.problems) problems.push(`${where}\n    ${problem}`);
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(LANES, cases.length) }, lane));
  for (const ended of lanes)
    if (ended.status === "rejected") problems.push(`A lane broke down: ${String(ended.reason)}`);
  return { problems, load, slowest };
}
