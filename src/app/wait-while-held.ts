/** How a hook waits for a lock that another holds for a tool call: looking only, without the guard. */
import { first } from "../domain/list.ts";
import { bars, type Grant, type LockRecord } from "../domain/lock.ts";
import type { ProcessRef } from "../domain/process.ts";
import { leftMs, liveGrants } from "../domain/settle.ts";
import type { Who } from "../domain/instance.ts";
import { aroundUnguarded, type App } from "./context.ts";
import { clientIsGone } from "./identity.ts";

/**
 * Between two looks at a held lock. The longer one has waited the more often one looks, so that of several who wait the
 * first to come is mostly the first to see it free; a queue that makes this certain is to come. Looking more often than
 * this helps nobody: seven who do it take the processor from the one who holds the lock. Milliseconds.
 */
const POLL_MS = { longest: 20, shortest: 5, halvesEvery: 400 } as const;

export interface Wait {
  readonly key: string;
  readonly me: Who;
  /** The lock in the way. */
  readonly bar: Grant;
  /** Since when, and until when at most. Monotonic milliseconds. */
  readonly start: number;
  readonly end: number;
}

/**
 * Sleeps until nothing is seen in the way any more, or what is in the way is not to be waited for, or the time is over.
 * Where another has got the path in between, the wait is for that one: asking would take the guard, and so hold up the
 * one who is to give the path back. The truth is decided after.
 */
export function waitWhileHeld(app: App, { key, me, bar, start, end }: Wait): void {
  const { sys, store } = app;
  let now = inTheWay(app, bar, end);
  while (sys.monotonicMs() < now.until) {
    const pause = POLL_MS.longest * 0.5 ** ((sys.monotonicMs() - start) / POLL_MS.halvesEvery);
    sys.sleepMs(Math.min(Math.max(POLL_MS.shortest, pause), Math.max(0, now.until - sys.monotonicMs())));
    if (clientIsGone(app)) return;
    const { lock } = store.path(key);
    if (isAsBefore(app, now, lock)) continue;
    const next = first(liveGrants(lock, aroundUnguarded(app)), (grant) => bars(grant, me));
    if (next?.kind !== "tool") return;
    now = inTheWay(app, next, end);
  }
}

interface InTheWay {
  readonly grant: Grant;
  /** Its holder's, if it is bound to one. */
  readonly process: ProcessRef | null;
  /** When it ends by time, or the wait does. Monotonic milliseconds. */
  readonly until: number;
}

function inTheWay(app: App, grant: Grant, end: number): InTheWay {
  const around = aroundUnguarded(app);
  const { record } = around.holder(grant.locked_by.instance_id);
  // At least a millisecond: a rest that is less than the clock can tell would be no pause at all.
  const until = Math.min(end, app.sys.monotonicMs() + Math.max(1, leftMs(grant, around)));
  return { grant, process: record?.process ?? null, until };
}

/** The same lock, in the same stretch of its life, of a holder who is not dead. */
function isAsBefore({ processes }: App, { grant, process }: InTheWay, lock: LockRecord | undefined): boolean {
  const same = first(lock?.grants ?? [], ({ lock_id }) => lock_id === grant.lock_id);
  if (same === undefined || (same.ended === null) !== (grant.ended === null)) return false;
  return process === null || processes.judge(process) !== "dead";
}
