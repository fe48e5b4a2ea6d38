/** `coord lock renew`. */
import { coordError, type CoordError } from "../domain/errors.ts";
import { standing } from "../domain/instance.ts";
import { remainingMs } from "../domain/lock.ts";
import { pathWord } from "../domain/quote.ts";
import { renew } from "../domain/renew.ts";
import type { Around } from "../domain/view.ts";
import { namedIn, type Claim, type Share, type Wanted } from "./claim.ts";
import { aroundOf } from "./context.ts";
import { lookUp, type Known } from "./identity.ts";
import { lockInfo, type LockInfo } from "./lock-view.ts";
import { present } from "./presence.ts";
import { stakeError } from "./stake-error.ts";

/**
 * Renews the acting instance's locks on the paths of one state, and its lease with them; all or none. `ttlMs`
 * undefined: each keeps the time that it has. Throws LOCK_HELD, LOCK_EXPIRED, CONFLICT, STALE_INSTANCE.
 */
export async function renewLocks(share: Share, ttlMs: number | undefined): Promise<readonly LockInfo[]> {
  const [claim] = namedIn([share]);
  return claim === undefined ? [] : renewClaim(claim, ttlMs);
}

/** The same of paths that were looked up when they were locked, whatever bears their names by now. */
export async function renewClaim(claim: Claim, ttlMs: number | undefined): Promise<readonly LockInfo[]> {
  const { app, me: asking, wanted } = claim;
  const result = await app.store.transact<CoordError | readonly LockInfo[]>((tx) => {
    const known = lookUp(app, tx, asking);
    const around = aroundOf(app, tx);
    const who = { instance_id: known.id, parent: known.parent };
    const renewals = wanted.map((one) => ({ one, ...renew(tx.path(one.path.key), who, ttlMs ?? null, around) }));
    for (const renewal of renewals) {
      if (renewal.outcome === "renewed") continue;
      const { one, stake } = renewal;
      const { typed } = one;
      return {
        answer: stake.stake === "free" ? nothingToRenew(known, around, one) : stakeError(stake, typed, "renew"),
      };
    }
    const { record, changes, events } = present(app, known, asking, { renew: true });
    const { verdict } = around.holder(known.id);
    const renewed = renewals.flatMap((renewal) => (renewal.outcome === "renewed" ? [renewal] : []));
    return {
      answer: renewed.map(({ one, grant }) =>
        lockInfo(around.now, one.path, grant, remainingMs(grant, { record, verdict }, around.now, around.limits)),
      ),
      paths: renewed.map(({ one, lock }) => ({ path: one.path, lock: { to: lock } })),
      instances: changes,
      events,
    };
  }, app.wait);
  if ("code" in result) throw result;
  return result;
}

function nothingToRenew({ id, record }: Known, around: Around, { typed }: Wanted): CoordError {
  if (record === undefined) {
    return coordError("STALE_INSTANCE", `Nothing to renew: no instance ${id} is registered`, {
      hint: "coord instance list",
    });
  }
  const now = standing(record, around.holder(id).verdict, around.now, around.limits);
  if (now === "stale" || now === "dead") {
    return coordError("STALE_INSTANCE", `Nothing to renew: the lease of ${id} is over`, {
      hint: "coord instance register --task TASK --role ROLE",
    });
  }
  return coordError("LOCK_EXPIRED", `Nothing to renew: ${id} holds no lock on "${typed}", which is free`, {
    hint: `coord lock acquire ${pathWord(typed)}`,
  });
}
