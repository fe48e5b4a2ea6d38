import { mapped } from "./list.ts";
import { expiry } from "./acquire.ts";
import type { Grant, LockRecord } from "./lock.ts";
import type { Who } from "./instance.ts";
import { stakeOf, type Stake } from "./release.ts";
import type { Around, PathState } from "./view.ts";

export type Renewal =
  | { readonly outcome: "renewed"; readonly lock: LockRecord; readonly grant: Grant }
  | { readonly outcome: "refused"; readonly stake: Exclude<Stake, { readonly stake: "mine" }> };

/**
 * Renews what `me` holds of a path, for `ttlMs` when that is not null. What has ended is never brought back: somebody
 * may have come and gone. Source: DESIGN section 2 "lock" and RELIABILITY section 3.
 */
export function renew(state: PathState, me: Who, ttlMs: number | null, around: Around): Renewal {
  const stake = stakeOf(state, me, around);
  if (stake.stake !== "mine") return { outcome: "refused", stake };
  if (state.lock === undefined) throw new Error("a grant without a lock");
  const grant = renewed(stake.grant, ttlMs, around);
  const grants = mapped(state.lock.grants, (g) => (g === stake.grant ? grant : g));
  return { outcome: "renewed", lock: { ...state.lock, grants }, grant };
}

function renewed(mine: Grant, ttlMs: number | null, around: Around): Grant {
  // A time of its own is a claim's: the lock for a tool call has one already.
  const kind = ttlMs === null || mine.kind !== "tool" ? mine.kind : "claim";
  const ttl = ttlMs ?? mine.ttl_ms;
  return { ...mine, kind, ttl_ms: ttl, expires_at: expiry(kind, ttl, around), renewed: around.now, ended: null };
}
