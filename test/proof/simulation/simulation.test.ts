/**
 * RELIABILITY section 5, "simulation": the domain and the memory store with a virtual clock, crashes, sleep, and every
 * scheduling that fast-check finds. What holds after each step is listed in findings.ts; each mutant breaks one of it.
 */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { SEED } from "../seed.ts";
import { liveDay } from "./day.ts";
import type { Finding } from "./findings.ts";
import { KEPT } from "./kept.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";
import { playInOrder, playInterleaved, smallWorlds, type Outcome } from "./small-world.ts";

const IN_ORDER = scaled(600, 60_000);
const INTERLEAVED = scaled(400, 40_000);
const DAYS = scaled(3, 40);
const DAY = { instances: 300, paths: 50, steps: 5000 };
/** Longer worlds find more in each, shorter ones are more in the same time. Events. */
const [LONG, SHORT] = [40, 24];
/** Ten times what a quiet machine takes. Milliseconds. */
const TIMEOUT_MS = scaled(300_000, 4_800_000);

const total = new Map<string, number>();

/** Counts what happened; a finding fails, with its story. */
function settled({ here, finding }: Outcome, counts: Map<string, number>): void {
  for (const [what, by] of here.findings.counts) counts.set(what, (counts.get(what) ?? 0) + by);
  for (const by of here.findings.looked.values()) counts.set("checks", (counts.get("checks") ?? 0) + by);
  if (finding !== undefined) throw new Error(`PROOF_SEED=${SEED}\n${here.findings.story().join("\n")}`);
}

/** What must have happened, or nothing was tried. */
const STIR = ["grants", "writes", "crashes", "check conflict", "check held", "late writes", "release 11", "release 12"];

function evidence(check: string, runs: number, counts: ReadonlyMap<string, number>, stir = STIR): void {
  for (const what of stir) expect([what, (counts.get(what) ?? 0) > 0]).toEqual([what, true]);
  const shown = ["checks", "steps", ...STIR].map((what) => [what, counts.get(what) ?? 0] as const);
  record({ check, load: { runs, ...Object.fromEntries(shown) }, losses: 0, seed: SEED });
}

for (const { was, small } of KEPT) {
  test(`never again: ${was}`, async () => {
    settled(await playInOrder(small), total);
  });
}

test(
  "small worlds keep the rules, step by step",
  async () => {
    const counts = new Map<string, number>();
    const property = fc.asyncProperty(smallWorlds(LONG, true), async (small) =>
      settled(await playInOrder(small), counts),
    );
    await fc.assert(property, { seed: SEED, numRuns: IN_ORDER });
    evidence("small worlds, one step after another", IN_ORDER, counts);
  },
  TIMEOUT_MS,
);

test(
  "small worlds keep the rules, however their steps interleave",
  async () => {
    const counts = new Map<string, number>();
    const property = fc.asyncProperty(smallWorlds(SHORT, false), fc.scheduler(), async (small, scheduler) =>
      settled(await playInterleaved(small, scheduler), counts),
    );
    await fc.assert(property, { seed: SEED, numRuns: INTERLEAVED });
    evidence("small worlds, steps interleaved by fast-check", INTERLEAVED, counts, STIR.slice(0, 5));
  },
  TIMEOUT_MS,
);

test(
  `days of ${DAY.instances} instances at ${DAY.paths} files keep the rules`,
  async () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < DAYS; n += 1) settled(await liveDay({ ...DAY, seed: SEED + n }), counts);
    evidence(`days of ${DAY.instances} instances at ${DAY.paths} files`, DAYS, counts);
  },
  TIMEOUT_MS,
);

/** Mutants are to be caught whatever the seed of the run. */
const MUTANT_SEED = 20_260_108;
const MOST = { order: 4000, interleaved: 4000, day: 4 } as const;

async function* outcomes(mutant: Mutant): AsyncGenerator<Outcome> {
  const most = MOST[mutant.in];
  const batch = 50;
  for (let n = 0; n < most; n += batch) {
    const options = { seed: MUTANT_SEED + n, numRuns: batch };
    switch (mutant.in) {
      case "order":
        for (const small of fc.sample(smallWorlds(LONG, true), options)) yield await playInOrder(small, mutant);
        break;
      case "interleaved":
        for (const [small, scheduler] of fc.sample(fc.tuple(smallWorlds(SHORT, false), fc.scheduler()), options)) {
          yield await playInterleaved(small, scheduler, mutant);
        }
        break;
      case "day":
        for (let day = 0; day < most; day += 1) yield await liveDay({ ...DAY, seed: MUTANT_SEED + day }, mutant);
        return;
    }
  }
}

for (const mutant of MUTANTS) {
  test(
    `the rules catch ${mutant.name}`,
    async () => {
      let runs = 0;
      let found: Finding | undefined;
      for await (const { finding } of outcomes(mutant)) {
        runs += 1;
        // It may break others too: those are its own rules that are to be shown to look.
        found = finding !== undefined && mutant.breaks.includes(finding.rule) ? finding : undefined;
        if (found !== undefined) break;
      }
      expect(mutant.breaks).toContain(found?.rule ?? "nothing else fails");
      const what = mutant.in === "day" ? "day" : "world";
      record({ mutant: mutant.name, by: `"${found?.rule}" in ${what} ${runs}: ${found?.what}` });
    },
    TIMEOUT_MS,
  );
}
