/** Broken locks, each made by wrapping a part of the real one: the history has to show every one of them. */
import type { App } from "../../../src/app/context.ts";
import type { PathState } from "../../../src/domain/view.ts";
import { isCoordError } from "../../../src/domain/errors.ts";
import { fileStore, type FileStoreOptions } from "../../../src/store/file/file-store.ts";
import { acquire, release } from "../../../src/store/file/guard.ts";
import type { Decision, Store, Transaction } from "../../../src/store/store.ts";
import { broken } from "../race/mutants.ts";

export const LOCK_MUTANTS = [
  "none",
  "no guard",
  "a guard stolen by age",
  "a read that is one step old",
  "a fence that repeats",
  "a release that frees anybody's",
  "a dead holder that counts as alive",
  "one of two paths",
] as const;
export type LockMutant = (typeof LOCK_MUTANTS)[number];

export function isLockMutant(text: string): text is LockMutant {
  return LOCK_MUTANTS.some((mutant) => mutant === text);
}

export function withMutant(app: App, mutant: LockMutant): App {
  switch (mutant) {
    case "none":
    // In the worker: it takes path by path.
    case "one of two paths":
      return app;
    case "no guard":
      return withGuard(app, {
        acquire: () => ({ name: "none", takenFrom: undefined, copies: 0 }),
        release: () => undefined,
      });
    case "a guard stolen by age":
      return withGuard(app, {
        acquire: (ports, waitMs) => acquire(broken(ports, "steal-by-age"), waitMs),
        release: (ports, held) => {
          try {
            release(ports, held);
          } catch (error) {
            // The real one would say that it was robbed: here the history has to.
            if (!isCoordError(error) || error.code !== "GUARD_COMPROMISED") throw error;
          }
        },
      });
    case "a read that is one step old":
      return { ...app, store: oneStepOld(app.store) };
    case "a fence that repeats":
      return { ...app, store: deciding(app.store, repeatedFence) };
    case "a release that frees anybody's":
      return { ...app, store: deciding(app.store, freesAnybodys) };
    case "a dead holder that counts as alive":
      // The guard's own judgement, made when the store was opened, stays.
      return { ...app, processes: { ...app.processes, judge: () => "alive" } };
  }
  return mutant satisfies never;
}

function withGuard(app: App, guard: NonNullable<FileStoreOptions["guard"]>): App {
  const store = fileStore({
    stateDir: app.workspace.stateDir,
    sys: app.sys,
    self: app.processes.self,
    judge: app.processes.judge,
    now: app.now,
    ttlMs: app.config.ttlMs,
    guard,
  });
  return { ...app, store };
}

/** Whoever looks at a path sees what he would have seen the last time. */
function oneStepOld(store: Store): Store {
  const seen = new Map<string, PathState>();
  const old = (path: Transaction["path"]) => (key: string) => {
    const now = path(key);
    const before = seen.get(key) ?? now;
    seen.set(key, now);
    return before;
  };
  return {
    ...store,
    path: old(store.path),
    transact: (decide, options) => store.transact((tx) => decide({ ...tx, path: old(tx.path) }), options),
  };
}

type Alter = (change: NonNullable<Decision<unknown>["paths"]>[number], tx: Transaction) => typeof change;

function deciding(store: Store, alter: (decision: Decision<unknown>) => Alter | undefined): Store {
  return {
    ...store,
    transact: (decide, options) =>
      store.transact((tx) => {
        const decision = decide(tx);
        const how = alter(decision);
        if (how === undefined || decision.paths === undefined) return decision;
        return { ...decision, paths: decision.paths.map((change) => how(change, tx)) };
      }, options),
  };
}

function repeatedFence(): Alter {
  return (change, tx) => {
    const before = tx.path(change.path.key).ledger?.fence ?? 0;
    if (change.ledger === undefined || change.ledger.to.fence === before) return change;
    return { ...change, ledger: { to: { ...change.ledger.to, fence: before } } };
  };
}

function freesAnybodys({ events }: Decision<unknown>): Alter | undefined {
  if (events?.some(({ event }) => event === "released") !== true) return undefined;
  return (change) => ({ ...change, lock: { to: undefined } });
}
