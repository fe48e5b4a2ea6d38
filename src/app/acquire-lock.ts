/** `coord lock acquire`: one path or several, all or none. */
import { acquire, type AcquireOutcome } from "../domain/acquire.ts";
import { isCoordError } from "../domain/errors.ts";
import { remainingMs, type Grant } from "../domain/lock.ts";
import type { PathId } from "../domain/path.ts";
import { MAX_INTENT } from "../domain/registration.ts";
import { randomName } from "../platform/random-name.ts";
import type { Decision, HistoryEvent, Transaction } from "../store/store.ts";
import { barsNow } from "./bars.ts";
import { observePath, remembered, stillSame, type Content } from "./content.ts";
import { aroundOf, requireState, type App } from "./context.ts";
import { heldError, type Barred } from "./held-error.ts";
import { lookUp, type Identity } from "./identity.ts";
import { lockInfo, type LockInfo } from "./lock-view.ts";
import { typedPath } from "./paths.ts";
import { present } from "./presence.ts";
import { releaseLock } from "./release-lock.ts";
import { requireShort } from "./require-short.ts";

/** The paths that belong to one state, as typed, and who acts there. */
export interface Share {
  readonly app: App;
  readonly me: Identity;
  readonly paths: readonly string[];
}

export interface AcquireOptions {
  readonly intent: string;
  /** Milliseconds; undefined: the lock lives with the lease. */
  readonly ttlMs: number | undefined;
  /** What an instance that is not registered yet is at work on. */
  readonly task?: string;
}

/** A path by its identity and by the name that it was given. */
export interface Wanted {
  readonly typed: string;
  readonly path: PathId;
}

/** The same as `Share`, looked up. No two paths are one file. */
export interface Claim {
  readonly app: App;
  readonly me: Identity;
  readonly wanted: readonly Wanted[];
}

export interface Acquired {
  /** In the order in which they were asked for, state by state. */
  readonly locks: readonly LockInfo[];
  /** Grants of others that had ended and made way. */
  readonly tookOver: readonly Grant[];
  /** What was not mine before. */
  readonly fresh: readonly Taken[];
}

export interface Taken extends Wanted {
  readonly app: App;
  readonly me: Identity;
}

export type AcquireResult = Acquired | { readonly barred: readonly Barred[] };

/** A path that changes while it is looked at is taken as it is after this many looks. */
const MAX_LOOKS = 8;

/**
 * Takes claims on all of the paths or on none. The paths of one state are one step. Several states are taken in a fixed
 * order, and what was taken fresh goes back when a later one refuses.
 * Throws LOCK_HELD with every holder in the way, USAGE, STATE_MISSING.
 */
export async function acquireLocks(shares: readonly Share[], options: AcquireOptions): Promise<Acquired> {
  const claims = claimsOf(shares, options);
  const result = await tryAcquire(claims, options);
  if ("locks" in result) return result;
  throw heldError(result.barred, { what: "lock", asked: askedFor(claims), waitedMs: undefined });
}

/** Everything that can be wrong with a request is found here, before anything is taken. */
export function claimsOf(shares: readonly Share[], options: AcquireOptions): readonly Claim[] {
  requireShort("intent", options.intent, MAX_INTENT);
  return shares.map(({ app, me, paths }) => {
    requireState(app);
    const wanted = new Map<string, Wanted>();
    for (const typed of paths) {
      const path = typedPath(app, typed);
      if (!wanted.has(path.key)) wanted.set(path.key, { typed, path });
    }
    return { app, me, wanted: [...wanted.values()] };
  });
}

export function askedFor(claims: readonly Claim[]): readonly string[] {
  return claims.flatMap(({ wanted }) => wanted.map(({ typed }) => typed));
}

export interface TryOptions extends AcquireOptions {
  /** The refusal was told before: it makes no second entry in the history. */
  readonly again?: boolean;
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
  };
}

/** Two who want the same states meet at the first of them, and not each at the other's. */
function inFixedOrder(claims: readonly Claim[]): readonly Claim[] {
  return claims.toSorted((a, b) => (a.app.workspace.stateDir < b.app.workspace.stateDir ? -1 : 1));
}

/** Releases what was taken; what has ended by itself is gone as well. */
export async function giveBack(taken: readonly Taken[]): Promise<void> {
  for (const { app, me, typed } of taken.toReversed()) {
    try {
      await releaseLock(app, me, typed);
    } catch (error) {
      if (!isCoordError(error)) throw error;
    }
  }
}

async function acquireClaim(claim: Claim, options: TryOptions): Promise<AcquireResult> {
  const { app } = claim;
  for (let look = 1; ; look += 1) {
    const looked = claim.wanted.map((one) => ({ ...one, content: observePath(app, one.path) }));
    const result = await app.store.transact((tx) => decide(claim, looked, options, tx, look >= MAX_LOOKS), app.wait);
    if (result !== "moved") return result;
  }
}

interface Looked extends Wanted {
  readonly content: Content;
}

interface Outcome extends Looked {
  readonly outcome: AcquireOutcome;
}

function decide(
  { app, me: asking }: Claim,
  looked: readonly Looked[],
  options: TryOptions,
  tx: Transaction,
  settled: boolean,
): Decision<AcquireResult | "moved"> {
  const moved = looked.some(({ path, content }) => !stillSame(app.sys, path.real_path, content));
  if (moved && !settled) return { answer: "moved" };
  const known = lookUp(app, tx, asking);
  const task = known.record === undefined ? options.task : undefined;
  const { me, record, changes, events } = present(app, known, asking, { task });
  const around = aroundOf(app, tx);
  const now = app.now();
  const outcomes: readonly Outcome[] = looked.map((one) => {
    const request = {
      path: one.path,
      me,
      kind: "claim",
      ttlMs: options.ttlMs ?? null,
      intent: options.intent,
      toolUseId: null,
      contentHash: one.content.hash,
      lockId: randomName(),
    } as const;
    return { ...one, outcome: acquire(tx.path(one.path.key), request, around) };
  });
  const barred = outcomes.flatMap(({ typed, path, outcome }) =>
    outcome.outcome === "granted"
      ? []
      : outcome.bars.map(({ grant, leftMs }) => ({ typed, path, lock: lockInfo(now, path, grant, leftMs) })),
  );
  const about = (event: string, path: PathId): HistoryEvent => ({
    event,
    instance: me.instance_id,
    path: path.file_path,
    worktree: path.worktree,
  });
  if (barred.length > 0) {
    const held = barred.map(({ path, lock }) => ({ ...about("held", path), by: lock.locked_by.instance_id }));
    const told = options.again === true ? [] : held;
    return { answer: { barred }, instances: changes, events: [...events, ...told] };
  }
  const granted = outcomes.flatMap(({ outcome, ...one }) =>
    outcome.outcome === "granted" ? [{ ...one, ...outcome }] : [],
  );
  // Whoever acts is alive.
  const holder = { record, verdict: record.process === null ? null : ("alive" as const) };
  const left = (grant: Grant): number => remainingMs(grant, holder, now, around.limits);
  return {
    answer: {
      locks: granted.map(({ path, grant }) => lockInfo(now, path, grant, left(grant))),
      tookOver: granted.flatMap(({ tookOver }) => tookOver),
      fresh: granted.filter(({ fresh }) => fresh).map(({ typed, path }) => ({ app, me: asking, typed, path })),
    },
    paths: granted.map(({ path, lock, ledger, content }) => ({
      path,
      lock: { to: lock },
      ledger: { to: remembered(ledger, content) },
    })),
    instances: changes,
    events: [
      ...events,
      ...granted.flatMap(({ path, grant, tookOver }) => [
        ...tookOver.map((g) => ({ ...about("took_over", path), from: g.locked_by.instance_id, fence: g.fence })),
        { ...about("acquired", path), fence: grant.fence, kind: "claim" },
      ]),
    ],
  };
}
