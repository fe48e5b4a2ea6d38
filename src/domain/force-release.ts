import { withForcedEnd } from "./grants.ts";
import type { LedgerRecord } from "./ledger.ts";
import { first, where } from "./list.ts";
import type { Grant, LockRecord } from "./lock.ts";
import { liveGrants } from "./settle.ts";
import { isoSeconds } from "./time.ts";
import type { Around, PathState } from "./view.ts";

export type Forced =
  /** No lock is in force: there is nothing to do. */
  | { readonly outcome: "free" }
  /** Another lock than the one that was named is in force, and stays. */
  | { readonly outcome: "other"; readonly present: Grant }
  | {
      readonly outcome: "released";
      readonly lock: LockRecord | undefined;
      readonly ledger: LedgerRecord | undefined;
      readonly grant: Grant;
    };

/**
 * Takes exactly the lock with this ID from its holder, whoever that is. The ledger keeps his open grant, with
 * `by` who has ended it, so that he learns it. By ID, so that a person cannot break a newer lock than the one they saw: SECURITY.md.
 */
export function forceRelease({ lock, ledger }: PathState, lockId: string, by: string, around: Around): Forced {
  const live = liveGrants(lock, around);
  const grant = first(live, (g) => g.lock_id === lockId);
  const [present] = live;
  if (lock === undefined || present === undefined) return { outcome: "free" };
  if (grant === undefined) return { outcome: "other", present };
  const grants = where(lock.grants, (g) => g !== grant);
  const forced = { by, at: isoSeconds(around.now.wall_ms) };
  return {
    outcome: "released",
    lock: grants.length === 0 ? undefined : { ...lock, grants },
    ledger: ledger === undefined ? undefined : withForcedEnd(ledger, grant.fence, forced),
    grant,
  };
}
