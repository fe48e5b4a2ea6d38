/** The use cases in every order of the instances' steps: RELIABILITY section 5, "model check of the lock machine". */
import { describe, expect, test } from "bun:test";
import { record } from "../evidence.ts";
import { IS_LONG, scaled } from "../form.ts";
import { exploreLocks, type LockRun, type LockScenario } from "./lock-machine.ts";
import { LOCK_MUTANTS } from "./lock-mutants.ts";

const LIMIT_MS = IS_LONG ? 3_600_000 : 300_000;

const PLAIN: Omit<LockScenario, "verbs" | "depth"> = {
  instances: 3,
  paths: 1,
  writes: 2,
  steps: 3,
  crashes: 1,
  split: ["release", "record", "note"],
  claimsAll: false,
  sweeps: false,
  breaking: (app) => app,
};

function text({ violation }: LockRun): string {
  return violation === undefined ? "no violation" : [violation.what, ...violation.trace].join("\n  ");
}

describe("the lock machine, in every order of steps", () => {
  const cases: readonly (readonly [string, LockScenario])[] = [
    [
      "tool calls that write, report, stop without a word or die, and readers",
      { ...PLAIN, verbs: ["check", "note", "end batch"], steps: 2, depth: scaled(7, 10) },
    ],
    [
      "claims, releases, renewals, heartbeats, cleanups",
      { ...PLAIN, verbs: ["claim", "release", "renew", "heartbeat"], sweeps: true, writes: 0, depth: scaled(7, 10) },
    ],
    [
      "claims and tool calls of the same path",
      {
        ...PLAIN,
        verbs: ["claim", "release", "renew", "heartbeat", "check", "note", "end batch"],
        sweeps: true,
        depth: scaled(6, 8),
      },
    ],
    [
      "claims of two paths, one or both at once",
      {
        ...PLAIN,
        paths: 2,
        verbs: ["claim", "release"],
        claimsAll: true,
        sweeps: true,
        writes: 0,
        depth: scaled(6, 8),
      },
    ],
    [
      "four instances, each look at the file a step of its own",
      {
        ...PLAIN,
        instances: 4,
        verbs: ["check", "claim", "release", "note"],
        split: ["check", "claim", "release", "record", "note"],
        crashes: 3,
        depth: scaled(6, 8),
      },
    ],
    [
      "two instances, to the end of all that can happen",
      {
        ...PLAIN,
        instances: 2,
        verbs: ["check", "note", "end batch"],
        writes: scaled(1, 2),
        steps: 1,
        depth: 100,
      },
    ],
  ];
  test.each(cases)(
    "has one holder at a time, new fences, true answers and no write unseen: %s",
    async (name, scenario) => {
      const run = await exploreLocks(scenario);
      expect(text(run)).toBe("no violation");
      expect(run.granted).toBeGreaterThan(0);
      if (scenario.verbs.includes("note") && scenario.depth > 6) expect(run.conflicts).toBeGreaterThan(0);
      if (scenario.depth === 100) expect(run.isWhole).toBe(true);
      const { instances, paths, crashes } = scenario;
      const { states, transitions, depth, granted, conflicts, late } = run;
      record({
        check: `lock machine, every order of steps: ${name}`,
        load: { instances, paths, crashes, depth, states, transitions, granted, conflicts, late_states: late },
        losses: 0,
      });
    },
    LIMIT_MS,
  );
});

describe("a broken lock machine is noticed, and the real one holds in its place", () => {
  test.each(LOCK_MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    "%s",
    async (name, { breaking, by, scenario }) => {
      const whole = { ...PLAIN, steps: 4, ...scenario };
      const broken = await exploreLocks({ ...whole, breaking });
      expect(text(broken)).toContain(by);
      expect(text(await exploreLocks({ ...whole, depth: broken.depth + 1 }))).toBe("no violation");
      const { what, trace } = broken.violation ?? { what: "", trace: [] };
      record({ mutant: `lock machine: ${name}`, by: `${what} after ${trace.length} steps: ${trace.join("; ")}` });
    },
    LIMIT_MS,
  );
});
