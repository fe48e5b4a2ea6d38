import { describe, expect, test } from "bun:test";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { verifyLock } from "../../src/app/check-lock.ts";
import { releaseLock } from "../../src/app/release-lock.ts";
import { renewLocks } from "../../src/app/renew-lock.ts";
import { place, thrown } from "./project.ts";

const PLAIN = { intent: "", ttlMs: undefined };
const MINUTE_MS = 60_000;

describe("renewLocks()", () => {
  test("gives a claim its time again, and the lease of its holder too", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts")], { intent: "why", ttlMs: 10 * MINUTE_MS });
    here.pass(4 * MINUTE_MS);
    const [lock] = await renewLocks(here.share("a", "a.ts"), undefined);
    expect(lock).toMatchObject({ intent: "why", kind: "claim", fence: 1, expires_in_ms: 10 * MINUTE_MS });
    here.pass(4 * MINUTE_MS);
    // The lease of five minutes would be over by now.
    expect(here.app.store.instance("a")?.ping_count).toBe(2);
    expect((await verifyLock(here.app, here.as("a"), "a.ts", 1)).state).toBe("mine");
  });

  test("takes another time, shorter or longer", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts")], PLAIN);
    for (const ttlMs of [MINUTE_MS, 60 * MINUTE_MS]) {
      expect(await renewLocks(here.share("a", "a.ts"), ttlMs)).toMatchObject([{ expires_in_ms: ttlMs }]);
    }
  });

  test("is 11 for what has ended, and brings nothing back", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts")], { intent: "", ttlMs: MINUTE_MS });
    here.pass(MINUTE_MS);
    expect(await thrown(renewLocks(here.share("a", "a.ts"), undefined))).toMatchObject({ code: "LOCK_EXPIRED" });
    expect((await verifyLock(here.app, here.as("a"), "a.ts", undefined)).state).toBe("expired");
  });

  test("is 12 once another has had it, 10 for one who never had it, 11 where there is nothing, 13 for a stranger", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts")], { intent: "", ttlMs: MINUTE_MS });
    here.pass(MINUTE_MS);
    await acquireLocks([here.share("b", "a.ts")], PLAIN);
    expect(await thrown(renewLocks(here.share("a", "a.ts"), undefined))).toMatchObject({ code: "CONFLICT" });
    await acquireLocks([here.share("c", "c.ts")], PLAIN);
    expect(await thrown(renewLocks(here.share("c", "a.ts"), undefined))).toMatchObject({ code: "LOCK_HELD" });
    expect(await thrown(renewLocks(here.share("nobody", "a.ts"), undefined))).toMatchObject({ code: "LOCK_HELD" });
    expect(await thrown(renewLocks(here.share("c", "free.ts"), undefined))).toMatchObject({
      code: "LOCK_EXPIRED",
      message: expect.stringContaining("Nothing to renew"),
    });
    expect(await thrown(renewLocks(here.share("nobody", "free.ts"), undefined))).toMatchObject({
      code: "STALE_INSTANCE",
    });
    here.pass(6 * MINUTE_MS);
    expect(await thrown(renewLocks(here.share("c", "free.ts"), undefined))).toMatchObject({ code: "STALE_INSTANCE" });
  });

  test("renews all of several or none", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts")], { intent: "", ttlMs: 5 * MINUTE_MS });
    await acquireLocks([here.share("a", "b.ts")], { intent: "", ttlMs: MINUTE_MS });
    here.pass(2 * MINUTE_MS);
    expect(await thrown(renewLocks(here.share("a", "a.ts", "b.ts"), undefined))).toMatchObject({
      code: "LOCK_EXPIRED",
    });
    here.pass(3 * MINUTE_MS);
    expect((await verifyLock(here.app, here.as("a"), "a.ts", undefined)).state).toBe("expired");
  });
});

describe("verifyLock()", () => {
  test("says yes while the lock is mine and the content as I locked it, and no to another fence", async () => {
    using here = await place();
    here.write("a.ts", "1");
    await acquireLocks([here.share("a", "a.ts")], PLAIN);
    const verify = async (fence?: number) => (await verifyLock(here.app, here.as("a"), "a.ts", fence)).state;
    expect([await verify(), await verify(1), await verify(2)]).toEqual(["mine", "mine", "changed"]);
    await releaseLock(here.app, here.as("a"), "a.ts");
    expect(await verify()).toBe("free");
    await acquireLocks([here.share("a", "a.ts")], PLAIN);
    expect([await verify(1), await verify(2)]).toEqual(["changed", "mine"]);
    here.write("a.ts", "2");
    expect(await verify(2)).toBe("changed");
  });

  test("says that nothing is mine although others have changed what I once saw", async () => {
    using here = await place();
    here.write("a.ts", "1");
    await acquireLocks([here.share("a", "a.ts")], PLAIN);
    here.write("a.ts", "2");
    await releaseLock(here.app, here.as("a"), "a.ts");
    await acquireLocks([here.share("b", "a.ts")], PLAIN);
    here.write("a.ts", "3");
    await releaseLock(here.app, here.as("b"), "a.ts");
    expect((await verifyLock(here.app, here.as("a"), "a.ts", undefined)).state).toBe("free");
  });
});
