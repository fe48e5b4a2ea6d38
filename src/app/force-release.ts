/** `coord lock release --force --lock-id`. */
import { coordError, type CoordError } from "../domain/errors.ts";
import { forceRelease } from "../domain/force-release.ts";
import { UNREADABLE } from "../domain/lock.ts";
import { pathWord } from "../domain/quote.ts";
import { leftMs } from "../domain/settle.ts";
import { aroundOf, requireState, type App } from "./context.ts";
import { lookUp, type Identity } from "./identity.ts";
import { lockInfo } from "./lock-view.ts";
import { typedPath } from "./paths.ts";
import type { ReleaseAnswer } from "./release-lock.ts";

/** Ends the lock with this ID, whoever holds it. Throws LOCK_HELD when another lock is there now. */
export async function forceReleaseLock(app: App, me: Identity, typed: string, lockId: string): Promise<ReleaseAnswer> {
  requireState(app);
  const path = typedPath(app, typed);
  const { file_path, worktree } = path;
  const result = await app.store.transact<CoordError | ReleaseAnswer>((tx) => {
    const around = aroundOf(app, tx);
    const forced = forceRelease(tx.path(path.key).lock, lockId, around);
    switch (forced.outcome) {
      case "free":
        return { answer: { file_path, state: "free" } };
      case "other": {
        const lock = lockInfo(around.now, path, forced.present, leftMs(forced.present, around));
        return { answer: otherLock(file_path, typed, lock.lock_id, lock.locked_by.instance_id, [lock]) };
      }
      case "released": {
        // A file that cannot be read is no lock that anybody could have seen.
        if (lockId === UNREADABLE) return { answer: unreadable(file_path, forced.grant.expires_at) };
        const { locked_by, fence } = forced.grant;
        const event = {
          event: "force_released" as const,
          path: file_path,
          worktree,
          lock_id: lockId,
          fence,
          from: locked_by.instance_id,
        };
        return {
          answer: { file_path, state: "released" },
          paths: [{ path, lock: { to: forced.lock } }],
          events: [{ ...event, instance: lookUp(app, tx, me).id }],
        };
      }
    }
    return forced satisfies never;
  }, app.wait);
  if ("code" in result) throw result;
  return result;
}

function otherLock(path: string, typed: string, id: string, by: string, holders: readonly unknown[]): CoordError {
  return coordError(
    "LOCK_HELD",
    `Not released: the lock on "${path}" is another now, with the ID ${id}, held by ${by}`,
    {
      hint: `coord lock check ${pathWord(typed)}`,
      data: { holders, queue_position: null },
    },
  );
}

function unreadable(path: string, until: string): CoordError {
  return coordError("LOCK_HELD", `Not released: the lock file of "${path}" cannot be read, and counts until ${until}`, {
    hint: "coord lock cleanup, after that time",
  });
}
