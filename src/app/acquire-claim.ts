import { acquire, type AcquireOutcome } from "../domain/acquire.ts";
import { unseenWrite } from "../domain/conflict.ts";
import { openGrantOf, type LedgerRecord } from "../domain/ledger.ts";
import { remainingMs, type Grant } from "../domain/lock.ts";
import type { PathId } from "../domain/path.ts";
import { recordUnreported } from "../domain/record-write.ts";
import type { Actor, Around } from "../domain/view.ts";
import { randomName } from "../platform/random-name.ts";
import type { Decision, EventName, HistoryEvent, Transaction } from "../store/store.ts";
import type { Claim, Wanted } from "./claim.ts";
import { MAX_LOOKS, observePath, remembered, stillSame, type Content } from "./content.ts";
import { aroundOf, type App } from "./context.ts";
import type { Barred } from "./held-error.ts";
import { lookUp, type Identity } from "./identity.ts";
import { lockInfo, type LockInfo } from "./lock-view.ts";
import { present } from "./presence.ts";
import { hasSeen } from "./stake.ts";

export interface AcquireOptions {
  readonly intent: string;
  /** Milliseconds; undefined: the lock lives with the lease. */
  readonly ttlMs: number | undefined;
  /** What an instance that is not registered yet is at work on. */
  readonly task?: string;
}

export interface TryOptions extends AcquireOptions {
  /** The refusal was told before: it makes no second entry in the history. */
  readonly again?: boolean;
}

export interface Acquired {
  /** In the order in which they were asked for, state by state. */
  readonly locks: readonly LockInfo[];
  /** Grants of others that had ended and made way. */
  readonly tookOver: readonly Grant[];
  /** What was not mine before. */
  readonly fresh: readonly Taken[];
  /** Changes by others to what this instance has seen or held before, which it has not seen. */
  readonly unseen: readonly Unseen[];
}

export interface Unseen {
  /** The path as it was typed. */
  readonly typed: string;
  readonly by: string;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly at: string;
}

export interface Taken extends Wanted {
  readonly app: App;
  readonly me: Identity;
}

export type AcquireResult = Acquired | { readonly barred: readonly Barred[] };

/** Takes all paths of one claim, or none: one step of its state. Answers who is in the way instead of throwing. */
export async function acquireClaim(claim: Claim, options: TryOptions): Promise<AcquireResult> {
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
  const about = (event: EventName, path: PathId): HistoryEvent => ({
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
      unseen: granted.flatMap(({ typed, known, content }) => unseenIn(typed, known, content.hash, me, around)),
      fresh: granted.filter(({ fresh }) => fresh).map(({ typed, path }) => ({ app, me: asking, typed, path })),
    },
    paths: granted.map(({ path, lock, ledger, fresh, content }) => ({
      path,
      lock: { to: lock },
      ledger: { to: remembered(fresh ? ledger : noted(ledger, content.hash, me, around), content) },
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

/** Asking again for what is mine takes note of what has changed under it: that is its holder's write. */
function noted(ledger: LedgerRecord, hash: string, me: Actor, around: Around): LedgerRecord {
  return openGrantOf(ledger, me)?.hash === hash ? ledger : recordUnreported(ledger, me, hash, around);
}

/** Of a path that this instance never had to do with, every change is news to it, and none worth telling. */
function unseenIn(typed: string, known: LedgerRecord, hash: string, me: Actor, around: Around): readonly Unseen[] {
  const isKnown = hasSeen(known, me.instance_id) || openGrantOf(known, me) !== undefined;
  const write = isKnown ? unseenWrite(known, me, hash, around) : undefined;
  return write === undefined ? [] : [{ typed, by: write.instance_id, at: write.at }];
}
