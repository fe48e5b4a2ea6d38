import { openGrantOf, withSeen, withWrite, writtenFence, type LedgerRecord } from "./ledger.ts";
import { isoSeconds } from "./time.ts";
import type { Actor, Around } from "./view.ts";

/**
 * The ledger after `me` reported that it has written and the content is now `hash`.
 *
 * The write carries the fence of the grant it was made under, if nothing has come in between; else a new one, so that
 * everybody who saw an earlier state is told. Content that did not change is no write.
 */
export function recordWrite(ledger: LedgerRecord, me: Actor, hash: string, around: Around): LedgerRecord {
  const grant = openGrantOf(ledger, me);
  const changed = grant === undefined ? !ledger.writes.some((w) => w.hash === hash) : grant.hash !== hash;
  if (!changed) return withSeen(ledger, me.instance_id, hash);
  const own = ledger.writes.find((w) => w.instance_id === me.instance_id)?.fence;
  const inOrder = grant !== undefined && grant.fence === ledger.fence && topForeign(ledger, me) < grant.fence;
  const fence = inOrder ? grant.fence : own === ledger.fence ? own : ledger.fence + 1;
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
  const grants = written.grants.map((g) => ({ ...g, hash }));
  return withSeen({ ...written, grants }, me.instance_id, hash);
}

function topForeign(ledger: LedgerRecord, me: Actor): number {
  return writtenFence({ ...ledger, writes: ledger.writes.filter((w) => w.instance_id !== me.instance_id) });
}
