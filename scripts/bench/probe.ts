/** Looks into the state between two runs: a hook that quietly did nothing would be fast, and prove nothing. */
import type { App } from "../../src/app/context.ts";
import { sessionInstanceId } from "../../src/app/identity.ts";
import { typedPath } from "../../src/app/paths.ts";
import { viewerOf } from "../../src/domain/ledger.ts";
import { later } from "../../src/domain/time.ts";

/** Above the 15 s after which a lease is written anew. */
const LEASE_AGE_MS = 20_000;

export interface Probe {
  /** How many paths the session holds. */
  readonly held: () => number;
  /** How often its lease was renewed. */
  readonly pings: () => number;
  /** True when the ledger says that the session knows a content of the path. */
  readonly hasSeen: (path: string) => boolean;
  /** Makes its lease as old as if it had been quiet for a while. */
  readonly ageLease: () => Promise<void>;
}

export function probe(app: App, sessionId: string): Probe {
  const id = sessionInstanceId(sessionId);
  return {
    held: () => app.store.held(id).length,
    pings: () => app.store.instance(id)?.ping_count ?? 0,
    hasSeen: (path) => {
      const { ledger } = app.store.path(typedPath(app, path).key);
      return ledger !== undefined && (viewerOf(ledger, id)?.hash ?? null) !== null;
    },
    ageLease: () =>
      app.store.transact((tx) => {
        const record = tx.instance(id);
        if (record === undefined) throw new Error("The session of the benchmark is not registered");
        return { answer: undefined, instances: [{ id, to: { ...record, pinged: later(app.now(), -LEASE_AGE_MS) } }] };
      }, app.wait),
  };
}
