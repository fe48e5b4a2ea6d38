/**
 * Fills a state with n of one thing. coord's own code makes the first record of each kind; the others are copies of it
 * under names of their own, as files: a hundred thousand steps through the store would take minutes and say no more.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import type { App } from "../../../src/app/context.ts";
import { sessionInstanceId, type Identity } from "../../../src/app/identity.ts";
import { registerInstance } from "../../../src/app/instances.ts";
import { pathId } from "../../../src/app/workspace.ts";
import type { InstanceRecord } from "../../../src/domain/instance.ts";
import type { LedgerRecord } from "../../../src/domain/ledger.ts";
import type { LockRecord } from "../../../src/domain/lock.ts";
import { isoSeconds } from "../../../src/domain/time.ts";
import { layoutOf, type Layout } from "../../../src/store/file/layout.ts";
import { ago, sessionOf } from "../app.ts";
import { layDecisions } from "../decision-log.ts";
import type { Axis } from "./curve.ts";

/** Longer than any measurement. */
const TTL_MS = 86_400_000;
/** The locks of others are theirs. */
const OTHERS = 10;
/** Twice `stale_after`. */
const STALE_MS = 600_000;

/** `me` is the session whose hooks are measured, already registered. */
export async function lay(app: App, me: Identity, axis: Axis, n: number): Promise<void> {
  switch (axis) {
    case "locks": {
      const others = Array.from({ length: OTHERS }, (_, i) => sessionOf(app, `other-${i}`));
      for (const other of others) await registerInstance(app, other, "Work on another package", "backend-engineer");
      return layLocks(app, others, n);
    }
    case "own locks":
      return layLocks(app, [me], n);
    case "instances":
      return void (await layInstances(app, n));
    case "stale instances": {
      const records = await layInstances(ago(app, STALE_MS), n);
      return layLocks(ago(app, STALE_MS), records, n, null);
    }
    case "decisions":
      return layDecisions(app, n);
    case "decisions today":
      return layDecisions(app, n, 0);
    case "events":
      return layEvents(app, n);
  }
  return axis satisfies never;
}

interface Holder {
  readonly id: string;
}

/** `ttlMs` null: they live with their holders. */
async function layLocks(app: App, holders: readonly Holder[], n: number, ttlMs: number | null = TTL_MS): Promise<void> {
  const layout = layoutOf(app.workspace.stateDir);
  const { lock, ledger } = await firstLock(app);
  const [grant] = lock.grants;
  const [open] = ledger.grants;
  if (grant === undefined || open === undefined) throw new Error("The first lock has no grant");
  for (const { id } of holders) mkdirSync(join(layout.held, id), { recursive: true, mode: 0o700 });
  for (let i = 0; i < n; i += 1) {
    const { id } = holders[i % holders.length] ?? { id: "" };
    const path = pathId(app.workspace, `${app.workspace.worktreePath}/packages/p${i % 100}/src/file-${i}.ts`);
    const locked_by = { ...grant.locked_by, instance_id: id };
    const grants = [{ ...grant, lock_id: i.toString(16).padStart(32, "0"), locked_by, ttl_ms: ttlMs }];
    record(layout.files, path.key, {
      ...ledger,
      ...path,
      last_grant: { instance_id: id, fence: open.fence },
      grants: [{ ...open, instance_id: id }],
    });
    record(layout.locks, path.key, { ...lock, ...path, grants });
    writeFileSync(join(layout.held, id, path.key), "", { mode: 0o600 });
  }
}

/** A claim as coord grants it. It stays: one more than was asked for would be counted, so it is given back first. */
async function firstLock(app: App): Promise<{ readonly lock: LockRecord; readonly ledger: LedgerRecord }> {
  const first = sessionOf(app, "first");
  const path = "packages/first.ts";
  await acquireLocks([{ app, me: first, paths: [path] }], { intent: "Refactor it", ttlMs: undefined });
  const { key } = pathId(app.workspace, `${app.workspace.worktreePath}/${path}`);
  const { lock, ledger } = app.store.path(key);
  if (lock === undefined || ledger === undefined) throw new Error("The first lock was not granted");
  const { releaseAll } = await import("../../../src/app/release-lock.ts");
  const { unregisterInstance } = await import("../../../src/app/instances.ts");
  await releaseAll(app, first);
  await unregisterInstance(app, first);
  return { lock, ledger };
}

async function layInstances(app: App, n: number): Promise<readonly Holder[]> {
  const layout = layoutOf(app.workspace.stateDir);
  const first = await registerInstance(app, sessionOf(app, "session-0"), "Work on package 0", "backend-engineer");
  const holders: Holder[] = [{ id: first.instance_id }];
  for (let i = 1; i < n; i += 1) {
    const session_id = `session-${i}`;
    const instance_id = sessionInstanceId(session_id);
    const one: InstanceRecord = { ...first, instance_id, session_id, task: `Work on package ${i}` };
    record(layout.heartbeats, instance_id, one);
    holders.push({ id: instance_id });
  }
  return holders;
}

/** The first version of a record lies in the first slot. */
function record(dir: string, name: string, value: object): void {
  writeFileSync(join(dir, `${name}.json`), `${JSON.stringify({ ...value, seq: 1 })}\n`, { mode: 0o600 });
}

/** In place of what is there. */
export function layEvents(app: App, n: number): void {
  const layout: Layout = layoutOf(app.workspace.stateDir);
  const at = isoSeconds(Date.now());
  const lines = Array.from({ length: n }, (_, i) => {
    const instance = sessionInstanceId(`session-${i % OTHERS}`);
    const path = `packages/p${i % 100}/src/file-${i}.ts`;
    return `${JSON.stringify({ at, event: "acquired", instance, path, worktree: "", fence: i + 1, kind: "claim" })}\n`;
  });
  writeFileSync(layout.events, lines.join(""), { mode: 0o600 });
}
