import { describe, expect, test } from "bun:test";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { listLocks } from "../../src/app/check-lock.ts";
import { acquireWithin, waitLock } from "../../src/app/wait-lock.ts";
import { releaseLock } from "../../src/app/release-lock.ts";
import { place, thrown, type Place } from "./project.ts";

const PLAIN = { intent: "", ttlMs: undefined };
/** Only a wait that never ends gets here. */
const LONG_MS = 20_000;
const never = new AbortController().signal;

/** Resolves when somebody has been refused. */
async function refused(here: Place, path: string): Promise<void> {
  const isHeld = () => here.app.store.events(-1, 100_000).events.some((e) => e.event === "held" && e["path"] === path);
  while (!isHeld()) await Bun.sleep(1);
}

describe("acquireWithin()", () => {
  test("takes several paths when the last of them is free, and makes one refusal of it in the history", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts", "b.ts")], PLAIN);
    const waiting = acquireWithin([here.share("b", "a.ts", "b.ts")], PLAIN, LONG_MS, never);
    await refused(here, "b.ts");
    await releaseLock(here.app, here.as("a"), "a.ts");
    await releaseLock(here.app, here.as("a"), "b.ts");
    expect((await waiting)?.locks).toHaveLength(2);
    const held = here.app.store.events(-1, 100_000).events.filter((e) => e.event === "held");
    expect(held.map((e) => e["path"])).toEqual(["a.ts", "b.ts"]);
  });

  test("says after its time that it waited, how long, and who holds", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts")], PLAIN);
    const error = await thrown(acquireWithin([here.share("b", "a.ts")], PLAIN, 30, never));
    expect(error).toMatchObject({ code: "LOCK_HELD", data: { holders: [{ locked_by: { instance_id: "a" } }] } });
    expect(error instanceof Error ? error.message : "").toStartWith(
      'Cannot lock "a.ts" after waiting 30ms: still held by a since ',
    );
  });

  test("takes what has ended by time without anybody's doing", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts")], { intent: "", ttlMs: 60 });
    expect((await acquireWithin([here.share("b", "a.ts")], PLAIN, LONG_MS, never))?.tookOver).toHaveLength(1);
  });

  test("takes nothing once it is told to stop, and gives back what it got at that moment", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts")], PLAIN);
    const stopped = new AbortController();
    const waiting = acquireWithin([here.share("b", "a.ts")], PLAIN, LONG_MS, stopped.signal);
    await refused(here, "a.ts");
    stopped.abort();
    expect(await waiting).toBeUndefined();
    const late = await acquireWithin([here.share("b", "b.ts")], PLAIN, LONG_MS, AbortSignal.abort());
    expect(late).toBeUndefined();
    expect((await listLocks(here.app)).map((lock) => lock.file_path)).toEqual(["a.ts"]);
  });
});

test("waitLock() says after its time what it waited for, and that it is still held", async () => {
  using here = await place();
  await acquireLocks([here.share("a", "a.ts")], PLAIN);
  const error = await thrown(waitLock(here.app, here.as("b"), "a.ts", 20));
  expect(error instanceof Error ? error.message : "").toStartWith('Waited 20ms for "a.ts": still held by a since ');
});
