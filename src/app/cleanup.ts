/** `coord lock cleanup`, and the little of it that happens by itself. */
import type { PathId } from "../domain/path.ts";
import { liveGrants } from "../domain/settle.ts";
import { alsoDone } from "./also-done.ts";
import { aroundOf, aroundUnguarded, requireState, type App } from "./context.ts";
import { presentPath } from "./present-path.ts";
import { sweep, type OnProgress, type Swept } from "./sweep.ts";

/** A ledger that nobody has touched for a day says nothing any more: DESIGN section 3. */
const IDLE_MS = 24 * 3_600_000;
/** Old ledgers are looked for at most this often by sessions that start. */
const TIDY_EVERY_MS = 3_600_000;

/** Removes stale and dead instances, locks that have ended, idle ledgers and old scratch. */
export async function cleanUp(app: App, onProgress?: OnProgress): Promise<Swept> {
  requireState(app);
  const swept = await sweep(app, "stale", app.store.instances(), onProgress);
  const locks = [...swept.removed_locks];
  try {
    await removeExpired(app, locks);
    await app.store.prune(IDLE_MS, app.wait);
  } catch (error) {
    const paths = locks.map((path) => path.file_path);
    throw alsoDone(error, "removed before", [...swept.removed_instances, ...paths]);
  }
  return { ...swept, removed_locks: locks.map((path) => presentPath(app, path)) };
}

/** Prunes when it is due. */
export async function tidy(app: App): Promise<void> {
  await app.store.prune(IDLE_MS, { ...app.wait, everyMs: TIDY_EVERY_MS });
}

/** Adds to `removed` the locks whose time is over while their holders live on. The ledger keeps the holder's fence: it can still be told. */
async function removeExpired(app: App, removed: PathId[]): Promise<void> {
  const unguarded = aroundUnguarded(app);
  for (const { key, grants } of app.store.locks()) {
    const seen = app.store.path(key).lock;
    if (grants.length === 0 || liveGrants(seen, unguarded).length === seen?.grants.length) continue;
    const gone = await app.store.transact<PathId | undefined>((tx) => {
      const { lock } = tx.path(key);
      const live = liveGrants(lock, aroundOf(app, tx));
      if (lock === undefined || live.length === lock.grants.length) return { answer: undefined };
      const to = live.length === 0 ? undefined : { ...lock, grants: live };
      return { answer: lock, paths: [{ path: lock, lock: { to } }] };
    }, app.wait);
    if (gone !== undefined) removed.push(gone);
  }
}
