/** `coord lock release --force --lock-id`. */
import { coordError, type CoordError } from "../domain/errors.ts";
import { forceRelease } from "../domain/force-release.ts";
import { UNREADABLE, type LockRecord } from "../domain/lock.ts";
import { pathWord, shellWord } from "../domain/quote.ts";
import { leftMs, liveGrants } from "../domain/settle.ts";
import { aroundOf, aroundUnguarded, requireState, type App } from "./context.ts";
import { lookUp, type Identity } from "./identity.ts";
import { lockInfo } from "./lock-view.ts";
import { typedPath } from "./paths.ts";
import { presentPath } from "./present-path.ts";
import { releaseAnswer, type ReleaseAnswer } from "./release-lock.ts";
import { typeable } from "./typeable.ts";

/** Ends the lock with this ID, whoever holds it. Throws LOCK_HELD when another lock is there now, USAGE when it is on another path. */
export async function forceReleaseLock(app: App, me: Identity, typed: string, lockId: string): Promise<ReleaseAnswer> {
  requireState(app);
  const path = typedPath(app, typed);
  const result = await app.store.transact<CoordError | ReleaseAnswer>((tx) => {
    const around = aroundOf(app, tx);
    const by = lookUp(app, tx, me).id;
    const forced = forceRelease(tx.path(path.key), lockId, by, around);
    switch (forced.outcome) {
      case "free":
        return { answer: releaseAnswer(path, "free") };
      case "other": {
        const lock = lockInfo(around.now, path, forced.present, leftMs(forced.present, around));
        return { answer: otherLock(typed, lock.lock_id, lock.locked_by.instance_id, [lock]) };
      }
      case "released": {
        // A file that cannot be read is no lock that anybody could have seen.
        if (lockId === UNREADABLE) return { answer: unreadable(typed, forced.grant.expires_at) };
        const { locked_by, fence } = forced.grant;
        const event = {
          event: "force_released" as const,
          path: path.file_path,
          worktree: path.worktree,
          lock_id: lockId,
          fence,
          from: locked_by.instance_id,
        };
        return {
          answer: releaseAnswer(path, "released"),
          paths: [
            {
              path,
              lock: { to: forced.lock },
              ...(forced.ledger === undefined ? {} : { ledger: { to: forced.ledger } }),
            },
          ],
          events: [{ ...event, instance: by }],
        };
      }
    }
    return forced satisfies never;
  }, app.wait);
  if ("code" in result) throw result;
  const elsewhere = result.state === "free" && lockId !== UNREADABLE ? await lockWithId(app, lockId) : undefined;
  if (elsewhere !== undefined && elsewhere.key !== path.key)
    throw onAnotherPath(typed, typeable(app, presentPath(app, elsewhere)).file_path, lockId);
  return result;
}

/** The path of the lock in force that has this ID. */
async function lockWithId(app: App, lockId: string): Promise<LockRecord | undefined> {
  return app.store.steady(() => {
    const around = aroundUnguarded(app);
    return app.store.locks().find((lock) => liveGrants(lock, around).some((grant) => grant.lock_id === lockId));
  }, app.wait);
}

function onAnotherPath(typed: string, path: string, id: string): CoordError {
  const word = shellWord(id);
  return coordError("USAGE", `"${typed}" is not locked: the lock with the ID ${id} is on "${path}"`, {
    hint: word === undefined ? "coord lock list" : `coord lock release ${pathWord(path)} --force --lock-id ${word}`,
  });
}

function otherLock(typed: string, id: string, by: string, holders: readonly unknown[]): CoordError {
  return coordError(
    "LOCK_HELD",
    `Not released: the lock on "${typed}" is another now, with the ID ${id}, held by ${by}`,
    {
      hint: `coord lock check ${pathWord(typed)}`,
      data: { holders, queue_position: null },
    },
  );
}

function unreadable(typed: string, until: string): CoordError {
  return coordError(
    "LOCK_HELD",
    `Not released: the lock file of "${typed}" cannot be read, and counts until ${until}`,
    {
      hint: "coord lock cleanup, after that time",
    },
  );
}
