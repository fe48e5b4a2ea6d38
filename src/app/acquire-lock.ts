/** `coord lock acquire`: one path or several, all or none. */
import { isCoordError, type CoordError } from "../domain/errors.ts";
import {
  acquireClaim,
  type Acquired,
  type AcquireOptions,
  type AcquireResult,
  type Taken,
  type TryOptions,
} from "./acquire-claim.ts";
import { barsNow } from "./bars.ts";
import { askedFor, claimsOf, type Claim, type Share } from "./claim.ts";
import { heldError } from "./held-error.ts";
import { releaseWanted } from "./release-lock.ts";

/**
 * Takes claims on all of the paths or on none. The paths of one state are one step. Several states are taken in a fixed
 * order, and what was taken fresh goes back when a later one refuses.
 * Throws LOCK_HELD with every holder in the way, USAGE, STATE_MISSING.
 */
export async function acquireLocks(shares: readonly Share[], options: AcquireOptions): Promise<Acquired> {
  const claims = claimsOf(shares, options.intent);
  const result = await tryAcquire(claims, options);
  if ("locks" in result) return result;
  throw heldError(result.barred, { what: "lock", asked: askedFor(claims), waitedMs: undefined });
}

/** One try. Answers who is in the way instead of throwing. */
export async function tryAcquire(claims: readonly Claim[], options: TryOptions): Promise<AcquireResult> {
  // What is refused anyway should not make the fences of another state move.
  const inVain = claims.length > 1 ? await barsNow(claims) : [];
  if (inVain.length > 0) return { barred: inVain };
  const done = new Map<Claim, Acquired>();
  try {
    for (const claim of inFixedOrder(claims)) {
      const result = await acquireClaim(claim, options);
      if ("barred" in result) {
        await giveBack([...done.values()].flatMap(({ fresh }) => fresh));
        return { barred: [...result.barred, ...(await barsNow(claims.filter((c) => c !== claim && !done.has(c))))] };
      }
      done.set(claim, result);
    }
  } catch (error) {
    await giveBack([...done.values()].flatMap(({ fresh }) => fresh));
    throw error;
  }
  const all = claims.flatMap((claim) => done.get(claim) ?? []);
  return {
    locks: all.flatMap(({ locks }) => locks),
    tookOver: all.flatMap(({ tookOver }) => tookOver),
    fresh: all.flatMap(({ fresh }) => fresh),
    unseen: all.flatMap(({ unseen }) => unseen),
  };
}

/** Two who want the same states meet at the first of them, and not each at the other's. */
function inFixedOrder(claims: readonly Claim[]): readonly Claim[] {
  return claims.toSorted((a, b) => (a.app.workspace.stateDir < b.app.workspace.stateDir ? -1 : 1));
}

/** Releases what was taken. Answers the first error, if any: a lock that had ended before, and so is gone as well. */
export async function giveBack(taken: readonly Taken[]): Promise<CoordError | undefined> {
  let first: CoordError | undefined;
  for (const { app, me, ...one } of taken) {
    try {
      await releaseWanted(app, me, one);
    } catch (error) {
      if (!isCoordError(error)) throw error;
      first ??= error;
    }
  }
  return first;
}
