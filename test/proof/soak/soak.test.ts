/** RELIABILITY section 5, "soak": after days of work everything is as large, and as fast, as after the first one. */
import { expect, test } from "bun:test";
import { percentile } from "../../../scripts/bench/stats.ts";
import type { Sys } from "../../../src/platform/sys/types.ts";
import { coord, json, statusSchema } from "../../e2e/cli.ts";
import { BINARY, layProject } from "../../hooks/project.ts";
import { faults } from "../../hooks/state.ts";
import { scaled } from "../form.ts";
import { record } from "../evidence.ts";
import { SEED } from "../seed.ts";
import { slowdown } from "./latency.ts";
import { grown, type Gauge, type Morning } from "./night.ts";
import { soak, type Load } from "./soak.ts";

const PATIENCE_MS = scaled(300_000, 3_600_000);

const LOAD: Load = {
  sessions: scaled(10, 50),
  claims: scaled(20, 100),
  decisions: scaled(2000, 100_000),
  days: scaled(4, 10),
  dayMs: scaled(5000, 30_000),
  turnsADay: undefined,
  odds: { end: 30, crash: 20, kill: 60, decide: 20 },
  seed: SEED,
};
/** A state that is twice as slow has grown into the hooks' way; noise is less, over so many. */
const SLOW = 2;
const TRIES = 3;

test(
  "days of work leave the state as large and the hooks as fast as they were",
  async () => {
    let ratio = Number.POSITIVE_INFINITY;
    const { mornings, work, replaced, companionSaid } = await soak(LOAD, {}, async (project, crew, done) => {
      for (let tries = 0; tries < TRIES && ratio >= SLOW; tries += 1) ratio = Math.min(ratio, await slowdown(project));
      expect([SEED, ratio < SLOW, ratio]).toEqual([SEED, true, ratio]);
      expect([SEED, faults(project.state)]).toEqual([SEED, []]);
      const { totals } = json(project, statusSchema, ["status"]);
      expect([SEED, totals.decisions]).toEqual([SEED, LOAD.decisions + done.decisions]);
      expect(totals.instances).toBeGreaterThanOrEqual(crew.size);
      expect(coord(project, ["decisions", "list"]).code).toBe(0);
    });
    expect([SEED, grown(mornings), mornings]).toEqual([SEED, [], mornings]);
    expect([SEED, work.complaints]).toEqual([SEED, []]);
    expect([SEED, companionSaid]).toEqual([SEED, "0 "]);
    // It looked: there was something to clean up after.
    for (const count of [work.turns, replaced, work.crashed, work.hooksKilled]) expect(count).toBeGreaterThan(0);
    const part = Math.floor(work.checks.length / 4);
    const p99 = (times: readonly number[]): number => Math.round(percentile(times, 0.99));
    const [first, last] = [mornings[0], mornings.at(-1)];
    const fromTo = (gauge: Gauge): string => `${first?.[gauge]} to ${last?.[gauge]}`;
    record({
      check: `${LOAD.sessions} sessions, ${LOAD.sessions * LOAD.claims} locks, ${LOAD.decisions} decisions, ${LOAD.days} days`,
      load: {
        turns: work.turns,
        denied: work.denied,
        "sessions replaced": replaced,
        "clients killed": work.crashed,
        "hooks killed": work.hooksKilled,
        "hook p99 ms, first and last quarter": `${p99(work.checks.slice(0, part))}, ${p99(work.checks.slice(-part))}`,
        "hook on this state by one on a new state": Math.round(ratio * 100) / 100,
        ledgers: fromTo("ledgers"),
        scratch: fromTo("scratch"),
        "state bytes": fromTo("stateBytes"),
        "history bytes": fromTo("historyBytes"),
        "memory kB of coord run": fromTo("memoryKb"),
        "open files of coord run": fromTo("openFiles"),
      },
      losses: grown(mornings).length + work.complaints.length,
      seed: SEED,
    });
  },
  PATIENCE_MS,
);

/** Few of everything, but for what leaks: crashes and sessions that come and go. */
const SMALL: Load = {
  sessions: 4,
  claims: 60,
  decisions: 0,
  days: 4,
  dayMs: undefined,
  turnsADay: 16,
  odds: { end: 200, crash: 200, kill: 300, decide: 20 },
  seed: SEED,
};

/** Scratch that is never removed, a history without bound, ledgers that are never old enough to go. */
function leaking(sys: Sys): Sys {
  const isScratch = (path: string): boolean => path.includes("/coordination/tmp/");
  return {
    ...sys,
    unlink: (path) => (isScratch(path) ? "EPERM" : sys.unlink(path)),
    // A folder in its way keeps the history from starting anew, in whichever process.
    open: (path, mode) => {
      const older = path.replace(/\.jsonl$/, ".1.jsonl");
      if (older !== path && sys.unlink(older) !== "EISDIR") sys.mkdir(older, 0o700);
      return sys.open(path, mode);
    },
    lstat: (path) => (path.includes("/coordination/files/") ? "ENOENT" : sys.lstat(path)),
  };
}

const NOTICED: Readonly<Partial<Record<Gauge, string>>> = {
  ledgers: "ledgers that are never pruned",
  scratch: "scratch that is never removed",
  stateBytes: "ledgers that are never pruned",
  historyBytes: "a history without bound",
  memoryKb: "a process that keeps its memory",
  openFiles: "a process that keeps its files open",
};

test(
  "what leaks is noticed by its gauge, and by no other",
  async () => {
    const { mornings } = await soak(SMALL, { sys: leaking, companion: true });
    const found = grown(mornings);
    expect([SEED, found.map((line) => line.split(":")[0]), mornings]).toEqual([SEED, Object.keys(NOTICED), mornings]);
    for (const [i, mutant] of Object.values(NOTICED).entries()) record({ mutant, by: found[i] ?? "" });
  },
  PATIENCE_MS,
);

test("gauges that stand still, or fall, have not grown; each that rises has", () => {
  const flat = (value: number): Morning => ({
    ledgers: value,
    locks: value,
    instances: value,
    index: value,
    scratch: value,
    quarantine: value,
    stateBytes: value * 10_000,
    historyBytes: value * 10_000,
    memoryKb: value * 1000,
    openFiles: value,
  });
  expect(grown([200, 199, 200, 198].map(flat))).toEqual([]);
  expect(grown([200, 250, 300, 350].map(flat)).length).toBe(Object.keys(flat(0)).length);
});

test(
  "a hook that is slow on a state is noticed",
  async () => {
    using project = layProject();
    // Four starts instead of one: slower by so much on a busy machine, too.
    const slow = ["sh", "-c", 'for i in 1 2 3; do "$0" --version > /dev/null; done; exec "$0" "$@"', BINARY];
    const ratio = await slowdown(project, slow);
    expect(ratio).toBeGreaterThan(SLOW);
    record({ mutant: "a hook that the state slows down", by: `${Math.round(ratio)} times as slow as on a new one` });
  },
  PATIENCE_MS,
);
