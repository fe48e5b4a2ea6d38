/** How long a lock holds: DESIGN section 2 "lock" and section 5 "Tool locks". Times in seconds after the grant. */
import { describe, expect, test } from "bun:test";
import type { InstanceRecord } from "../../src/domain/instance.ts";
import { remainingMs, type Grant } from "../../src/domain/lock.ts";
import type { Verdict } from "../../src/domain/process.ts";
import { endToolUse } from "../../src/domain/tool-use.ts";
import { actor, around, at, grant, instance, LIMITS, lock, pathId } from "./samples.ts";

interface Case {
  readonly lock: Partial<Grant>;
  /** The holder's record; null: it is not registered. */
  readonly holder?: Partial<InstanceRecord> | null;
  readonly verdict?: Verdict;
  /** It holds for this long, and at this moment it no longer does. Seconds; Infinity: longer than any test looks. */
  readonly until: number;
}

const PROCESS = { host: "h", boot: "b", pidns: "1", pid: 1, start: "1" };

const TABLE: Readonly<Record<string, Case>> = {
  "a claim without --ttl, for ttl from the last renewal of its holder's lease": { lock: {}, until: 300 },
  "a claim whose holder's lease was renewed after 100 s": { lock: {}, holder: { pinged: at(100_000) }, until: 400 },
  "a turn lock, likewise": { lock: { kind: "turn" }, holder: { pinged: at(100_000) }, until: 400 },
  "a session lock, likewise": { lock: { kind: "session" }, holder: { pinged: at(100_000) }, until: 400 },
  "a claim renewed itself after 50 s, by a holder without heartbeat": { lock: { renewed: at(50_000) }, until: 350 },
  "a claim whose holder runs a tool that announced 900 s": { lock: {}, holder: { busy_ms: 900_000 }, until: 900 },
  "a claim whose holder announced less than its ttl": { lock: {}, holder: { busy_ms: 1000 }, until: 300 },
  "a claim whose holder was never registered": { lock: {}, holder: null, until: 300 },
  "a claim of a holder that lives but sent no heartbeat": {
    lock: {},
    holder: { process: PROCESS },
    verdict: "alive",
    until: 300,
  },
  "a claim with --ttl 10m": { lock: { ttl_ms: 600_000 }, until: 600 },
  "a claim with --ttl 10s of a holder whose lease runs": {
    lock: { ttl_ms: 10_000 },
    holder: { pinged: at(9000) },
    until: 10,
  },
  "a claim with --ttl 10s, renewed itself after 9 s": { lock: { ttl_ms: 10_000, renewed: at(9000) }, until: 19 },
  "a tool lock, for 60 s": { lock: { kind: "tool", tool_use_ids: ["a"] }, until: 60 },
  "a tool lock, heartbeats or not": {
    lock: { kind: "tool", tool_use_ids: ["a"] },
    holder: { pinged: at(50_000) },
    until: 60,
  },
  "a tool lock asked for again after 30 s": { lock: { kind: "tool", renewed: at(30_000) }, until: 90 },
  "a tool lock whose last call ended after 5 s, for the formatters' 10 s": {
    lock: { kind: "tool", ended: at(5000) },
    until: 15,
  },
  "a tool lock whose last call ended after 55 s, no longer than its 60 s": {
    lock: { kind: "tool", ended: at(55_000) },
    until: 60,
  },
};

describe("remainingMs(): holds", () => {
  for (const [name, { lock: fields, holder, verdict, until }] of Object.entries(TABLE)) {
    test(`${name}: until ${until} s`, () => {
      const record = holder === null ? undefined : instance("s", holder ?? {});
      const left = (seconds: number): number =>
        remainingMs(grant("s", fields), { record, verdict: verdict ?? null }, at(seconds * 1000), LIMITS);
      expect(left(until - 0.001)).toBeCloseTo(1, 6);
      expect(left(until)).toBe(0);
      expect(left(until + 1000)).toBeLessThanOrEqual(0);
    });
  }

  test("no lock of a holder whose process is proven dead, whatever its kind and time", () => {
    for (const kind of ["tool", "turn", "session", "claim"] as const) {
      for (const ttl_ms of [null, 3_600_000]) {
        expect(
          remainingMs(grant("s", { kind, ttl_ms }), { record: instance("s"), verdict: "dead" }, at(0), LIMITS),
        ).toBe(0);
      }
    }
  });

  test("a lock of a holder that cannot be judged, until its time", () => {
    expect(remainingMs(grant("s"), { record: instance("s"), verdict: "unknown" }, at(299_000), LIMITS)).toBe(1000);
  });

  test("no lock from an earlier life of a session that was resumed in another process", () => {
    const resumed = instance("s", { bound: at(60_000), pinged: at(60_000) });
    const left = (granted: number): number =>
      remainingMs(
        grant("s", { granted: at(granted), renewed: at(granted) }),
        { record: resumed, verdict: "alive" },
        at(61_000),
        LIMITS,
      );
    expect(left(59_999)).toBe(0);
    expect(left(60_000)).toBeGreaterThan(0);
    expect(left(60_500)).toBeGreaterThan(0);
  });

  test("no lock for longer because its time lies ahead", () => {
    expect(
      remainingMs(
        grant("s", { granted: at(9e9), renewed: at(9e9) }),
        { record: undefined, verdict: null },
        at(0),
        LIMITS,
      ),
    ).toBe(300_000);
  });

  test("by the monotonic clock within one boot, however the wall clock jumps", () => {
    const jumped = { ...at(100_000), wall_ms: at(0).wall_ms - 86_400_000 };
    expect(remainingMs(grant("s"), { record: instance("s"), verdict: null }, jumped, LIMITS)).toBe(200_000);
  });

  test("by the wall clock across boots", () => {
    const rebooted = { wall_ms: at(100_000).wall_ms, mono_ms: 5, boot: "next" };
    expect(remainingMs(grant("s"), { record: instance("s"), verdict: null }, rebooted, LIMITS)).toBe(200_000);
  });
});

describe("endToolUse()", () => {
  const path = pathId("a.ts");
  const ended = (fields: Partial<Grant>, id: string): Grant | undefined =>
    endToolUse(
      lock(path, grant("s", fields), grant("s.1", { fence: 2, kind: "tool", tool_use_ids: [id] })),
      actor("s"),
      id,
      around({ now: at(7000) }),
    ).grants[0];

  test("starts the last ten seconds when the last tool call has ended", () => {
    expect(ended({ kind: "tool", tool_use_ids: ["one"] }, "one")).toMatchObject({ tool_use_ids: [], ended: at(7000) });
  });

  test("waits for the others that are under way", () => {
    expect(ended({ kind: "tool", tool_use_ids: ["one", "two"] }, "one")).toMatchObject({
      tool_use_ids: ["two"],
      ended: null,
    });
  });

  test("leaves locks of other kinds and of others alone", () => {
    expect(ended({ kind: "turn", tool_use_ids: ["one"] }, "one")).toMatchObject({ tool_use_ids: ["one"], ended: null });
    const others = endToolUse(
      lock(path, grant("t", { kind: "tool", tool_use_ids: ["one"] })),
      actor("s"),
      "one",
      around({}),
    );
    expect(others.grants[0]).toMatchObject({ tool_use_ids: ["one"], ended: null });
  });
});

describe("after a boot and a wall clock that was set back an hour", () => {
  const [before, after] = ["boot 1", "boot 2"].map((boot, n) => ({ wall_ms: -n * 3_600_000, mono_ms: 1000, boot }));
  if (before === undefined || after === undefined) throw new Error("no moments");
  const verdict = "alive" as const;

  test("a lock of a session's earlier process holds no more, though the session came back", () => {
    const old = grant("s", {
      granted: before,
      renewed: before,
      locked_by: { instance_id: "s", agent_role: "", pid: 1 },
    });
    const process = { ...PROCESS, boot: after.boot };
    const record = instance("s", { bound: after, pinged: after, pid: 1, process });
    expect(remainingMs(old, { record, verdict }, after, LIMITS)).toBe(0);
  });

  test("a new lock of an instance that is bound to no process holds", () => {
    const fresh = grant("s", { granted: after, renewed: after });
    const record = instance("s", { bound: before, started: before, pinged: after });
    expect(remainingMs(fresh, { record, verdict: null }, { ...after, mono_ms: 2000 }, LIMITS)).toBe(299_000);
  });
});
