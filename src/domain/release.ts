import { first, where } from "./list.ts";
import { withoutOpenGrant } from "./grants.ts";
import { bars, isMine, type Grant, type LockRecord } from "./lock.ts";
import { openGrantOf, type ForcedEnd, type LedgerRecord } from "./ledger.ts";
import { liveGrants, settle } from "./settle.ts";
import type { Who } from "./instance.ts";
import { recordUnreported } from "./record-write.ts";
import type { Actor, Around, PathState } from "./view.ts";

/**
 * How an instance stands to a path. free: nobody bars me and I hold nothing. mine: I hold it. held: another does and I
 * never did. expired: I held it, it ended without my releasing it, nobody has had it since. lost: another was granted
 * it since. Source: the exit codes of DESIGN section 4.
 */
export type Stake =
  | { readonly stake: "free" }
  | { readonly stake: "mine"; readonly grant: Grant }
  | { readonly stake: "held"; readonly by: Grant }
  | { readonly stake: "expired"; readonly fence: number; readonly forced: ForcedEnd | undefined }
  | {
      readonly stake: "lost";
      readonly fence: number;
      readonly forced: ForcedEnd | undefined;
      /** The one that it was granted to. */
      readonly to: string;
      /** His lock, if he holds it still and it bars me. */
      readonly by: Grant | undefined;
    };

export function stakeOf(state: PathState, me: Who, around: Around): Stake {
  const live = liveGrants(state.lock, around);
  const grant = first(live, (g) => isMine(g, me));
  if (grant !== undefined) return { stake: "mine", grant };
  const by = first(live, (g) => bars(g, me));
  const open = state.ledger === undefined ? undefined : openGrantOf(state.ledger, me);
  if (open === undefined) return by === undefined ? { stake: "free" } : { stake: "held", by };
  const last = state.ledger?.last_grant;
  const passedOn =
    last !== null && last !== undefined && last.fence > open.fence && last.instance_id !== me.instance_id;
  const { fence, forced } = open;
  if (by !== undefined) return { stake: "lost", fence, forced, to: by.locked_by.instance_id, by };
  if (passedOn) return { stake: "lost", fence, forced, to: last.instance_id, by };
  return { stake: "expired", fence, forced };
}

export interface Released {
  /** undefined: no grant is left, the file goes. */
  readonly lock: LockRecord | undefined;
  readonly ledger: LedgerRecord | undefined;
  readonly stake: Stake;
}

/**
 * Gives back what `me` holds of a path and closes its grant; a grant that had ended is closed all the same.
 * What changed under a grant that still held is its holder's write, reported or not; under one that had ended, its
 * holder's probable write.
 */
export function release(state: PathState, me: Actor, contentHash: string, around: Around): Released {
  const stake = stakeOf(state, me, around);
  const { ledger } = state;
  if (ledger === undefined) return { lock: withoutGrantOf(state.lock, me), ledger, stake };
  const open = openGrantOf(ledger, me);
  const wrote = stake.stake === "mine" && open !== undefined && open.hash !== contentHash;
  const known = wrote
    ? recordUnreported(ledger, me, contentHash, around)
    : settle(ledger, liveGrants(state.lock, around), contentHash, around);
  return { lock: withoutGrantOf(state.lock, me), ledger: withoutOpenGrant(known, me), stake };
}

/** The lock without what `me` holds of it; undefined when no grant is left. */
export function withoutGrantOf(lock: LockRecord | undefined, me: Pick<Who, "instance_id">): LockRecord | undefined {
  if (lock === undefined) return undefined;
  const grants = where(lock.grants, (g) => !isMine(g, me));
  return grants.length === 0 ? undefined : { ...lock, grants };
}
