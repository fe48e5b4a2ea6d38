import { mapped } from "./list.ts";
import { lastWrite, openGrantOf, withSeen, withWrite, writtenFence, type LedgerRecord } from "./ledger.ts";
import { isoSeconds } from "./time.ts";
import type { Actor, Around } from "./view.ts";

/**
 * The ledger after `me` reported that it has written and the content is now `hash`.
 *
 * The first write under a grant carries its fence, if nothing has come in between. Every other one gets a new fence, so
 * that whoever saw an earlier state is told, also one who read between two writes under the same lock. Content that
 * did not change is no write.
 */
export function recordWrite(ledger: LedgerRecord, me: Actor, hash: string, around: Around): LedgerRecord {
  const grant = openGrantOf(ledger, me);
  const changed = (grant === undefined ? lastWrite(ledger) : grant)?.hash !== hash;
  if (!changed) return withSeen(ledger, me.instance_id, hash);
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
