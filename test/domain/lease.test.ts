/** DESIGN section 2 "lease", section 3 "Binding", section 4 "Status". */
import { describe, expect, test } from "bun:test";
import {
  familyOf,
  leaseLeftMs,
  pinged,
  standing,
  type InstanceRecord,
  type Standing,
} from "../../src/domain/instance.ts";
import type { Verdict } from "../../src/domain/process.ts";
import {
  DEFAULT_ROLE,
  DEFAULT_TASK,
  registered,
  withPrompt,
  type Introduction,
} from "../../src/domain/registration.ts";
import { ageMs, isoSeconds, later, liesAhead } from "../../src/domain/time.ts";
import { at, instance, LIMITS, processRef } from "./samples.ts";

describe("standing(): an instance is", () => {
  const TABLE: readonly (readonly [
    Standing,
    string,
    verdict: Verdict | null,
    seconds: number,
    busySeconds?: number,
  ])[] = [
    ["active", "while its lease runs, bound to nothing", null, 299],
    ["stale", "when its lease is over, bound to nothing", null, 300],
    ["active", "while its lease runs and its process lives", "alive", 299],
    ["idle", "when its lease is over and its process lives", "alive", 300],
    ["idle", "a week later, if its process still lives", "alive", 604_800],
    ["active", "while its lease runs and its process cannot be judged", "unknown", 299],
    ["stale", "when its lease is over and its process cannot be judged", "unknown", 300],
    ["dead", "at once when its process is proven dead", "dead", 0],
    ["active", "for as long as a tool announced", null, 899, 900],
    ["stale", "after that", null, 900, 900],
    ["active", "no shorter because a tool announced little", null, 299, 1],
  ];
  for (const [want, when, verdict, seconds, busy = 0] of TABLE) {
    test(`${want} ${when}`, () => {
      const record = instance("s", { pinged: at(0), busy_ms: busy * 1000 });
      expect(standing(record, verdict, at(seconds * 1000), LIMITS)).toBe(want);
    });
  }
});

describe("pinged()", () => {
  test("renews the lease from now", () => {
    const record = pinged(instance("s"), at(200_000));
    expect(leaseLeftMs(record, at(200_000), LIMITS)).toBe(300_000);
    expect(record).toMatchObject({ ping_count: 2, last_ping: "2026-01-08T12:03:20Z" });
  });

  test("does not cut short what a running tool announced", () => {
    const busy = pinged(instance("s"), at(0), 900_000);
    expect(leaseLeftMs(pinged(busy, at(100_000)), at(100_000), LIMITS)).toBe(800_000);
    expect(pinged(busy, at(1_000_000)).busy_ms).toBe(0);
  });
});

describe("ageMs()", () => {
  test.each([
    ["by the monotonic clock within a boot", at(0), { ...at(5000), wall_ms: 0 }, 5000],
    ["by the wall clock across boots", at(0), { ...at(5000), mono_ms: 1, boot: "other" }, 5000],
    [
      "by the wall clock when the boot could not be read",
      { ...at(0), boot: "0" },
      { ...at(5000), mono_ms: 1, boot: "0" },
      5000,
    ],
    ["never negative", at(5000), at(0), 0],
    ["never negative across boots", { ...at(5000), boot: "other" }, at(0), 0],
  ])("measures %s", (_, then, now, age) => expect(ageMs(then, now)).toBe(age));

  test("and liesAhead() agree on what lies ahead", () => {
    expect(liesAhead(at(1), at(0))).toBe(true);
    expect(liesAhead(at(0), at(0))).toBe(false);
    expect(later(at(0), 5)).toEqual(at(5));
  });
});

test("isoSeconds() prints whole seconds in UTC for any number", () => {
  expect([at(999).wall_ms, -1, Number.NaN, Infinity, 9e18].map(isoSeconds)).toEqual([
    "2026-01-08T12:00:00Z",
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
  ]);
});

test("familyOf() is the session of a subagent, and a session itself", () => {
  expect(
    [
      { instance_id: "s.1", parent: "s" },
      { instance_id: "s", parent: null },
    ].map(familyOf),
  ).toEqual(["s", "s"]);
});

describe("registered()", () => {
  const INTRO: Introduction = {
    instance_id: "s",
    parent: null,
    session_id: "the session",
    agent_id: null,
    process: processRef(1),
    outlived: false,
    agent_role: undefined,
    task: undefined,
    branch: "main",
    worktree: "",
    worktree_path: "/project",
  };
  const again = (old: Partial<InstanceRecord>, intro: Partial<Introduction>): InstanceRecord =>
    registered(registered(undefined, { ...INTRO, ...old }, at(0)), { ...INTRO, ...intro }, at(1000));

  test("gives a new instance the defaults, bound from now", () => {
    expect(registered(undefined, INTRO, at(0))).toMatchObject({
      task: DEFAULT_TASK,
      agent_role: DEFAULT_ROLE,
      started: at(0),
      bound: at(0),
      pinged: at(0),
      pid: 1,
    });
  });

  test("renews the lease of one that is known, and keeps what nobody changed", () => {
    const record = again({ task: "T", agent_role: "R" }, {});
    expect(record).toMatchObject({
      task: "T",
      agent_role: "R",
      started: at(0),
      bound: at(0),
      pinged: at(1000),
      ping_count: 2,
    });
  });

  test("begins a new life when its process has died and it comes back in another", () => {
    expect(again({}, { process: processRef(2), outlived: true })).toMatchObject({
      process: processRef(2),
      pid: 2,
      bound: at(1000),
      started: at(0),
    });
    expect(again({}, { process: processRef(1, "later"), outlived: true }).bound).toEqual(at(1000));
  });

  test("keeps what it holds when it is bound to another process while the first one lives", () => {
    expect(again({}, { process: processRef(2) })).toMatchObject({ process: processRef(2), bound: at(0) });
  });

  test("keeps a binding that nothing is said about", () => {
    expect(again({}, { process: null })).toMatchObject({ process: processRef(1), pid: 1, bound: at(0) });
  });

  test("takes over a new task, role, branch and place", () => {
    const record = again({}, { task: "T", agent_role: "R", branch: "b", worktree: "w", worktree_path: "/w" });
    expect(record).toMatchObject({ task: "T", agent_role: "R", branch: "b", worktree: "w", worktree_path: "/w" });
  });
});

describe("withPrompt()", () => {
  test("makes the first line of a prompt the task, and the next prompt's after", () => {
    const one = withPrompt(instance("s"), "\n  Fix the parser \nand more");
    expect(one.task).toBe("Fix the parser");
    expect(withPrompt(one, "Now the tests").task).toBe("Now the tests");
  });

  test("leaves a task that was set by hand, and one that a blank prompt does not replace", () => {
    expect(withPrompt(instance("s", { task: "By hand" }), "Fix").task).toBe("By hand");
    expect(withPrompt(instance("s"), " \n ").task).toBe(DEFAULT_TASK);
  });

  test("cuts at 200 characters and no character in two", () => {
    expect(withPrompt(instance("s"), "👍".repeat(300)).task).toBe("👍".repeat(200));
  });
});
