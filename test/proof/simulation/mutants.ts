/** Broken variants of coord, each made from the real one by wrapping what it is built on. */
import type { App } from "../../../src/app/context.ts";
import type { LedgerRecord } from "../../../src/domain/ledger.ts";
import type { Decision, PathChange, Store, Transaction } from "../../../src/store/store.ts";
import { WALL_AHEAD_MS } from "./clock.ts";
import type { Rule } from "./findings.ts";
import type { World } from "./world.ts";

export interface Mutant {
  readonly name: string;
  /** The rule that gives it away. */
  readonly breaks: readonly Rule[];
  /** Where it shows. */
  readonly in: "order" | "interleaved" | "day";
  /** Around the store that one instance uses. */
  readonly store?: (store: Store, here: World) => Store;
  readonly app?: (app: App, here: World) => App;
}

type Twist = (decision: Decision<unknown>, tx: Transaction) => Decision<unknown>;

/** What is decided comes out otherwise. */
function twisted(store: Store, twist: Twist, see: (tx: Transaction) => Transaction = (tx) => tx): Store {
  return {
    ...store,
    transact: (decide, options) =>
      store.transact((tx) => {
        const { answer, ...changes } = decide(see(tx));
        return { ...twist({ ...changes, answer: undefined }, tx), answer };
      }, options),
  };
}

/** The same changes of paths, each made otherwise. */
function repathed(change: (path: PathChange, tx: Transaction) => PathChange): Twist {
  return (decision, tx) => ({ ...decision, paths: (decision.paths ?? []).map((path) => change(path, tx)) });
}

function withLedger(tx: Transaction, change: (ledger: LedgerRecord) => LedgerRecord): Transaction {
  return {
    ...tx,
    path: (key) => {
      const { lock, ledger } = tx.path(key);
      return { lock, ledger: ledger === undefined ? undefined : change(ledger) };
    },
  };
}

const frozenFence = repathed((change, tx) => {
  const before = tx.path(change.path.key).ledger?.fence ?? 0;
  const { lock, ledger } = change;
  if (before === 0 || lock?.to === undefined || ledger === undefined) return change;
  const grants = lock.to.grants.map((grant) => ({ ...grant, fence: Math.min(grant.fence, before) }));
  return { ...change, lock: { to: { ...lock.to, grants } }, ledger: { to: { ...ledger.to, fence: before } } };
});

const forgetful = repathed((change) => {
  if (change.ledger === undefined) return change;
  return { ...change, ledger: { to: { ...change.ledger.to, writes: change.ledger.to.writes.slice(-1) } } };
});

/** A write by somebody who was never there. */
function haunted(ledger: LedgerRecord): LedgerRecord {
  const [any] = ledger.writes;
  if (any === undefined) return ledger;
  const ghost = { ...any, instance_id: "claude-nobody", parent: null, process: null, fence: ledger.fence + 1 };
  return { ...ledger, fence: ghost.fence, writes: [...ledger.writes, ghost] };
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "a store whose decisions are made on what was read before others changed it",
    breaks: ["one holder per path", "fences only grow", "no live lock is lost before its time"],
    in: "interleaved",
    store: (store) => ({
      ...store,
      transact: async (decide, options) => {
        const decision = await store.transact((tx) => ({ answer: decide(tx) }), options);
        return store.transact(() => decision, options);
      },
    }),
  },
  {
    name: "leases and locks that end a millisecond early",
    breaks: [
      "no live lock is lost before its time",
      "one holder per path",
      "10, 11 and 12 tell the truth",
      "a look shows what is",
    ],
    in: "order",
    app: (app) => {
      const { ttlMs, toolTtlMs } = app.config;
      return { ...app, config: { ...app.config, ttlMs: ttlMs - 1, toolTtlMs: toolTtlMs - 1 } };
    },
  },
  {
    name: "locks that hold a millisecond too long",
    breaks: [
      "what has ended bars nobody",
      "10, 11 and 12 tell the truth",
      "a look shows what is",
      "nobody waits for ever",
    ],
    in: "order",
    app: (app) => ({
      ...app,
      config: { ...app.config, toolTtlMs: app.config.toolTtlMs + 1, ttlMs: app.config.ttlMs + 1 },
    }),
  },
  {
    name: "dead holders that stay",
    breaks: [
      "what has ended bars nobody",
      "nobody waits for ever",
      "10, 11 and 12 tell the truth",
      "a look shows what is",
    ],
    in: "order",
    app: (app) => ({
      ...app,
      processes: { ...app.processes, judge: (ref) => (app.processes.judge(ref) === "dead" ? "alive" : "alive") },
    }),
  },
  {
    name: "a fence that stays as it is on a takeover",
    breaks: ["fences only grow"],
    in: "order",
    store: (store) => twisted(store, frozenFence),
  },
  {
    name: "a ledger that keeps the last writer alone",
    breaks: ["every unseen foreign write is reported"],
    in: "day",
    store: (store) => twisted(store, forgetful),
  },
  {
    name: "a cleanup that takes silence of a second for death",
    breaks: ["cleanup removes the gone and nobody else", "no live lock is lost before its time"],
    in: "order",
    app: (app) => ({
      ...app,
      config: { ...app.config, staleAfterMs: 1000 },
      processes: { ...app.processes, judge: (ref) => (app.processes.judge(ref) === "alive" ? "unknown" : "dead") },
    }),
  },
  {
    name: "leases measured on the wall clock while the machine sleeps",
    breaks: [
      "no live lock is lost before its time",
      "one holder per path",
      "a look shows what is",
      "10, 11 and 12 tell the truth",
      "cleanup removes the gone and nobody else",
    ],
    in: "order",
    app: (app) => ({ ...app, now: () => ({ ...app.now(), mono_ms: app.now().wall_ms - WALL_AHEAD_MS }) }),
  },
  {
    name: "leases measured on the monotonic clock across a boot",
    breaks: [
      "what has ended bars nobody",
      "10, 11 and 12 tell the truth",
      "a look shows what is",
      "no live lock is lost before its time",
      "nobody waits for ever",
    ],
    in: "order",
    app: (app) => ({ ...app, now: () => ({ ...app.now(), boot: "boot1" }) }),
  },
  {
    name: "waiters that are woken by nothing but the end of their time",
    breaks: ["nobody waits for ever"],
    in: "day",
    app: (app, here) => ({
      ...app,
      sys: { ...app.sys, sleepMs: () => app.sys.sleepMs(here.config.waitMs) },
      watchFolders: (folders, concerns) => {
        const long = { watched: 60_000, blind: 60_000, afterOthers: 60_000 };
        return app.watchFolders?.(folders, concerns, long) ?? { next: async () => undefined, close: () => undefined };
      },
    }),
  },
  {
    name: "a release that takes whatever lock is there",
    breaks: ["no live lock is lost before its time"],
    in: "order",
    store: (store) =>
      twisted(store, (decision) => {
        const isRelease = decision.events?.some(({ event }) => event === "released") === true;
        if (!isRelease) return decision;
        return { ...decision, paths: (decision.paths ?? []).map((change) => ({ ...change, lock: { to: undefined } })) };
      }),
  },
  {
    name: "a renewal that brings back what has ended",
    breaks: ["10, 11 and 12 tell the truth", "a grant lasts as long as promised", "a look shows what is"],
    in: "order",
    store: (store, here) =>
      twisted(
        store,
        (decision) => decision,
        (tx) => ({
          ...tx,
          path: (key) => {
            const { lock, ledger } = tx.path(key);
            const now = here.clock.now();
            if (lock === undefined) return { lock, ledger };
            return {
              lock: { ...lock, grants: lock.grants.map((grant) => ({ ...grant, renewed: now, ended: null })) },
              ledger,
            };
          },
        }),
      ),
  },
  {
    name: "a conflict check that never reports",
    breaks: ["every unseen foreign write is reported"],
    in: "order",
    app: (app) => ({ ...app, config: { ...app.config, onConflict: "off" } }),
  },
  {
    name: "a conflict check that always reports",
    breaks: ["nothing else is reported"],
    in: "order",
    store: (store) =>
      twisted(
        store,
        (decision) => decision,
        (tx) => withLedger(tx, haunted),
      ),
  },
  {
    name: "a read that counts for whatever is there when it ends",
    breaks: ["what was read counts as seen, and nothing else"],
    in: "order",
    app: (app) => ({
      ...app,
      sys: {
        ...app.sys,
        stat: (path) => {
          const stat = app.sys.stat(path);
          return typeof stat === "string" ? stat : { ...stat, mtimeNs: "0" };
        },
      },
    }),
  },
  {
    name: "a ledger that forgets who held a lock that has ended",
    breaks: ["10, 11 and 12 tell the truth", "a look shows what is", "whoever lost a lock is told"],
    in: "order",
    store: (store) =>
      twisted(
        store,
        (d) => d,
        (tx) => withLedger(tx, (ledger) => ({ ...ledger, grants: ledger.grants.slice(-1) })),
      ),
  },
  {
    name: "a lock that is ended by force in silence",
    breaks: ["whoever lost a lock is told"],
    in: "order",
    store: (store) =>
      twisted(store, (decision) => ({
        ...decision,
        events: (decision.events ?? []).filter(({ event }) => event !== "force_released"),
      })),
  },
  {
    name: "a decision that is acknowledged under an ID that was given out",
    breaks: ["every acknowledged decision is there once, in order"],
    in: "order",
    store: (store) => ({
      ...store,
      decisions: async () => {
        const log = await store.decisions();
        const [last] = log.newest();
        return last === undefined ? log : { ...log, add: async () => last };
      },
    }),
  },
  {
    name: "a decision that is acknowledged and not kept",
    breaks: ["every acknowledged decision is there once, in order"],
    in: "order",
    store: (store) => ({
      ...store,
      decisions: async () => {
        const log = await store.decisions();
        const lose = { ...log, add: log.add };
        return { ...lose, newest: () => [...log.newest()].slice(1) };
      },
    }),
  },
  {
    name: "hooks that give no sign of life",
    breaks: ["a sign of life renews the lease", "a grant lasts as long as promised"],
    in: "order",
    store: (store) =>
      twisted(store, (decision, tx) => ({
        ...decision,
        instances: (decision.instances ?? []).filter(({ id, to }) => to === undefined || tx.instance(id) === undefined),
      })),
  },
];
