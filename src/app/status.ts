/** `coord status`: who works on what. */
import type { DecisionRecord } from "../domain/decision.ts";
import { standing, type InstanceRecord, type Standing } from "../domain/instance.ts";
import { leftMs } from "../domain/settle.ts";
import { standingDecisions } from "../domain/supersession.ts";
import { requireState, aroundOf, type App } from "./context.ts";
import { judgeOnce } from "./judge-once.ts";
import { lockInfo, type LockInfo } from "./lock-view.ts";
import { presentPath } from "./present-path.ts";
import { sweep } from "./sweep.ts";

export interface InstanceInfo extends InstanceRecord {
  readonly standing: Standing;
  readonly locks: readonly LockInfo[];
}

export interface StatusReport {
  readonly instances: readonly InstanceInfo[];
  readonly totals: { readonly instances: number; readonly locks: number; readonly decisions: number };
  /** The newest, however they stand. */
  readonly recent_decisions: readonly DecisionRecord[];
}

const RECENT = 5;

/** Forgets the proven dead, then reads everything once. Totals count active and idle instances. */
export async function statusReport(opened: App): Promise<StatusReport> {
  requireState(opened);
  const app = judgeOnce(opened);
  const known = app.store.instances();
  const { removed_instances } = await sweep(app, "dead", known);
  const gone = new Set(removed_instances);
  const left = known.filter((record) => !gone.has(record.instance_id));
  const infos = await app.store.steady(() => instanceInfos(app, left), app.wait);
  // One that others have forgotten at the same time, or that has come back in another process.
  const isOld = infos.some((i) => i.standing === "dead");
  const instances = isOld ? await app.store.steady(() => instanceInfos(app), app.wait) : infos;
  const alive = instances.filter((i) => i.standing === "active" || i.standing === "idle");
  const locks = alive.reduce((sum, i) => sum + i.locks.length, 0);
  const log = await app.store.decisions();
  const recent: DecisionRecord[] = [];
  for (const record of standingDecisions(log.newest())) {
    if (recent.push(record) === RECENT) break;
  }
  const totals = { instances: alive.length, locks, decisions: log.count() };
  return { instances, totals, recent_decisions: recent };
}

/** Every registered instance with its locks, the longest here first. */
export function instanceInfos(app: App, records = app.store.instances()): readonly InstanceInfo[] {
  const byId = new Map(records.map((r) => [r.instance_id, r]));
  const around = aroundOf(app, { instance: (id) => byId.get(id), fenceFloor: () => 0 });
  const locks = new Map<string, LockInfo[]>();
  for (const lock of app.store.locks()) {
    for (const grant of lock.grants) {
      const left = leftMs(grant, around);
      if (left <= 0) continue;
      const id = grant.locked_by.instance_id;
      const list = locks.get(id) ?? [];
      list.push(lockInfo(around.now, presentPath(app, lock), grant, left));
      locks.set(id, list);
    }
  }
  return records
    .map((record) => ({
      ...record,
      standing: standing(record, around.holder(record.instance_id).verdict, around.now, around.limits),
      locks: (locks.get(record.instance_id) ?? []).toSorted((a, b) => (a.file_path < b.file_path ? -1 : 1)),
    }))
    .toSorted((a, b) => a.started.wall_ms - b.started.wall_ms);
}
