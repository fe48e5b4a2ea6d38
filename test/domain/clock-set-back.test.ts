/** Moments that lie ahead, or that were taken on the clocks of two boots: RELIABILITY section 3, DESIGN section 2. */
import { describe, expect, test } from "bun:test";
import { instanceByNow, lockByNow } from "../../src/domain/from-future.ts";
import { remainingMs } from "../../src/domain/lock.ts";
import { aheadMs, precedes, type Stamp } from "../../src/domain/time.ts";
import { at, grant, instance, LIMITS, lock, pathId } from "./samples.ts";

const HOUR_MS = 3_600_000;
const SLACK_MS = LIMITS.ttlMs;

/** Of the boot before this one, by a wall clock that showed `ms` after noon. */
function before(ms: number): Stamp {
  return { ...at(ms), mono_ms: 9e9, boot: "earlier" };
}

describe("precedes()", () => {
  test("goes by the monotonic clock within a boot, whatever the wall clock said", () => {
    const [first, second] = [{ ...at(0), wall_ms: 9e12 }, at(1)];
    expect([precedes(first, second, at(2)), precedes(second, first, at(2))]).toEqual([true, false]);
    expect(precedes(first, first, at(2))).toBe(false);
  });

  test("puts every earlier boot before this one, whatever their wall clocks said", () => {
    for (const ms of [-HOUR_MS, HOUR_MS]) {
      expect(precedes(before(ms), at(0), at(1))).toBe(true);
      expect(precedes(at(0), before(ms), at(1))).toBe(false);
    }
  });

  test("has only the wall clock for two earlier boots, or one that could not be read", () => {
    const third = { ...before(5), boot: "still earlier" };
    expect([precedes(before(0), third, at(9)), precedes(third, before(0), at(9))]).toEqual([true, false]);
    expect(precedes({ ...at(1), boot: "0", mono_ms: 9e9 }, at(2), at(3))).toBe(true);
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
