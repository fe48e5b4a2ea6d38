import { first, mapped } from "../domain/list.ts";
import { isMine, UNREADABLE, type LockKind } from "../domain/lock.ts";
import type { PathId } from "../domain/path.ts";
import { release } from "../domain/release.ts";
import { actorOf, type PathState } from "../domain/view.ts";
import { remembered, transactOn } from "./content.ts";
import { aroundOf, type App } from "./context.ts";

const ALL_KINDS: readonly LockKind[] = ["tool", "turn", "session", "claim"];

/**
 * Ends the locks of an instance of the given kinds, recording the final content of each. Answers the paths released.
 * One step per path: dying in between leaves the rest for cleanup.
 */
export async function releaseHeld(app: App, id: string, kinds: readonly LockKind[]): Promise<readonly PathId[]> {
  const released: PathId[] = [];
  try {
    await releaseEach(app, id, kinds, released);
  } catch (error) {
    throw await sayingSo(error, released);
  }
  return released;
}

async function sayingSo(error: unknown, released: readonly PathId[]): Promise<unknown> {
  const { alsoDone } = await import("./also-done.ts");
  return alsoDone(
    error,
    "released before",
    mapped(released, (path) => path.file_path),
  );
}

async function releaseEach(app: App, id: string, kinds: readonly LockKind[], released: PathId[]): Promise<void> {
  for (const key of app.store.held(id)) {
    const before = await readable(app, key);
    const grant = first(before.lock?.grants ?? [], (g) => isMine(g, { instance_id: id }));
    if (before.lock === undefined || grant === undefined || !kinds.includes(grant.kind)) continue;
    const path = before.lock;
    const done = await transactOn(app, path, (tx, content) => {
      const state = tx.path(key);
      const record = tx.instance(id);
      const mine = first(state.lock?.grants ?? [], (g) => isMine(g, { instance_id: id }));
      if (record === undefined || mine === undefined || !kinds.includes(mine.kind)) return { answer: false };
      const { lock, ledger } = release(state, actorOf(record), content.hash, aroundOf(app, tx));
      return {
        answer: true,
        paths: [
          {
            path,
            lock: { to: lock },
            ...(ledger === undefined ? {} : { ledger: { to: remembered(ledger, content) } }),
          },
        ],
        events: [{ event: "released", instance: id, path: path.file_path, worktree: path.worktree, fence: mine.fence }],
      };
    });
    if (done) released.push(path);
  }
}

/** Not released is what cannot be read: it is looked at again under the guard, which refuses to go on without it. */
async function readable(app: App, key: string): Promise<PathState> {
  const seen = app.store.path(key);
  if (first(seen.lock?.grants ?? [], (g) => g.lock_id === UNREADABLE) === undefined) return seen;
  return app.store.transact((tx) => ({ answer: tx.path(key) }), app.wait);
}

/**
 * The same for good, at the end of an instance or by its wish. A change of several paths that was left half done (a full
 * disk, a crash) may hold locks that do not show yet: it is finished before they are looked for.
 */
export async function releaseAllHeld(app: App, id: string): Promise<readonly PathId[]> {
  await app.store.transact(() => ({ answer: undefined }), app.wait);
  return releaseHeld(app, id, ALL_KINDS);
}
