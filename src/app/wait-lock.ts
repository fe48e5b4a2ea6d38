/** `coord lock wait`, `acquire --wait`: until nobody else holds what is wanted. */
import { isCoordError, type CoordError } from "../domain/errors.ts";
import type { FolderWatch, Pace } from "../platform/folder-watch.ts";
import { layoutOf } from "../store/file/layout.ts";
import { slotName } from "../store/file/slots.ts";
import type { Acquired, AcquireOptions } from "./acquire-claim.ts";
import { giveBack, tryAcquire } from "./acquire-lock.ts";
import { barsNow } from "./bars.ts";
import { checkLock, type CheckReport } from "./check-lock.ts";
import { askedFor, claimsOf, namedIn, type Claim, type Share } from "./claim.ts";
import type { App } from "./context.ts";
import { heldError, type Barred } from "./held-error.ts";
import type { Identity } from "./identity.ts";

/** Takes nothing. Answers how things stand when the path is free for the acting instance. Throws LOCK_HELD after `timeoutMs`. */
export async function waitLock(app: App, me: Identity, typed: string, timeoutMs: number): Promise<CheckReport> {
  const claims = namedIn([{ app, me, paths: [typed] }]);
  const waited = app.sys.monotonicMs();
  const barred = await untilFree(claims, waited + timeoutMs);
  if (barred.length === 0) return checkLock(app, me, typed);
  throw heldError(barred, { what: "wait", asked: [typed], waitedMs: timeoutMs });
}

/**
 * As `acquireLocks`, trying again whenever nobody is in the way any more. Holds nothing while it waits. Undefined when
 * `signal` ended it: then nothing was taken, or it was given back. Throws LOCK_HELD after `waitMs`,
 * at once where that is undefined; GUARD_BUSY where the state itself was busy at the last try.
 */
export async function acquireWithin(
  shares: readonly Share[],
  options: AcquireOptions,
  waitMs: number | undefined,
  signal: AbortSignal,
): Promise<Acquired | undefined> {
  const claims = claimsOf(shares, options.intent);
  const [first] = claims;
  if (first === undefined) return { locks: [], tookOver: [], fresh: [], unseen: [] };
  const { sys } = first.app;
  const until = sys.monotonicMs() + (waitMs ?? 0);
  for (let again = false; ; again = true) {
    const result = await orBusy(() => tryAcquire(claims, { ...options, again }));
    // The try may have kept this process from hearing a signal.
    if (isCoordError(result)) await nextTurn();
    if (signal.aborted) {
      if ("fresh" in result) await giveBack(result.fresh);
      return undefined;
    }
    if ("locks" in result) return result;
    if (isCoordError(result)) {
      if (sys.monotonicMs() >= until) throw result;
      continue;
    }
    if (sys.monotonicMs() >= until)
      throw heldError(result.barred, { what: "lock", asked: askedFor(claims), waitedMs: waitMs });
    await untilFree(claims, until, signal);
    if (signal.aborted) return undefined;
  }
}

/** A guard that is busy is one more thing to wait for, like a lock. */
async function orBusy<T>(attempt: () => Promise<T>): Promise<T | CoordError> {
  try {
    return await attempt();
  } catch (error) {
    if (isCoordError(error) && error.code === "GUARD_BUSY") return error;
    throw error;
  }
}

async function nextTurn(): Promise<void> {
  const turn = Promise.withResolvers<void>();
  setImmediate(turn.resolve);
  await turn.promise;
}

/** Answers who is still in the way when the time is over or `signal` ended the wait: nobody, when it was worth it. */
async function untilFree(claims: readonly Claim[], until: number, signal?: AbortSignal): Promise<readonly Barred[]> {
  const [first] = claims;
  if (first === undefined) return [];
  const { sys } = first.app;
  let watch: FolderWatch | undefined;
  const stop = Promise.withResolvers<void>();
  const abort = (): void => stop.resolve();
  signal?.addEventListener("abort", abort);
  try {
    for (;;) {
      const barred = await barsNow(claims);
      const left = until - sys.monotonicMs();
      if (barred.length === 0 || left <= 0 || signal?.aborted === true) return barred;
      if (watch === undefined) {
        // Armed before the look that counts.
        watch = await watchLocks(claims);
        continue;
      }
      // A lock that nobody renews ends at a time that is known, and makes no event of it.
      const ends = Math.min(...barred.map(({ lock }) => lock.expires_in_ms)) + 1;
      await Promise.race([watch.next(Math.max(1, Math.min(left, ends))), stop.promise]);
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    watch?.close();
  }
}

/** Hints at changes of the locks on these paths. */
export async function watchLocks(claims: readonly Claim[], pace?: Pace): Promise<FolderWatch> {
  const given = claims[0]?.app.watchFolders;
  const watchFolders = given ?? (await import("../platform/folder-watch.ts")).watchFolders;
  const keys = new Set(claims.flatMap(({ wanted }) => wanted.map(({ path }) => path.key)));
  const folders = claims.map(({ app }) => layoutOf(app.workspace.stateDir).locks);
  return watchFolders(folders, (file) => keys.has(slotName(file) ?? ""), pace);
}
