import { first, mapped, where } from "./list.ts";
import type { Who } from "./instance.ts";
import { MAX_GRANTS, type ForcedEnd, type LedgerRecord } from "./ledger.ts";
import type { Actor } from "./view.ts";

/** The ledger with a grant of `me` open under `fence`; an older one that it never released gives way. */
export function withOpenGrant(ledger: LedgerRecord, me: Actor, fence: number, hash: string): LedgerRecord {
  const open = {
    instance_id: me.instance_id,
    parent: me.parent,
    process: me.process,
    agent_role: me.agent_role,
    fence,
    hash,
    settled: false,
  };
  return {
    ...withoutOpenGrant(ledger, me),
    fence: Math.max(ledger.fence, fence),
    grants: withoutSurplus([...others(ledger, me), open]),
  };
}

/** Those who crashed never close theirs. One that has been settled goes first: it can only still tell 11 from 12. */
function withoutSurplus(grants: LedgerRecord["grants"]): LedgerRecord["grants"] {
  if (grants.length <= MAX_GRANTS) return grants;
  const surplus = first(grants, (g) => g.settled) ?? grants[0];
  return where(grants, (g) => g !== surplus);
}

/** The ledger with the open grant of this fence marked as ended by force; its holder is told when he comes back to it. */
export function withForcedEnd(ledger: LedgerRecord, fence: number, forced: ForcedEnd): LedgerRecord {
  return { ...ledger, grants: mapped(ledger.grants, (g) => (g.fence === fence ? { ...g, forced } : g)) };
}

export function withoutOpenGrant(ledger: LedgerRecord, who: Who): LedgerRecord {
  return { ...ledger, grants: others(ledger, who) };
}

export function lastGrantTo(ledger: LedgerRecord, who: Who, fence: number): LedgerRecord {
  return { ...ledger, last_grant: { instance_id: who.instance_id, fence } };
}

function others(ledger: LedgerRecord, who: Who): LedgerRecord["grants"] {
  return where(ledger.grants, (g) => g.instance_id !== who.instance_id);
}
