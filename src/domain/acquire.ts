import { first, mapped, where } from "./list.ts";
import { lastGrantTo, withOpenGrant } from "./grants.ts";
import { bars, isMine, type Grant, type LockKind, type LockRecord } from "./lock.ts";
import { openGrantOf, type LedgerRecord } from "./ledger.ts";
import { leftMs, liveGrants, settle } from "./settle.ts";
import { isoSeconds } from "./time.ts";
import { pathFields, type PathId } from "./path.ts";
import { newLedger, SCHEMA_VERSION, type Actor, type Around, type PathState } from "./view.ts";

export interface AcquireRequest {
  readonly path: PathId;
  readonly me: Actor;
  readonly kind: LockKind;
  /** `--ttl`, milliseconds; null: the lock lives with the lease. */
  readonly ttlMs: number | null;
  readonly intent: string;
  readonly toolUseId: string | null;
  readonly contentHash: string;
  /** Identity of the new grant, random: given from outside, decisions are pure. */
  readonly lockId: string;
}

/** A grant in somebody's way, and how long it still holds. */
export interface Bar {
  readonly grant: Grant;
  readonly leftMs: number;
}

export type AcquireOutcome =
  | {
      readonly outcome: "granted";
      readonly lock: LockRecord;
      readonly ledger: LedgerRecord;
      /** The ledger without this grant: what stays if the caller turns it down. */
      readonly known: LedgerRecord;
      readonly grant: Grant;
      /** Grants of others that had ended and made way. */
      readonly tookOver: readonly Grant[];
      /** False when it was mine already. */
      readonly fresh: boolean;
    }
  | { readonly outcome: "held"; readonly bars: readonly Bar[]; readonly ledger: LedgerRecord };

/** Stronger kinds are not weakened by a later, weaker request. */
const STRENGTH: Readonly<Record<LockKind, number>> = { tool: 0, turn: 1, session: 2, claim: 3 };

/**
 * Grants a path to exactly one family: the state of the path, the request and the time decide, nothing else.
 * A grant that has ended by time or with its holder's process makes way. Asking again for what is mine renews it.
 */
export function acquire(state: PathState, request: AcquireRequest, around: Around): AcquireOutcome {
  const { me, path } = request;
  const live = liveGrants(state.lock, around);
  const known = settle(state.ledger ?? newLedger(path, around.fenceFloor), live, request.contentHash, around);
  const barring = where(live, (g) => bars(g, me));
  if (barring.length > 0) {
    return {
      outcome: "held",
      bars: mapped(barring, (grant) => ({ grant, leftMs: leftMs(grant, around) })),
      ledger: known,
    };
  }
  const mine = first(live, (g) => isMine(g, me));
  const grant = mine === undefined ? freshGrant(request, known.fence + 1, around) : renewedGrant(mine, request, around);
  // A release that was killed half way leaves a lock whose grant is closed already: it is open again.
  const isOpen = mine !== undefined && openGrantOf(known, me) !== undefined;
  const ledger = isOpen ? known : withOpenGrant(known, me, grant.fence, request.contentHash);
  const others = where(live, (g) => g !== mine);
  const lock: LockRecord = {
    schema_version: SCHEMA_VERSION,
    ...state.lock,
    ...pathFields(path),
    grants: [...others, grant],
  };
  const tookOver = where(state.lock?.grants ?? [], (g) => !live.includes(g) && !isMine(g, me));
  return {
    outcome: "granted",
    lock,
    ledger: mine === undefined ? lastGrantTo(ledger, me, grant.fence) : ledger,
    known,
    grant,
    tookOver,
    fresh: mine === undefined,
  };
}

function freshGrant(request: AcquireRequest, fence: number, around: Around): Grant {
  const { me, kind } = request;
  return {
    lock_id: request.lockId,
    kind,
    lock_type: "write",
    locked_by: { instance_id: me.instance_id, agent_role: me.agent_role, pid: me.pid },
    locked_at: isoSeconds(around.now.wall_ms),
    expires_at: expiry(kind, request.ttlMs, around),
    file_hash: request.contentHash,
    intent: request.intent,
    fence,
    parent: me.parent,
    ttl_ms: request.ttlMs,
    granted: around.now,
    renewed: around.now,
    tool_use_ids: request.toolUseId === null ? [] : [request.toolUseId],
    ended: null,
  };
}

function renewedGrant(mine: Grant, request: AcquireRequest, around: Around): Grant {
  const kind = STRENGTH[request.kind] > STRENGTH[mine.kind] ? request.kind : mine.kind;
  const ttlMs = request.kind === "claim" ? (request.ttlMs ?? mine.ttl_ms) : mine.ttl_ms;
  const ids = where(mine.tool_use_ids, (id) => id !== request.toolUseId);
  return {
    ...mine,
    kind,
    ttl_ms: ttlMs,
    intent: request.intent === "" ? mine.intent : request.intent,
    expires_at: expiry(kind, ttlMs, around),
    // A lock with a time of its own lasts until then, whatever is done under it.
    renewed: ttlMs === null || request.kind === "claim" ? around.now : mine.renewed,
    tool_use_ids: request.toolUseId === null ? ids : [...ids, request.toolUseId],
    ended: null,
  };
}

/** `expires_at` of a grant that is made or renewed now. */
export function expiry(kind: LockKind, ttlMs: number | null, around: Around): string {
  const life = kind === "tool" ? around.limits.toolTtlMs : (ttlMs ?? around.limits.ttlMs);
  return isoSeconds(around.now.wall_ms + life);
}
