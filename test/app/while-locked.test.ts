import { describe, expect, test } from "bun:test";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { listLocks } from "../../src/app/check-lock.ts";
import { forceReleaseLock } from "../../src/app/force-release.ts";
import { typedPath } from "../../src/app/paths.ts";
import { whileLocked } from "../../src/app/while-locked.ts";
import { coordError } from "../../src/domain/errors.ts";
import { place, thrown, type Place } from "./project.ts";

const PLAIN = { intent: "", ttlMs: undefined };
const signal = new AbortController().signal;
const OWN = { ...PLAIN, waitMs: undefined, own: true, signal };

const held = async ({ app }: Place) => (await listLocks(app)).map((lock) => lock.file_path);

describe("whileLocked()", () => {
  test("holds all of the locks during the work, records its writes and leaves nothing", async () => {
    using here = await place();
    const done = await whileLocked([here.share("r", "a.ts", "b.ts")], { ...OWN, task: "Run it" }, async () => {
      expect(await held(here)).toEqual(["a.ts", "b.ts"]);
      expect(here.app.store.instance("r")?.task).toBe("Run it");
      here.write("a.ts", "new");
      return 7;
    });
    expect(done).toEqual({ value: 7, lost: undefined });
    expect(await held(here)).toEqual([]);
    expect(here.app.store.instances()).toEqual([]);
    const { ledger } = here.app.store.path(typedPath(here.app, "a.ts").key);
    expect(ledger?.writes).toMatchObject([{ instance_id: "r", probable: false }]);
  });

  test("does not begin where a lock is held, and leaves nothing", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "b.ts")], PLAIN);
    let begun = false;
    const work = async () => {
      begun = true;
    };
    expect(await thrown(whileLocked([here.share("r", "a.ts", "b.ts")], OWN, work))).toMatchObject({
      code: "LOCK_HELD",
    });
    expect(begun).toBe(false);
    expect(await held(here)).toEqual(["b.ts"]);
    expect(here.app.store.instances().map((record) => record.instance_id)).toEqual(["a"]);
  });

  test("gives the locks back when the work throws", async () => {
    using here = await place();
    const work = async () => {
      throw coordError("COMMAND_NOT_RUN", "no");
    };
    expect(await thrown(whileLocked([here.share("r", "a.ts")], OWN, work))).toMatchObject({ code: "COMMAND_NOT_RUN" });
    expect(await held(here)).toEqual([]);
  });

  test("leaves what was held before, and the instance that acts, where that is not its own", async () => {
    using here = await place();
    await acquireLocks([here.share("a", "a.ts")], PLAIN);
    await whileLocked([here.share("a", "a.ts", "b.ts")], { ...OWN, own: false }, async () => undefined);
    expect(await held(here)).toEqual(["a.ts"]);
    expect(here.app.store.instance("a")).toBeDefined();
  });

  test("renews the locks while the work goes on", async () => {
    using here = await place();
    const done = await whileLocked([here.share("r", "a.ts")], { ...OWN, ttlMs: 80 }, async (lost) => {
      // Several lives of the lock; it is lost at once where nobody renews.
      const first = await Promise.race([lost, Bun.sleep(400)]);
      expect(first).toBeUndefined();
      return thrown(acquireLocks([here.share("b", "a.ts")], PLAIN));
    });
    expect(done).toMatchObject({ value: { code: "LOCK_HELD" }, lost: undefined });
  });

  test("tells during the work that a lock is lost, and answers it", async () => {
    using here = await place();
    const done = await whileLocked([here.share("r", "a.ts", "b.ts")], { ...OWN, ttlMs: 400 }, async (lost) => {
      const lock = (await listLocks(here.app)).find(({ file_path }) => file_path === "b.ts");
      await forceReleaseLock(here.app, here.as("boss"), "b.ts", lock?.lock_id ?? "");
      return (await lost).code;
    });
    expect(done).toMatchObject({ value: "LOCK_EXPIRED", lost: { code: "LOCK_EXPIRED" } });
    expect(await held(here)).toEqual([]);
  });

  test("tells after the work that a lock had been lost unnoticed", async () => {
    using here = await place();
    const done = await whileLocked([here.share("r", "a.ts")], OWN, async () => here.pass(400_000));
    expect(done?.lost).toMatchObject({ code: "LOCK_EXPIRED" });
  });

  test("answers what the work did, and why its locks could not be given back", async () => {
    using here = await place();
    const { store } = here.app;
    let isFull = false;
    const transact: typeof store.transact = async (decide, options) => {
      if (isFull) throw coordError("IO", "The disk is full");
      return store.transact(decide, options);
    };
    const share = { ...here.share("r", "a.ts"), app: { ...here.app, store: { ...store, transact } } };
    const done = await whileLocked([share], OWN, async () => {
      isFull = true;
      return 7;
    });
    expect(done).toMatchObject({ value: 7, lost: { code: "IO" } });
  });

  test("bears with a store that cannot be reached for a while", async () => {
    using here = await place();
    let failing = 0;
    const { store } = here.app;
    const transact: typeof store.transact = async (decide, options) => {
      if (failing > 0) {
        failing -= 1;
        throw coordError("GUARD_BUSY", "busy");
      }
      return store.transact(decide, options);
    };
    const share = { ...here.share("r", "a.ts"), app: { ...here.app, store: { ...store, transact } } };
    const done = await whileLocked([share], { ...OWN, ttlMs: 200 }, async (lost) => {
      failing = 1;
      return Promise.race([lost, Bun.sleep(500)]);
    });
    expect(done).toEqual({ value: undefined, lost: undefined });
  });
});
