/** Moments that lie ahead, or that were taken on the clocks of two boots: RELIABILITY section 3, DESIGN section 2. */
import { describe, expect, test } from "bun:test";
import { instanceByNow, lockByNow } from "../../src/domain/from-future.ts";
import { remainingMs } from "../../src/domain/lock.ts";
import { aheadMs, type Stamp } from "../../src/domain/time.ts";
import { at, grant, instance, LIMITS, lock, pathId } from "./samples.ts";

const HOUR_MS = 3_600_000;
const SLACK_MS = LIMITS.ttlMs;

/** Of the boot before this one, by a wall clock that showed `ms` after noon. */
function before(ms: number): Stamp {
  return { ...at(ms), mono_ms: 9e9, boot: "earlier" };
}

describe("a grant of an earlier life of its holder, in another process, is over", () => {
  const me = { host: "h", boot: "b", pidns: "1", pid: 7, start: "1" };
  const left = (granted: Stamp, bound: Stamp, boot = bound.boot): number => {
    const record = instance("s", { bound, process: { ...me, boot } });
    const held = grant("s", { granted, renewed: at(10), locked_by: { instance_id: "s", agent_role: "", pid: 7 } });
    return remainingMs(held, { record, verdict: "alive" }, at(10), LIMITS);
  };

  test("by the monotonic clock within a boot, whatever the wall clock said", () => {
    expect(left(at(1), { ...at(2), wall_ms: 0 })).toBe(0);
    expect(left({ ...at(2), wall_ms: 9e12 }, at(1))).toBeGreaterThan(0);
  });

  test("always, where a boot lies in between", () => {
    for (const ms of [-HOUR_MS, HOUR_MS]) expect(left(before(ms), at(0))).toBe(0);
  });

  test("by the wall clock, where a boot could not be read", () => {
    const unread = { ...at(1), boot: "0", mono_ms: 9e9 };
    expect(left(unread, at(2))).toBe(0);
    expect(left(at(2), unread, "b")).toBeGreaterThan(0);
  });
});

test("a lock is not lost because its holder registered before the boot, when the wall clock was ahead", () => {
  const record = instance("s", { started: before(2 * HOUR_MS), pinged: at(HOUR_MS) });
  const held = grant("s", { granted: at(0), renewed: at(0), ttl_ms: 3 * HOUR_MS });
  expect(remainingMs(held, { record, verdict: null }, at(HOUR_MS), LIMITS)).toBe(2 * HOUR_MS);
});

describe("a record from the future", () => {
  const path = pathId("a.ts");
  const far = before(HOUR_MS);

  test("is left alone while it ends but a lease later than it should", () => {
    const near = before(SLACK_MS);
    expect(aheadMs(near, at(0))).toBe(SLACK_MS);
    const [record, held] = [instance("s", { started: near }), lock(path, grant("s", { granted: near, renewed: near }))];
    expect(instanceByNow(record, at(0), SLACK_MS)).toBe(record);
    expect(lockByNow(held, at(0), SLACK_MS)).toBe(held);
  });

  test("counts from now on, and ends a lease later", () => {
    const record = instanceByNow(instance("s", { started: far }), at(0), SLACK_MS);
    expect(record).toMatchObject({ started: at(0), started_at: "2026-01-08T12:00:00Z", pinged: at(0) });
    expect(record.last_ping).toBe("2026-01-08T12:00:00Z");
    const [held] = lockByNow(
      lock(path, grant("s", { granted: far, renewed: far, ended: far })),
      at(0),
      SLACK_MS,
    ).grants;
    if (held === undefined) throw new Error("no grant");
    expect(held).toMatchObject({ granted: at(0), renewed: at(0), ended: at(0), locked_at: "2026-01-08T12:00:00Z" });
    const left = (ms: number) => remainingMs({ ...held, ended: null }, { record, verdict: null }, at(ms), LIMITS);
    expect([left(1), left(LIMITS.ttlMs - 1), left(LIMITS.ttlMs)]).toEqual([LIMITS.ttlMs - 1, 1, 0]);
  });

  test("keeps what it holds when the lock was looked at before its holder", () => {
    const [held] = lockByNow(lock(path, grant("s", { granted: far, renewed: far })), at(0), SLACK_MS).grants;
    const record = instanceByNow(instance("s", { started: far }), at(1000), SLACK_MS);
    if (held === undefined) throw new Error("no grant");
    expect(remainingMs(held, { record, verdict: null }, at(2000), LIMITS)).toBe(LIMITS.ttlMs - 1000);
  });
});
