import type { App } from "./context.ts";
import { lookUp, type Identity } from "./identity.ts";
import { present } from "./presence.ts";

/** More workspaces than one session writes in; the rest is left to leases. */
const MAX_ELSEWHERE = 16;

/** Remembers at home that a session has written in another workspace, so that its end is told there too. */
export async function noteElsewhere(home: App, me: Identity, dir: string): Promise<void> {
  const known = lookUp(home, home.store, me);
  if (known.record?.elsewhere.includes(dir) === true) return;
  await home.store.transact((tx) => {
    const { changes, events } = present(home, lookUp(home, tx, me), me, {
      change: (record) =>
        record.elsewhere.includes(dir) || record.elsewhere.length >= MAX_ELSEWHERE
          ? record
          : { ...record, elsewhere: [...record.elsewhere, dir] },
    });
    return { answer: undefined, instances: changes, events };
  }, home.wait);
}
