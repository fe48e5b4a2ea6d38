/** `coord run`: holds locks while something else is done. */
import { isCoordError, type CoordError } from "../domain/errors.ts";
import type { Acquired, AcquireOptions } from "./acquire-claim.ts";
import { giveBack } from "./acquire-lock.ts";
import { claimsOf, type Claim, type Share } from "./claim.ts";
import { keepLocks } from "./keep-locks.ts";
import { endInstance } from "./unregister.ts";
import { acquireWithin } from "./wait-lock.ts";

export interface WhileLockedOptions extends AcquireOptions {
  /** How long to wait for the locks. Milliseconds; undefined: not at all. */
  readonly waitMs: number | undefined;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** True for an instance that begins and ends with this: it is unregistered at the end. */
  readonly own: boolean;
}

export interface Done<T> {
  readonly value: T;
  /** Why the locks did not last until the end. */
  readonly lost: CoordError | undefined;
}

/**
 * Takes the locks, does `work` while it renews them, records what was written under them and gives back those that it
 * has taken. `work` is told at once when a lock is lost, and ends by itself. Undefined: `signal` ended the waiting.
 * Throws LOCK_HELD and what else taking locks can throw, with `work` not begun.
 */
export async function whileLocked<T>(
  shares: readonly Share[],
  options: WhileLockedOptions,
  work: (lost: Promise<CoordError>) => Promise<T>,
): Promise<Done<T> | undefined> {
  const claims = claimsOf(shares, options.intent);
  let done: Done<T> | undefined;
  try {
    const acquired = await acquireWithin(shares, options, options.waitMs, options.signal);
    done = acquired === undefined ? undefined : await hold(claims, acquired, work);
  } catch (error) {
    // What went wrong first is what is told.
    if (options.own) await endOwn(claims);
    throw error;
  }
  const left = options.own ? await endOwn(claims) : undefined;
  if (done === undefined && left !== undefined) throw left;
  return done?.lost === undefined && done !== undefined ? { ...done, lost: left } : done;
}

async function hold<T>(
  claims: readonly Claim[],
  acquired: Acquired,
  work: (lost: Promise<CoordError>) => Promise<T>,
): Promise<Done<T>> {
  const lifeMs = Math.min(...acquired.locks.map((lock) => lock.expires_in_ms));
  const loss = Promise.withResolvers<CoordError>();
  let lost: CoordError | undefined;
  const keeper = await keepLocks(claims, lifeMs, (why) => {
    lost = why;
    loss.resolve(why);
  });
  const end = async (): Promise<CoordError | undefined> => {
    await keeper.stop();
    return giveBack(acquired.fresh);
  };
  let value: T;
  try {
    value = await work(loss.promise);
  } catch (error) {
    await end();
    throw error;
  }
  const ended = await end();
  return { value, lost: lost ?? ended };
}

/**
 * What the instance has locked besides, by commands inside of the run, goes with it. Answers the first error, if any:
 * what stays ends with this process.
 */
async function endOwn(claims: readonly Claim[]): Promise<CoordError | undefined> {
  let first: CoordError | undefined;
  for (const { app, me } of claims) {
    try {
      await endInstance(app, me.id);
    } catch (error) {
      if (!isCoordError(error)) throw error;
      first ??= error;
    }
  }
  return first;
}
