import { familyOf, standing, type InstanceRecord, type Standing, type Who } from "../domain/instance.ts";
import { remainingMs, type Grant, type LockRecord } from "../domain/lock.ts";
import { isProbe } from "../domain/probe.ts";
import type { App } from "./context.ts";

export interface LockView {
  readonly lock: LockRecord;
  readonly grant: Grant;
  /** Milliseconds that it still holds. */
  readonly leftMs: number;
}

export interface Neighbour {
  readonly record: InstanceRecord;
  readonly standing: Standing;
  readonly locks: readonly LockView[];
  /** Paths it wrote within RECENT_MS, newest first. */
  readonly changed: readonly string[];
}

/** "Has changed in the last 30 minutes": DESIGN section 5. */
const RECENT_MS = 30 * 60_000;
/** Some thousands of events: more than 50 busy agents make in 30 minutes of editing. */
const HISTORY_BYTES = 1024 * 1024;

/** The grants of an instance that still hold. */
function locksOf(app: App, record: InstanceRecord): readonly LockView[] {
  const verdict = record.process === null ? null : app.processes.judge(record.process);
  const now = app.now();
  return app.store.held(record.instance_id).flatMap((key) => {
    const { lock } = app.store.path(key);
    const grant = lock?.grants.find((g) => g.locked_by.instance_id === record.instance_id);
    if (lock === undefined || grant === undefined) return [];
    const leftMs = remainingMs(grant, { record, verdict }, now, app.config);
    return leftMs > 0 ? [{ lock, grant, leftMs }] : [];
  });
}

/**
 * Who else works here: everybody registered who is not proven gone, busiest first. To a subagent that includes its
 * session and siblings, as far as they hold or have changed something: a sibling's lock bars it like anybody's.
 */
export function neighbours(app: App, me: Who): readonly Neighbour[] {
  const now = app.now();
  const changed = recentWrites(app, now.wall_ms);
  return app.store
    .instances()
    .filter((record) => record.instance_id !== me.instance_id && record.parent !== me.instance_id)
    .filter((record) => !isProbe(record.instance_id))
    .map((record) => {
      const verdict = record.process === null ? null : app.processes.judge(record.process);
      return {
        record,
        standing: standing(record, verdict, now, app.config),
        locks: locksOf(app, record),
        changed: changed.get(record.instance_id) ?? [],
      };
    })
    .filter((n) => n.standing === "active" || n.standing === "idle")
    .filter((n) => familyOf(n.record) !== familyOf(me) || n.locks.length + n.changed.length > 0)
    .toSorted((a, b) => b.locks.length + b.changed.length - (a.locks.length + a.changed.length));
}

function recentWrites(app: App, nowMs: number): ReadonlyMap<string, readonly string[]> {
  const byInstance = new Map<string, string[]>();
  for (const event of app.store.events(-1, HISTORY_BYTES).events.toReversed()) {
    const { event: what, instance, path, at } = event;
    if (what !== "wrote" || typeof path !== "string" || typeof at !== "string") continue;
    if (nowMs - Date.parse(at) > RECENT_MS) break;
    const paths = byInstance.get(instance) ?? [];
    if (!paths.includes(path)) paths.push(path);
    byInstance.set(instance, paths);
  }
  return byInstance;
}
