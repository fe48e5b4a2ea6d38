/**
 * The reference implementation of the store's contract: the whole state in this process's memory. For tests and
 * simulation, where the clock is the caller's and nothing is ever half done. Records are copied on their way in and
 * out, so that nobody shares an object with the store, as nobody does with a file.
 */
import type { InstanceRecord } from "../../domain/instance.ts";
import type { LedgerRecord } from "../../domain/ledger.ts";
import type { LockRecord } from "../../domain/lock.ts";
import { ageMs, isoSeconds, type Stamp } from "../../domain/time.ts";
import type { Decision, Store, Transaction } from "../store.ts";
import { memoryDecisions } from "./memory-decisions.ts";
import { memoryHistory } from "./memory-history.ts";

export interface MemoryStoreOptions {
  readonly now: () => Stamp;
  /** How records are copied; whoever treats them as immutable may leave them as they are. */
  readonly copied?: <T>(record: T) => T;
}

interface KeptLedger {
  readonly record: LedgerRecord;
  /** When it was last written. */
  readonly touched: Stamp;
}

/** A store that lives and dies with this process. */
export function memoryStore({ now, copied = structuredClone }: MemoryStoreOptions): Store {
  const locks = new Map<string, LockRecord>();
  const ledgers = new Map<string, KeptLedger>();
  const instances = new Map<string, InstanceRecord>();
  const history = memoryHistory();
  const decisions = memoryDecisions(now);
  let floor = 0;

  const put = <T>(records: Map<string, T>, name: string, to: T | undefined): void => {
    if (to === undefined) records.delete(name);
    else records.set(name, copied(to));
  };

  const tx: Transaction = {
    path: (key) => ({ lock: copied(locks.get(key)), ledger: copied(ledgers.get(key)?.record) }),
    instance: (id) => copied(instances.get(id)),
    held: (id) => [...locks.values()].filter((lock) => isHeldBy(lock, id)).map((lock) => lock.key),
    instanceIds: () => [...instances.keys()],
    fenceFloor: () => floor,
  };

  const commit = (decision: Decision<unknown>): void => {
    for (const { path, lock, ledger } of decision.paths ?? []) {
      if (ledger !== undefined) ledgers.set(path.key, { record: copied(ledger.to), touched: now() });
      if (lock !== undefined) put(locks, path.key, lock.to);
    }
    for (const { id, to } of decision.instances ?? []) put(instances, id, to);
    const at = isoSeconds(now().wall_ms);
    for (const event of decision.events ?? []) history.append({ at, ...event });
  };

  return {
    // An async function, so that what `decide` throws rejects the promise as it does in every other store.
    transact: async (decide) => {
      const decision = decide(tx);
      commit(decision);
      return decision.answer;
    },
    path: tx.path,
    instance: tx.instance,
    instances: () => [...instances.values()].map((record) => copied(record)),
    locks: () => [...locks.values()].map((record) => copied(record)),
    held: tx.held,
    steady: async (read) => read(),
    events: history.read,
    prune: async (idleMs) => {
      const idle = [...ledgers].filter(([key, { touched }]) => !locks.has(key) && ageMs(touched, now()) > idleMs);
      for (const [key, { record }] of idle) {
        floor = Math.max(floor, record.fence);
        ledgers.delete(key);
      }
      return idle.length;
    },
    decisions: async () => decisions,
    reports: () => [],
  };
}

function isHeldBy(lock: LockRecord, id: string): boolean {
  return lock.grants.some((grant) => grant.locked_by.instance_id === id);
}
