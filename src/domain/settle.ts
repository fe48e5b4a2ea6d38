import { any, last, mapped, where } from "./list.ts";
import { withWrite, writeSince, writtenFence, type LedgerRecord, type OpenGrant } from "./ledger.ts";
import { remainingMs, type Grant, type LockRecord } from "./lock.ts";
import { sameProcess } from "./process.ts";
import { isoSeconds } from "./time.ts";
import { isRegistered, type Around } from "./view.ts";

/** The grants of a lock that still hold. */
export function liveGrants(lock: LockRecord | undefined, around: Around): readonly Grant[] {
  return where(lock?.grants ?? [], (g) => leftMs(g, around) > 0);
}

export function leftMs(grant: Grant, around: Around): number {
  return remainingMs(grant, around.holder(grant.locked_by.instance_id), around.now, around.limits);
}

/**
 * Looks once at every grant that ended without a word: where the content is neither what it was then nor what anybody
 * recorded since, it counts as its holder's probable write (DESIGN section 5, "A grant").
 */
export function settle(
  ledger: LedgerRecord,
  live: readonly Grant[],
  contentHash: string,
  around: Around,
): LedgerRecord {
  const ended = where(ledger.grants, (g) => !g.settled && !any(live, (l) => l.fence === g.fence));
  if (ended.length === 0 || isBeingWritten(ledger, live, contentHash)) return ledger;
  // The newest of them is the likeliest writer.
  const writer = last(ended, (g) => hasChangedUnder(g, ledger, contentHash));
  const settled: LedgerRecord = {
    ...ledger,
    grants: mapped(ledger.grants, (g) => {
      if (!ended.includes(g)) return g;
      if (isOver(g, around)) return { ...g, settled: true };
      // One who lives on may still be about to write: a call that sits at a permission prompt.
      return g === writer ? { ...g, hash: contentHash } : g;
    }),
  };
  return writer === undefined ? settled : withProbableWrite(settled, writer, contentHash, around);
}

/** A holder of today has changed the content and not said so yet: who wrote what is to be seen when he has. */
function isBeingWritten(ledger: LedgerRecord, live: readonly Grant[], contentHash: string): boolean {
  return any(ledger.grants, (g) => hasChangedUnder(g, ledger, contentHash) && any(live, (l) => l.fence === g.fence));
}

/** The content is neither what it was at the grant, or after its holder's last write, nor what anybody recorded since. */
function hasChangedUnder(grant: OpenGrant, ledger: LedgerRecord, contentHash: string): boolean {
  if (grant.hash === contentHash) return false;
  const own = last(ledger.writes, (w) => w.instance_id === grant.instance_id && w.hash === grant.hash);
  return writeSince(ledger, Math.max(grant.fence, own?.fence ?? 0), contentHash) === undefined;
}

/** Its holder has gone, or lives on in another process than the one that it was granted to. */
function isOver(grant: OpenGrant, around: Around): boolean {
  if (!isRegistered(grant.instance_id, around)) return true;
  const now = around.holder(grant.instance_id).record?.process ?? null;
  return now !== null && grant.process !== null && !sameProcess(now, grant.process);
}

function withProbableWrite(ledger: LedgerRecord, by: OpenGrant, hash: string, around: Around): LedgerRecord {
  return withWrite(ledger, {
    instance_id: by.instance_id,
    parent: by.parent,
    process: by.process,
    agent_role: by.agent_role,
    hash,
    fence: writtenFence(ledger) < by.fence ? by.fence : ledger.fence + 1,
    at: isoSeconds(around.now.wall_ms),
    written: around.now,
    probable: true,
  });
}
