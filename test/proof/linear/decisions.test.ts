/**
 * RELIABILITY section 5, the acked-set check: processes add decisions at the same time, some are killed; what was
 * acknowledged is there exactly once with its content, what was not is there whole or not at all.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layProject } from "../../hooks/project.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { SEED } from "../seed.ts";
import { addTogether } from "./decision-adders.ts";
import { decisionFaults, derivedFaults } from "./decision-faults.ts";
import { DECISION_MUTANTS, type DecisionMutant } from "./decision-mutants.ts";
import { bundle } from "./lock-clients.ts";

const EACH = scaled(15, 80);
const WORKERS = 5;
const CALLERS = 4;
const KILLED = 0.3;
/** Of additions that nobody kills: then the derived log has to be right without another one. */
const ROUNDS = scaled(3, 10);
const LAST = 3;
const MUTANT_ROUNDS = 30;
/** An addition syncs the disk, and others wait for that: on a busy machine for seconds. */
const ADDITION_MS = 500;

let dir = "";
let worker = "";
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "coord-worker-"));
  worker = await bundle("decision-worker.ts", dir);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test(
  `what ${WORKERS + CALLERS} processes were acknowledged is there exactly once while others are killed (seed ${SEED})`,
  async () => {
    using project = layProject();
    const common = { project, script: worker, mutant: "none", workers: WORKERS, callers: CALLERS } as const;
    const { begun, killed } = await addTogether({ ...common, seed: SEED, count: EACH, killed: KILLED });
    expect({ seed: SEED, faults: decisionFaults(project, begun) }).toEqual({ seed: SEED, faults: [] });
    for (let round = 1; round <= ROUNDS; round += 1) {
      const more = await addTogether({ ...common, seed: SEED + round, count: LAST, killed: 0 });
      for (const [title, id] of more.begun) begun.set(title, id);
      expect({ seed: SEED, round, faults: derivedFaults(project) }).toEqual({ seed: SEED, round, faults: [] });
    }
    expect({ seed: SEED, faults: decisionFaults(project, begun) }).toEqual({ seed: SEED, faults: [] });
    const acknowledged = [...begun.values()].filter((id) => id !== undefined).length;
    // It was a real fight.
    expect(killed).toBeGreaterThan(EACH / 2);
    expect(begun.size - acknowledged).toBeGreaterThan(0);
    record({
      check: "acknowledged decisions are there exactly once, and the derived log equals a rebuild",
      load: { acknowledged, "not acknowledged": begun.size - acknowledged, killed, "looks at the derived log": ROUNDS },
      losses: 0,
      seed: SEED,
    });
  },
  60_000 + EACH * (WORKERS + CALLERS) * ADDITION_MS,
);

describe("what was acknowledged shows a decision log with", () => {
  for (const mutant of DECISION_MUTANTS.filter((name) => name !== "none")) {
    test(
      mutant,
      async () => {
        const [fault] = await firstFaults(mutant);
        if (fault === undefined) throw new Error(`not noticed in ${MUTANT_ROUNDS} rounds from seed ${SEED}`);
        record({ mutant: `a decision log with ${mutant}`, by: fault });
      },
      MUTANT_ROUNDS * 10_000,
    );
  }
});

async function firstFaults(mutant: DecisionMutant): Promise<readonly string[]> {
  using project = layProject();
  const killed = mutant === "an answer before the file is there" ? KILLED : 0;
  for (let round = 0; round < MUTANT_ROUNDS; round += 1) {
    const adding = { project, script: worker, mutant, workers: WORKERS + CALLERS, callers: 0, count: LAST, killed };
    const { begun } = await addTogether({ ...adding, seed: SEED + round });
    const faults = decisionFaults(project, begun).filter((fault) => !fault.startsWith("nobody has added"));
    const derived = mutant === "a derived log without a second look" ? derivedFaults(project) : [];
    if (faults.length + derived.length > 0) return [...faults, ...derived];
  }
  return [];
}
