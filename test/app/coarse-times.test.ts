/** Files whose times hide that they were written: whole seconds, as old file systems keep them, and times set back. */
import { expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { observePath, transactOn } from "../../src/app/content.ts";
import type { App } from "../../src/app/context.ts";
import { noteSeen } from "../../src/app/note-seen.ts";
import { typedPath } from "../../src/app/paths.ts";
import { releaseLock } from "../../src/app/release-lock.ts";
import type { FileStat, Sys } from "../../src/platform/sys/types.ts";
import type { Store } from "../../src/store/store.ts";
import { place } from "./project.ts";

const OPTIONS = { intent: "", ttlMs: undefined };
/** More than what is hashed each time. */
const SIZE = 200 * 1024;

/** `sys`, telling other times of files. */
function withTimes(sys: Sys, change: (stat: FileStat) => Partial<FileStat>): Sys {
  const stat: Sys["stat"] = (path) => {
    const found = sys.stat(path);
    return typeof found === "string" ? found : { ...found, ...change(found) };
  };
  return { ...sys, stat };
}

function wholeSeconds(ns: string): string {
  return `${ns.slice(0, -9)}000000000`;
}

/** As on ext4 with inodes of 128 bytes. */
function coarse(app: App): App {
  const times = ({ mtimeNs, ctimeNs }: FileStat) => ({
    mtimeNs: wholeSeconds(mtimeNs),
    ctimeNs: wholeSeconds(ctimeNs),
  });
  return { ...app, sys: withTimes(app.sys, times) };
}

/** As on a disk that was written to a minute ago. */
function aMinuteAgo(app: App): App {
  const earlier = (ns: string): string => String(BigInt(ns) - 60_000_000_000n);
  return {
    ...app,
    sys: withTimes(app.sys, ({ mtimeNs, ctimeNs }) => ({ mtimeNs: earlier(mtimeNs), ctimeNs: earlier(ctimeNs) })),
  };
}

test("a large file that is rewritten in place within the second of its time is seen as changed", async () => {
  using here = await place();
  const app = coarse(here.app);
  here.write("f", "a".repeat(SIZE));
  await acquireLocks([{ app, me: here.as("a"), paths: ["f"] }], OPTIONS);
  await releaseLock(app, here.as("a"), "f");
  const path = typedPath(app, "f");
  expect(app.store.path(path.key).ledger?.content).toBeNull();
  const before = observePath(app, path).hash;
  here.write("f", "b".repeat(SIZE));
  expect(observePath(app, path).hash).not.toBe(before);
});

test("a hash is remembered once the second is over, and a change whose time was set back is seen", async () => {
  using here = await place();
  const app = aMinuteAgo(here.app);
  const then = Math.floor(Date.now() / 1000) + 0.5;
  const write = (text: string): void => {
    here.write("f", text);
    utimesSync(join(app.cwd, "f"), then, then);
  };
  write("a".repeat(SIZE));
  await acquireLocks([{ app, me: here.as("a"), paths: ["f"] }], OPTIONS);
  await releaseLock(app, here.as("a"), "f");
  const path = typedPath(app, "f");
  const before = observePath(app, path);
  expect(app.store.path(path.key).ledger?.content).toEqual(before.cache);
  write("b".repeat(SIZE));
  const after = observePath(app, path);
  expect([after.seen?.mtime_ns, after.seen?.size]).toEqual([before.seen?.mtime_ns, before.seen?.size]);
  expect(after.hash).not.toBe(before.hash);
});

test("what an older version remembered without the time of the entry is not believed", async () => {
  using here = await place();
  const app = aMinuteAgo(here.app);
  here.write("f", "a".repeat(SIZE));
  await acquireLocks([{ app, me: here.as("a"), paths: ["f"] }], OPTIONS);
  await releaseLock(app, here.as("a"), "f");
  const path = typedPath(app, "f");
  const real = observePath(app, path).hash;
  const remember = (hash: string, isOld: boolean) =>
    app.store.transact((tx) => {
      const { ledger } = tx.path(path.key);
      if (ledger?.content === undefined || ledger.content === null) throw new Error("Nothing is remembered");
      const { ctime_ns: time, ...old } = ledger.content;
      const content = { ...old, ...(isOld ? {} : { ctime_ns: time }), hash };
      return { answer: undefined, paths: [{ path, ledger: { to: { ...ledger, content } } }] };
    }, app.wait);
  const other = "1".repeat(40);
  await remember(other, false);
  expect(observePath(app, path).hash).toBe(other);
  await remember(other, true);
  expect(observePath(app, path).hash).toBe(real);
});

test("a step rests on the content that is there, also where the file's time hides that it has just changed", async () => {
  using here = await place();
  const app = coarse(here.app);
  here.write("f", "old");
  const path = typedPath(app, "f");
  let looks = 0;
  const transact: Store["transact"] = async (decide, options) => {
    looks += 1;
    if (looks === 1) here.write("f", "new");
    return app.store.transact(decide, options);
  };
  const hash = await transactOn({ ...app, store: { ...app.store, transact } }, path, (_, content) => ({
    answer: content.hash,
  }));
  expect(hash).toBe(observePath(app, path).hash);
  expect(looks).toBeGreaterThan(1);
});

test("a part that was read within the second of the file's time does not cover what is there now", async () => {
  using here = await place();
  const app = coarse(here.app);
  here.write("f", "new");
  const path = typedPath(app, "f");
  const stat = app.sys.stat(path.real_path);
  if (typeof stat === "string") throw new Error(stat);
  const second = Number(stat.mtimeNs) / 1e6;
  const reading = { path, me: here.as("reader"), text: undefined };
  expect(await noteSeen(app, { ...reading, beganMs: second + 900 })).toBe(false);
  expect(await noteSeen(app, { ...reading, beganMs: second + 3000 })).toBe(true);
});
