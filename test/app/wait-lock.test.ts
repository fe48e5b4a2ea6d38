import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { listLocks } from "../../src/app/check-lock.ts";
import { acquireWithin, waitLock } from "../../src/app/wait-lock.ts";
import { releaseLock } from "../../src/app/release-lock.ts";
import { openApp, type App } from "../../src/app/context.ts";
import type { Share } from "../../src/app/claim.ts";
import { isCoordError } from "../../src/domain/errors.ts";
import { loadNative } from "../../src/platform/sys/load.ts";
import { initGuard, guardPorts } from "../../src/store/file/guard.ts";
import { heldName } from "../../src/store/file/token.ts";
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

interface Stopped extends Disposable {
  readonly goOn: () => void;
}

/** A process that takes the guard, is stopped while it has it, and gives it back when it goes on. */
async function stoppedInGuard({ sys, processes, workspace }: App): Promise<Stopped> {
  const dir = join(workspace.stateDir, "guard");
  initGuard(guardPorts({ sys, dir, self: processes.self, judge: processes.judge }));
  const script = 'read -r name; mv "$0/free" "$0/$name"; echo held; kill -STOP $$; mv "$0/$name" "$0/free"';
  const child = Bun.spawn(["sh", "-c", script, dir], { stdin: "pipe", stdout: "pipe" });
  const ref = processes.find(child.pid);
  if (ref === undefined) throw new Error("the child cannot be found");
  await child.stdin.write(`${heldName(ref, "n0nce")}\n`);
  await child.stdin.flush();
  await child.stdout.getReader().read();
  return { goOn: () => child.kill("SIGCONT"), [Symbol.dispose]: () => child.kill("SIGKILL") };
}

/** The same place with the store in files, and what is done whenever the guard was busy. */
async function inFiles(here: Place, onBusy: (times: number) => void): Promise<App> {
  const { env, cwd } = here.app;
  const app = await openApp({ native: await loadNative(), env, cwd, guardWaitMs: 20 });
  let times = 0;
  const { transact } = app.store;
  const told: typeof transact = async (decide, options) => {
    try {
      return await transact(decide, options);
    } catch (error) {
      if (isCoordError(error) && error.code === "GUARD_BUSY") onBusy((times += 1));
      throw error;
    }
  };
  return { ...app, store: { ...app.store, transact: told } };
}

describe("a process that is stopped inside the guard", () => {
  const shareOf = (app: App, here: Place): Share => ({ app, me: here.as("b"), paths: ["a.ts"] });

  test("is waited for like a lock, and when it goes on the lock is taken", async () => {
    using here = await place();
    let goOn = (): void => undefined;
    const app = await inFiles(here, (times) => {
      if (times === 3) goOn();
    });
    using holder = await stoppedInGuard(app);
    goOn = holder.goOn;
    expect((await acquireWithin([shareOf(app, here)], PLAIN, LONG_MS, never))?.locks).toHaveLength(1);
  });

  test("is named when the time is over, and at once where nobody wants to wait", async () => {
    using here = await place();
    let busy = 0;
    const app = await inFiles(here, (times) => {
      busy = times;
    });
    using _ = await stoppedInGuard(app);
    const shares = [shareOf(app, here)];
    expect(await thrown(acquireWithin(shares, PLAIN, undefined, never))).toMatchObject({ code: "GUARD_BUSY" });
    expect(busy).toBe(1);
    expect(await thrown(acquireWithin(shares, PLAIN, 100, never))).toMatchObject({
      code: "GUARD_BUSY",
      hint: expect.stringContaining("--break-guard"),
    });
    expect(busy).toBeGreaterThan(2);
  });

  test("keeps nobody from being told to stop, nor from seeing that a path is free", async () => {
    using here = await place();
    const stopped = new AbortController();
    const app = await inFiles(here, () => {
      setImmediate(() => stopped.abort());
    });
    using _ = await stoppedInGuard(app);
    expect(await acquireWithin([shareOf(app, here)], PLAIN, LONG_MS, stopped.signal)).toBeUndefined();
    expect(await waitLock(app, here.as("b"), "a.ts", 100)).toMatchObject({ state: "free" });
  });
});
