import { standing, type InstanceRecord } from "../domain/instance.ts";
import { isMine } from "../domain/lock.ts";
import type { PathId } from "../domain/path.ts";
import { withoutGrantOf } from "../domain/release.ts";
import { liveGrants } from "../domain/settle.ts";
import { liesAhead, type Stamp } from "../domain/time.ts";
import { alsoDone } from "./also-done.ts";
import { aroundOf, type App } from "./context.ts";

export interface Swept {
  readonly removed_instances: readonly string[];
  readonly removed_locks: readonly PathId[];
}

/** dead: only instances whose process is proven dead. stale: also those whose lease and locks are over. */
export type SweepDepth = "dead" | "stale";

/** Told again and again, how much of how much is done. */
export type OnProgress = (done: number, total: number) => void;

/**
 * Removes instances that are gone and the locks they left, each in one step. Their open grants stay in the ledger: what
 * they may have written is still to be counted, by the next one who looks at the path.
 */
export async function sweep(
  app: App,
  depth: SweepDepth,
  known = app.store.instances(),
  onProgress?: OnProgress,
): Promise<Swept> {
  const instances: string[] = [];
  const locks: PathId[] = [];
  const now = app.now();
  let looked = 0;
  for (const record of known) {
    onProgress?.(looked, known.length);
    looked += 1;
    if (!mayBeGone(app, record, now, depth)) continue;
    const gone = await removeInstance(app, record.instance_id, depth).catch((error: unknown) => {
      throw alsoDone(error, "removed before", instances);
    });
    if (gone === undefined) continue;
    instances.push(record.instance_id);
    locks.push(...gone);
  }
  return { removed_instances: instances, removed_locks: locks };
}

/** A cheap look before the guard is taken. */
function mayBeGone(app: App, record: InstanceRecord, now: Stamp, depth: SweepDepth): boolean {
  const verdict = record.process === null ? null : app.processes.judge(record.process);
  const at = standing(record, verdict, now, app.config);
  // One from the future never looks stale: a look inside the guard lets it age.
  return at === "dead" || (depth === "stale" && (at === "stale" || liesAhead(record.pinged, now)));
}

/** Undefined when it turns out to be alive after all; else the paths that its locks were on. */
export async function removeInstance(app: App, id: string, depth: SweepDepth): Promise<readonly PathId[] | undefined> {
  return app.store.transact<readonly PathId[] | undefined>((tx) => {
    const record = tx.instance(id);
    const around = aroundOf(app, tx);
    if (record === undefined) return { answer: undefined };
    const now = standing(record, around.holder(id).verdict, around.now, around.limits);
    const states = tx.held(id).map((key) => tx.path(key));
    // An instance bound to no process also lives by its --ttl locks.
    const holds = states.some((s) => liveGrants(s.lock, around).some((g) => isMine(g, record)));
    const gone = now === "dead" || (depth === "stale" && now === "stale" && !holds);
    if (!gone) return { answer: undefined };
    const paths = states.flatMap(({ lock }) => {
      if (lock === undefined || !lock.grants.some((g) => isMine(g, record))) return [];
      return [{ path: lock, lock: { to: withoutGrantOf(lock, record) } }];
    });
    return {
      answer: paths.map((p) => p.path),
      paths,
      instances: [{ id, to: undefined }],
      events: [{ event: "swept", instance: id, standing: now, locks: paths.length }],
    };
  }, app.wait);
}
