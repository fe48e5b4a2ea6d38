import { any, mapped, where } from "./list.ts";
import {
  lastWrite,
  openGrantOf,
  viewerOf,
  withSeen,
  withWrite,
  writeSince,
  writtenFence,
  type LedgerRecord,
  type Write,
} from "./ledger.ts";
import { isoSeconds } from "./time.ts";
import type { Actor, Around } from "./view.ts";

/**
 * The ledger after `me` reported that it has written and the content is now `hash`.
 *
 * The first write under a grant carries its fence, if nothing has come in between. Every other one gets a new fence, so
 * that whoever saw an earlier state is told, also one who read between two writes under the same lock. Content that is
 * what it was at the grant is a write as well: it may have been another meanwhile, and was brought back.
 */
export function recordWrite(ledger: LedgerRecord, me: Actor, hash: string, around: Around): LedgerRecord {
  const grant = openGrantOf(ledger, me);
  const isKnown = (grant === undefined || grant.hash === hash) && isToldOf(ledger, me, hash, grant?.fence ?? 0);
  if (isKnown) return withSeen(confirmed(ledger, me, hash), me.instance_id, hash);
  const first = grant !== undefined && grant.fence === ledger.fence && writtenFence(ledger) < grant.fence;
  const fence = first ? grant.fence : ledger.fence + 1;
  const written = withWrite(ledger, {
    instance_id: me.instance_id,
    parent: me.parent,
    process: me.process,
    agent_role: me.agent_role,
    hash,
    fence,
    at: isoSeconds(around.now.wall_ms),
    written: around.now,
    probable: false,
  });
  const grants = mapped(written.grants, (g) => (g.instance_id === me.instance_id ? { ...g, hash } : g));
  return withSeen({ ...written, grants }, me.instance_id, hash);
}

/**
 * The newest write is this one of `me`: two calls that ran side by side report one content. Not when others have seen
 * another content since: then it has been brought back, and they are to be told.
 */
function isToldOf(ledger: LedgerRecord, me: Actor, hash: string, sinceFence: number): boolean {
  const latest = lastWrite(ledger);
  if (latest?.instance_id !== me.instance_id || latest.hash !== hash || latest.fence < sinceFence) return false;
  return !any(ledger.viewers, (v) => v.instance_id !== me.instance_id && v.fence >= latest.fence && v.hash !== hash);
}

/** What was a guess so far is known now. */
function confirmed(ledger: LedgerRecord, me: Actor, hash: string): LedgerRecord {
  const isGuess = (w: Write): boolean => w.probable && w.instance_id === me.instance_id && w.hash === hash;
  if (!any(ledger.writes, isGuess)) return ledger;
  return { ...ledger, writes: mapped(ledger.writes, (w) => (isGuess(w) ? { ...w, probable: false } : w)) };
}

/**
 * The same for content that changed under a lock of `me` and that nobody has spoken of: its holder's, unless another has
 * reported it since. Then it is that one's, and `me` has not seen it.
 */
export function recordUnreported(ledger: LedgerRecord, me: Actor, hash: string, around: Around): LedgerRecord {
  return rivalOf(ledger, me, hash) === undefined ? recordWrite(ledger, me, hash, around) : ledger;
}

/**
 * The same for a write that others may have come between, because its lock had ended: `me` then knows what it wrote, not
 * what is there. Where another has reported this very content, one of the two has replaced the other's: neither has
 * seen it.
 */
export function recordLateWrite(ledger: LedgerRecord, me: Actor, hash: string, around: Around): LedgerRecord {
  const rival = rivalOf(ledger, me, hash);
  // What it was before either wrote: seen once, and not what is there.
  const before = openGrantOf(ledger, me)?.hash ?? null;
  const unseen = mapped(ledger.viewers, (v) => (v.instance_id === rival?.instance_id ? { ...v, hash: before } : v));
  const written = recordWrite({ ...ledger, viewers: unseen }, me, hash, around);
  const mine = viewerOf(ledger, me.instance_id);
  const others = where(written.viewers, (v) => v.instance_id !== me.instance_id);
  return { ...written, viewers: mine === undefined ? others : [...others, mine] };
}

/** Another's reported write that made the content what it is, later than the grant of `me`. */
export function rivalOf(ledger: LedgerRecord, me: Actor, hash: string): Write | undefined {
  const grant = openGrantOf(ledger, me);
  const written = grant === undefined ? lastWrite(ledger) : writeSince(ledger, grant.fence, hash);
  const isOthers = written?.hash === hash && !written.probable && written.instance_id !== me.instance_id;
  return isOthers ? written : undefined;
}
