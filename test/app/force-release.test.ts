import { expect, test } from "bun:test";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { listLocks } from "../../src/app/check-lock.ts";
import { forceReleaseLock } from "../../src/app/force-release.ts";
import { releaseLock } from "../../src/app/release-lock.ts";
import { renewLocks } from "../../src/app/renew-lock.ts";
import { place, thrown, type Place } from "./project.ts";

const PLAIN = { intent: "", ttlMs: undefined };

async function locked(here: Place, id: string): Promise<string> {
  const { locks } = await acquireLocks([here.share(id, "a.ts")], PLAIN);
  return locks[0]?.lock_id ?? "";
}

test("forceReleaseLock() ends the lock with this ID, says so in the history, and its holder learns it", async () => {
  using here = await place();
  const lockId = await locked(here, "a");
  const force = forceReleaseLock(here.app, here.as("b"), "a.ts", lockId);
  expect(await force).toMatchObject({ file_path: "a.ts", state: "released" });
  expect(await listLocks(here.app)).toEqual([]);
  expect(here.app.store.events(-1, 100_000).events.at(-1)).toMatchObject({
    event: "force_released",
    instance: "b",
    from: "a",
    path: "a.ts",
    lock_id: lockId,
  });
  expect(await thrown(renewLocks(here.share("a", "a.ts"), undefined))).toMatchObject({ code: "LOCK_EXPIRED" });
  await locked(here, "c");
  expect(await thrown(renewLocks(here.share("a", "a.ts"), undefined))).toMatchObject({ code: "CONFLICT" });
  expect(await thrown(releaseLock(here.app, here.as("a"), "a.ts"))).toMatchObject({ code: "CONFLICT" });
});

test("forceReleaseLock() leaves a newer lock than the one that was seen, and names it", async () => {
  using here = await place();
  const seen = await locked(here, "a");
  await releaseLock(here.app, here.as("a"), "a.ts");
  const newer = await locked(here, "b");
  expect(await thrown(forceReleaseLock(here.app, here.as("c"), "a.ts", seen))).toMatchObject({
    code: "LOCK_HELD",
    message: `Not released: the lock on "a.ts" is another now, with the ID ${newer}, held by b`,
    data: { holders: [{ lock_id: newer }] },
  });
  expect((await listLocks(here.app)).map((lock) => lock.lock_id)).toEqual([newer]);
});

test("forceReleaseLock() of one of a family's two locks leaves the other", async () => {
  using here = await place();
  const session = await locked(here, "claude-0123456789ab");
  const subagent = await locked(here, "claude-0123456789ab.helper");
  await forceReleaseLock(here.app, here.as("c"), "a.ts", session);
  expect((await listLocks(here.app)).map((lock) => lock.lock_id)).toEqual([subagent]);
});

test("forceReleaseLock() where nothing is locked does nothing", async () => {
  using here = await place();
  const answer = { file_path: "a.ts", state: "free" } as const;
  expect(await forceReleaseLock(here.app, here.as("c"), "a.ts", "some-id")).toMatchObject(answer);
  const lockId = await locked(here, "a");
  here.pass(400_000);
  expect(await forceReleaseLock(here.app, here.as("c"), "a.ts", lockId)).toMatchObject(answer);
});
