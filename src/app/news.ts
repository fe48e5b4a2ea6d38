/**
 * What has happened since this session was last told: who joined, which files that it has seen others changed, and which of its
 * locks others have ended by force.
 */
import { isForeign } from "../domain/conflict.ts";
import { familyOf, type InstanceRecord } from "../domain/instance.ts";
import { viewerOf } from "../domain/ledger.ts";
import { isProbe } from "../domain/probe.ts";
import { actorOf } from "../domain/view.ts";
import type { EventName } from "../store/store.ts";
import { aroundOf, type App } from "./context.ts";

export interface News {
  readonly joined: readonly InstanceRecord[];
  /** Path and the one who wrote it last. */
  readonly changed: readonly { readonly path: string; readonly by: string }[];
  /** Locks of its own that others have ended by force. */
  readonly forced: readonly { readonly path: string; readonly by: string; readonly atMs: number }[];
}

/** What happened longer ago than this much of history is not told at a prompt; the check still catches it. */
const HISTORY_BYTES = 256 * 1024;

/** Reads on from where this session stopped, and remembers where it is now. Each thing is told once. */
export async function news(app: App, me: InstanceRecord): Promise<News> {
  const history = app.store.events(me.told_events, HISTORY_BYTES);
  const others = history.events.filter((e) => e.instance !== me.instance_id && !isProbe(e.instance));
  const ids = new Set(others.flatMap((e) => (e.event === ("registered" satisfies EventName) ? [e.instance] : [])));
  const joined = [...ids].flatMap((id) => {
    const record = app.store.instance(id);
    if (record === undefined || familyOf(record) === familyOf(me)) return [];
    return record.process !== null && app.processes.judge(record.process) === "dead" ? [] : [record];
  });
  const keys = new Set(
    others.flatMap((e) =>
      e.event === ("wrote" satisfies EventName) && typeof e["key"] === "string" ? [e["key"]] : [],
    ),
  );
  const seen = [...keys].filter((key) => hasSeen(app, key, me.instance_id));
  const forced = others.flatMap((e) => {
    const { event, from, path, at, instance } = e;
    if (event !== ("force_released" satisfies EventName) || from !== me.instance_id || typeof path !== "string")
      return [];
    return [{ path, by: instance, atMs: typeof at === "string" ? Date.parse(at) : Number.NaN }];
  });
  if (history.next === me.told_events && seen.length === 0) return { joined, changed: [], forced };
  const changed = await app.store.transact((tx) => {
    const around = aroundOf(app, tx);
    const record = tx.instance(me.instance_id);
    if (record === undefined) return { answer: [] };
    const told = seen.flatMap((key) => {
      const { ledger } = tx.path(key);
      const viewer = ledger === undefined ? undefined : viewerOf(ledger, me.instance_id);
      if (ledger === undefined || viewer === undefined) return [];
      const known = Math.max(viewer.fence, viewer.told);
      const write = ledger.writes.findLast((w) => w.fence > known && isForeign(w, actorOf(record), around));
      return write === undefined || write.hash === viewer.hash ? [] : [{ ledger, write }];
    });
    return {
      answer: told.map(({ ledger, write }) => ({ path: ledger.file_path, by: write.instance_id })),
      // Not counted as told of the conflict: a prompt's context is read long before the write that it matters to.
      instances: [{ id: record.instance_id, to: { ...record, told_events: history.next } }],
    };
  }, app.wait);
  return { joined, changed, forced };
}

function hasSeen(app: App, key: string, id: string): boolean {
  const { ledger } = app.store.path(key);
  return ledger !== undefined && viewerOf(ledger, id) !== undefined;
}
