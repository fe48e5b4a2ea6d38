import { bars } from "../domain/lock.ts";
import { leftMs, liveGrants } from "../domain/settle.ts";
import type { Claim } from "./claim.ts";
import { aroundUnguarded } from "./context.ts";
import type { Barred } from "./held-error.ts";
import { lookUp } from "./identity.ts";
import { lockInfo } from "./lock-view.ts";

/** The locks that are in the way of these claims right now: a look without the guard, good enough to tell or to wait. */
export async function barsNow(claims: readonly Claim[]): Promise<readonly Barred[]> {
  const all: Barred[] = [];
  for (const claim of claims) all.push(...(await barsIn(claim)));
  return all;
}

async function barsIn({ app, me, wanted }: Claim): Promise<readonly Barred[]> {
  return app.store.steady(() => {
    const around = aroundUnguarded(app);
    const known = lookUp(app, app.store, me);
    const who = { instance_id: known.id, parent: known.parent };
    return wanted.flatMap(({ typed, path }) =>
      liveGrants(app.store.path(path.key).lock, around)
        .filter((grant) => bars(grant, who))
        .map((grant) => ({ typed, path, lock: lockInfo(around.now, path, grant, leftMs(grant, around)) })),
    );
  }, app.wait);
}
