/**
 * RELIABILITY section 5, "linearizability": the histories of real processes, of which many are killed, have an order
 * that explains every answer. PROOF_SEED repeats a run as far as processes can be repeated: what they do is drawn from
 * the seed, when they meet is not.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { SEED } from "../seed.ts";
import { checkHistory, type Unexplained } from "./check-history.ts";
import { callTogether } from "./binary-clients.ts";
import { PAIR, PATHS } from "./draw.ts";
import { explain, inShort } from "./explain.ts";
import { concerning, type Operation } from "./history.ts";
import { bundle, CLIENTS, fight } from "./lock-clients.ts";
import { LOCK_MUTANTS, type LockMutant } from "./lock-mutants.ts";

const SEEDS = scaled(3, 100);
const OPERATIONS = 2000;
/** Each of these is a process. */
const BINARY_SEEDS = scaled(1, 10);
const BINARY_OPERATIONS = scaled(240, 400);
/** A broken lock shows within the first hundreds. */
const MUTANT_OPERATIONS = 800;
const MUTANT_SEEDS = 20;
/** What a seed takes on a machine that is busy with others, generously. */
const SEED_MS = 60_000;

let dir = "";
let worker = "";
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "coord-worker-"));
  worker = await bundle("lock-worker.ts", dir);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What is taken together is checked together, the rest path by path. */
const PARTS: readonly (readonly number[])[] = [
  PAIR,
  ...Array.from({ length: PATHS }, (_, path) => [path]).filter(([path]) => !PAIR.some((one) => one === path)),
];

/** The first part of the history that no order explains. */
function unexplained(history: readonly Operation[]): Unexplained | undefined {
  for (const paths of PARTS) {
    const result = checkHistory(concerning(history, paths));
    if (!result.ok) return result;
  }
  return undefined;
}

test(
  `every history of ${CLIENTS} clients on ${PATHS} paths has an order that explains it (${SEEDS} seeds from ${SEED})`,
  async () => {
    const load = {
      seeds: 0,
      operations: 0,
      killed: 0,
      "killed before the answer": 0,
      "killed in the guard": 0,
      stopped: 0,
      busy: 0,
    };
    for (let n = 0; n < SEEDS; n += 1) {
      const seed = SEED + n;
      const { history, ...tally } = await fight(worker, { seed, operations: OPERATIONS, mutant: "none" });
      const found = unexplained(history);
      expect(`seed ${seed}: ${found === undefined ? "explained" : explain(found)}`).toBe(`seed ${seed}: explained`);
      const asked = history.flatMap((op) => (op.verb === "die" ? [] : [op]));
      load.seeds += 1;
      load.operations += asked.length;
      load["killed before the answer"] += asked.filter(({ answer }) => answer === undefined).length;
      load.busy += asked.filter(({ answer }) => answer?.is === "busy").length;
      load.killed += tally.killed;
      load["killed in the guard"] += tally.killedHolding;
      load.stopped += tally.stopped;
      expect(asked.length).toBeGreaterThanOrEqual(OPERATIONS);
    }
    // It was a real fight.
    expect(load["killed before the answer"]).toBeGreaterThan(SEEDS);
    expect(load["killed in the guard"]).toBeGreaterThan(0);
    expect(load.stopped).toBeGreaterThan(0);
    record({
      check: `histories of ${CLIENTS} processes on ${PATHS} paths are linearizable`,
      load,
      losses: 0,
      seed: SEED,
    });
  },
  SEEDS * SEED_MS,
);

test(
  `so has every history of ${CLIENTS} clients that call the compiled binary (${BINARY_SEEDS} seeds from ${SEED})`,
  async () => {
    const load = { seeds: 0, commands: 0, "commands killed": 0, "clients killed": 0 };
    for (let n = 0; n < BINARY_SEEDS; n += 1) {
      const seed = SEED + n;
      const { history, killed, clientsKilled } = await callTogether(seed, BINARY_OPERATIONS);
      const found = unexplained(history);
      expect(`seed ${seed}: ${found === undefined ? "explained" : explain(found)}`).toBe(`seed ${seed}: explained`);
      load.seeds += 1;
      load.commands += history.filter(({ verb }) => verb !== "die").length;
      load["commands killed"] += killed;
      load["clients killed"] += clientsKilled;
    }
    expect(load["commands killed"]).toBeGreaterThan(0);
    expect(load["clients killed"]).toBeGreaterThan(0);
    record({ check: "histories of the compiled binary are linearizable", load, losses: 0, seed: SEED });
  },
  BINARY_SEEDS * SEED_MS,
);

describe("the history shows a lock that is broken by", () => {
  for (const mutant of LOCK_MUTANTS.filter((name) => name !== "none")) {
    test(
      mutant,
      async () => {
        const found = await firstUnexplained(mutant);
        if (found === undefined) throw new Error(`not noticed in ${MUTANT_SEEDS} histories from seed ${SEED}`);
        record({ mutant: `a lock broken by ${mutant}`, by: inShort(found) });
      },
      MUTANT_SEEDS * SEED_MS,
    );
  }
});

async function firstUnexplained(mutant: LockMutant): Promise<Unexplained | undefined> {
  for (let n = 0; n < MUTANT_SEEDS; n += 1) {
    const { history } = await fight(worker, { seed: SEED + n, operations: MUTANT_OPERATIONS, mutant });
    const found = unexplained(history);
    if (found !== undefined) return found;
  }
  return undefined;
}
