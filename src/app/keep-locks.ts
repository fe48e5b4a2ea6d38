import { isCoordError, type CoordError, type ErrorCode } from "../domain/errors.ts";
import { isMine } from "../domain/lock.ts";
import { liveGrants } from "../domain/settle.ts";
import type { Claim } from "./claim.ts";
import { aroundUnguarded } from "./context.ts";
import { lookUp } from "./identity.ts";
import { renewClaim } from "./renew-lock.ts";
import { watchLocks } from "./wait-lock.ts";

export interface Keeper {
  /** Ends the keeping; resolves when nothing of it goes on. The locks stay as they are. */
  readonly stop: () => Promise<void>;
}

/** The part of a lock's life after which it is renewed: two renewals may fail before it is in danger. */
const RENEW_SHARE = 1 / 4;
/** After a renewal that failed for another reason than the lock's end: a busy guard, a full disk. Milliseconds. */
const RETRY_MS = 1000;
/** A look without a hint; the renewals look as well. Milliseconds. */
const LOOK = { watched: 10_000, blind: 1000, afterOthers: 500 } as const;

/** Errors that say that a lock is not mine any more, as opposed to those that say that it cannot be known right now. */
const LOST: ReadonlySet<ErrorCode> = new Set(["LOCK_HELD", "LOCK_EXPIRED", "CONFLICT", "STALE_INSTANCE"]);

/** True for an error that says that a lock has ended; others only kept something from being done with it. */
export function isLoss({ code }: CoordError): boolean {
  return LOST.has(code);
}

/**
 * Renews locks until it is stopped, or until one of them turns out lost: expired while the machine slept, released by
 * force. Then it tells why, once, and renews no more. `lifeMs`: how long the shortest of them lives unrenewed.
 */
export async function keepLocks(
  claims: readonly Claim[],
  lifeMs: number,
  onLost: (why: CoordError) => void,
): Promise<Keeper> {
  const watch = await watchLocks(claims, LOOK);
  let stopped = false;
  const keep = async (): Promise<void> => {
    const now = (): number => claims[0]?.app.sys.monotonicMs() ?? 0;
    let renewed = now();
    let due = renewed + lifeMs * RENEW_SHARE;
    for (;;) {
      await watch.next(Math.max(1, due - now()));
      if (stopped) return;
      if (now() < due && claims.every(isWhole)) continue;
      const began = now();
      try {
        for (const claim of claims) await renewClaim(claim, undefined);
        renewed = began;
        due = began + lifeMs * RENEW_SHARE;
      } catch (error) {
        if (!isCoordError(error)) throw error;
        if (isLoss(error) || now() - renewed > lifeMs) {
          onLost(error);
          return;
        }
        due = now() + Math.min(RETRY_MS, lifeMs * RENEW_SHARE);
      }
    }
  };
  const keeping = keep();
  return {
    stop: async () => {
      stopped = true;
      watch.close();
      await keeping;
    },
  };
}

/** True while all of these locks are seen to be mine. A look without the guard: a doubt is settled by renewing. */
function isWhole({ app, me, wanted }: Claim): boolean {
  const around = aroundUnguarded(app);
  const { id } = lookUp(app, app.store, me);
  return wanted.every(({ path }) =>
    liveGrants(app.store.path(path.key).lock, around).some((grant) => isMine(grant, { instance_id: id })),
  );
}
