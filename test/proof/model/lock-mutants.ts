/** Broken lock machines, each made from the real one by wrapping its store, its judge or its limits. */
import type { App } from "../../../src/app/context.ts";
import type { PathChange, Store, Transaction } from "../../../src/store/store.ts";
import type { BreakingApp } from "./world-run.ts";
import { STEP_MS, stepOf } from "./world.ts";
import type { LockScenario } from "./lock-machine.ts";

export interface LockMutant {
  readonly name: string;
  readonly breaking: BreakingApp;
  /** What gives it away, at the least. */
  readonly by: string;
  readonly scenario: Pick<LockScenario, "verbs" | "depth"> & Partial<LockScenario>;
}

/** The app over a store that looks and publishes otherwise. */
function over(
  app: App,
  seen: (tx: Transaction) => Transaction,
  published: (change: PathChange, tx: Transaction) => PathChange,
): App {
  const transact: Store["transact"] = (decide, options) =>
    app.store.transact((tx) => {
      const decision = decide(seen(tx));
      return { ...decision, paths: (decision.paths ?? []).map((change) => published(change, tx)) };
    }, options);
  return { ...app, store: { ...app.store, transact } };
}

const asItIs = <T>(value: T): T => value;

/** Those who decide in the same moment do not see each other's locks. */
const staleSnapshot: BreakingApp = (app, world) =>
  over(
    app,
    (tx) => ({
      ...tx,
      path: (key) => {
        const state = tx.path(key);
        const grants = state.lock?.grants.filter((g) => stepOf(g.granted) !== world.step) ?? [];
        return state.lock === undefined ? state : { ...state, lock: { ...state.lock, grants } };
      },
    }),
    asItIs,
  );

const earlyExpiry: BreakingApp = (app) => {
  const { ttlMs, toolTtlMs } = app.config;
  return { ...app, config: { ...app.config, ttlMs: ttlMs - STEP_MS, toolTtlMs: toolTtlMs - STEP_MS } };
};

/** Whoever takes over gets the fence of the one before. */
const oldFence: BreakingApp = (app) =>
  over(app, asItIs, (change, tx) => {
    const fence = tx.path(change.path.key).lock?.grants[0]?.fence;
    const lock = change.lock?.to;
    if (fence === undefined || lock === undefined) return change;
    return { ...change, lock: { to: { ...lock, grants: lock.grants.map((grant) => ({ ...grant, fence })) } } };
  });

const lostWriter: BreakingApp = (app) =>
  over(app, asItIs, (change) =>
    change.ledger === undefined ? change : { ...change, ledger: { to: { ...change.ledger.to, writes: [] } } },
  );

const lostGrants: BreakingApp = (app) =>
  over(app, asItIs, (change) =>
    change.ledger === undefined ? change : { ...change, ledger: { to: { ...change.ledger.to, grants: [] } } },
  );

const deadKept: BreakingApp = (app) => ({ ...app, processes: { ...app.processes, judge: () => "alive" } });

/** Nobody is known to live, so that a silent one counts as gone. */
const livingRemoved: BreakingApp = (app) => ({
  ...app,
  processes: { ...app.processes, judge: (ref) => (app.processes.judge(ref) === "dead" ? "dead" : "unknown") },
});

const deaf: BreakingApp = (app) => ({ ...app, config: { ...app.config, onConflict: "off" } });

export const LOCK_MUTANTS: readonly LockMutant[] = [
  {
    name: "decisions on a stale snapshot",
    breaking: staleSnapshot,
    by: "still holds",
    scenario: { verbs: ["check"], depth: 4 },
  },
  { name: "expiry one step early", breaking: earlyExpiry, by: "still holds", scenario: { verbs: ["check"], depth: 6 } },
  {
    name: "a fence that stays at a takeover",
    breaking: oldFence,
    by: "the fence",
    scenario: { verbs: ["claim"], depth: 5 },
  },
  {
    name: "a ledger that loses the writer",
    breaking: lostWriter,
    by: "the ledger names nobody",
    scenario: { verbs: ["check", "end batch"], depth: 6 },
  },
  {
    name: "a ledger that loses who held it",
    breaking: lostGrants,
    by: 'in place of "expired"',
    scenario: { verbs: ["claim", "release"], depth: 6 },
  },
  {
    name: "the lock of the dead is kept",
    breaking: deadKept,
    by: "holds nothing",
    scenario: { verbs: ["claim"], depth: 4 },
  },
  {
    name: "a cleanup that removes the living",
    breaking: livingRemoved,
    by: "is removed and lives",
    scenario: { verbs: ["claim"], depth: 6, sweeps: true },
  },
  {
    name: "unseen writes are not looked for",
    breaking: deaf,
    by: "is not told of the write",
    scenario: { verbs: ["check", "note", "end batch"], depth: 9, instances: 2 },
  },
];
