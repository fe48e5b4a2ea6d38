/** A process that dies while it takes two paths: the next one finds both taken or none. */
import { expect, test } from "bun:test";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireLocks } from "../../src/app/acquire-lock.ts";
import { listLocks } from "../../src/app/check-lock.ts";
import { openApp, type App } from "../../src/app/context.ts";
import { commandIdentity } from "../../src/app/identity.ts";
import { initState } from "../../src/app/init-state.ts";
import { releaseAllHeld, releaseHeld } from "../../src/app/release-held.ts";
import { endInstance } from "../../src/app/unregister.ts";
import type { ProcessRef } from "../../src/domain/process.ts";
import type { Sys } from "../../src/platform/sys/types.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { failingAt, killedBefore } from "../store/faults.ts";

const VICTIM = 4242;
/** More changes than taking two paths needs. */
const MANY = 100;

async function open(dir: string, sys: Sys, pid: number): Promise<App> {
  const self: ProcessRef = { host: "h", boot: "b", pidns: "1", pid, start: "1" };
  return openApp({
    native: { sys, darwin: undefined },
    env: { HOME: dir, COORD_DIR: `${dir}/state` },
    cwd: dir,
    processes: {
      self: () => self,
      clock: () => ({ monoMs: sys.monotonicMs(), boot: "b" }),
      find: () => undefined,
      judge: (ref) => (ref.pid === VICTIM ? "dead" : "alive"),
      ancestor: () => undefined,
    },
  });
}

/** How many of the two paths are held after a death before the `n`th change; undefined when it did not die. */
async function heldAfterDeath(sys: Sys, n: number, broken: (sys: Sys) => Sys): Promise<number | undefined> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-crash-")));
  try {
    const next = await open(dir, sys, 1);
    initState(next);
    const victim = killedBefore(sys, n);
    const app = await open(dir, broken(victim.sys), VICTIM);
    const share = { app, me: commandIdentity(app, "a", undefined), paths: ["a.ts", "b.ts"] };
    await acquireLocks([share], { intent: "", ttlMs: undefined }).catch(() => undefined);
    return victim.dead() ? (await listLocks(next)).length : undefined;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What a death before any one of the changes leaves. */
async function sweep(sys: Sys, broken: (sys: Sys) => Sys): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (let n = 1; n < MANY; n += 1) {
    const held = await heldAfterDeath(sys, n, broken);
    if (held === undefined) return found;
    found.add(held);
  }
  throw new Error("it never came to an end");
}

/** How many locks are left when an instance ends whose taking of two paths met an error at the `n`th change. */
async function leftAfterError(sys: Sys, n: number, end: (app: App) => Promise<unknown>): Promise<number | undefined> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-crash-")));
  try {
    const next = await open(dir, sys, 1);
    initState(next);
    const failing = failingAt(sys, n, "EIO");
    const app = await open(dir, failing.sys, VICTIM);
    const share = { app, me: commandIdentity(app, "a", undefined), paths: ["a.ts", "b.ts"] };
    await acquireLocks([share], { intent: "", ttlMs: undefined }).catch(() => undefined);
    if (!failing.refused()) return undefined;
    await end(next);
    return (await listLocks(next)).length;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What an error at any one of the changes leaves. */
async function errorSweep(sys: Sys, end: (app: App) => Promise<unknown>): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (let n = 1; n < MANY; n += 1) {
    const left = await leftAfterError(sys, n, end);
    if (left === undefined) return found;
    found.add(left);
  }
  throw new Error("it never came to an end");
}

/** Publishes no journal, and finds it removed. */
function withoutJournal(sys: Sys): Sys {
  const isJournal = (path: string): boolean => path.endsWith("/journal.json");
  return {
    ...sys,
    rename: (from, to) => (isJournal(to) ? sys.unlink(from) : sys.rename(from, to)),
    unlink: (path) => (isJournal(path) ? "" : sys.unlink(path)),
  };
}

for (const sys of SYSTEMS) {
  test(`acquireLocks() on ${sys.name} leaves both paths locked or none, whenever it is killed`, async () => {
    expect(await sweep(sys, (same) => same)).toEqual(new Set([0, 2]));
  });

  test(`the sweep on ${sys.name} finds one of two locked where there is no journal`, async () => {
    expect(await sweep(sys, withoutJournal)).toContain(1);
  });

  test(`an instance on ${sys.name} that ends after an error half-way leaves no lock, wherever the error was`, async () => {
    expect(await errorSweep(sys, (app) => endInstance(app, "a"))).toEqual(new Set([0]));
    expect(await errorSweep(sys, (app) => releaseAllHeld(app, "a"))).toEqual(new Set([0]));
  });

  test(`the sweep on ${sys.name} finds locks left where half-done changes are not finished first`, async () => {
    expect(await errorSweep(sys, (app) => releaseHeld(app, "a", ["claim"]))).toContain(2);
  });
}
