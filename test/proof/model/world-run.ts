/** One use case of the real code, run on one state of the lock machine, over the memory store. */
import type { App } from "../../../src/app/context.ts";
import { acquireClaim } from "../../../src/app/acquire-claim.ts";
import { checkWrite } from "../../../src/app/check-write.ts";
import { heartbeat } from "../../../src/app/heartbeat.ts";
import type { Identity } from "../../../src/app/identity.ts";
import { noteSeen } from "../../../src/app/note-seen.ts";
import { recordTool } from "../../../src/app/record-tool.ts";
import { releaseHeld } from "../../../src/app/release-held.ts";
import { releaseLock } from "../../../src/app/release-lock.ts";
import { renewLocks } from "../../../src/app/renew-lock.ts";
import { removeInstance } from "../../../src/app/sweep.ts";
import { isCoordError } from "../../../src/domain/errors.ts";
import { DEFAULTS } from "../../../src/domain/config.ts";
import type { ProcessRef, Verdict } from "../../../src/domain/process.ts";
import { memoryStore } from "../../../src/store/memory/memory-store.ts";
import type { Store, Transaction } from "../../../src/store/store.ts";
import { worldSys } from "./world-sys.ts";
import {
  contentOf,
  instanceName,
  item,
  LEASE_STEPS,
  pathAt,
  processOf,
  stampAt,
  STATE_DIR,
  STEP_MS,
  TOOL_STEPS,
  TOP,
  workspace,
  type Pending,
  type World,
} from "./world.ts";

/** A broken machine: parts of the app replaced. `world` is the state that the use case runs on. */
export type BreakingApp = (app: App, world: World) => App;

/** How a use case ended. */
export type Outcome =
  /** `warned`: the one whose unseen write it was told of. */
  | { readonly is: "granted"; readonly warned: string | undefined }
  | { readonly is: "held"; readonly by: string }
  | { readonly is: "conflict"; readonly by: string }
  /** A release or a renewal: how the instance stood to the path. */
  | { readonly is: "stake"; readonly stake: "free" | "mine" | "held" | "expired" | "lost" }
  | { readonly is: "seen"; readonly counts: boolean }
  | { readonly is: "removed"; readonly removed: boolean }
  | { readonly is: "done" };

export interface Ran {
  readonly world: World;
  readonly outcome: Outcome;
}

const LIMITS = { ttlMs: LEASE_STEPS * STEP_MS, toolTtlMs: TOOL_STEPS * STEP_MS, staleAfterMs: LEASE_STEPS * STEP_MS };

/** Runs what instance `i` had pending, in one step; what it observed before its decision is older. */
export async function run(world: World, i: number, pending: Pending, breaking: BreakingApp): Promise<Ran> {
  const { life } = item(world.agents, i);
  const me: Identity = {
    id: instanceName(i),
    sessionId: null,
    agentId: null,
    role: undefined,
    process: processOf(i, life),
  };
  return within(world, breaking, pending.observed, (app) => outcomeOf(app, me, pending));
}

/** Takes an instance off the register if it is stale or dead, as `coord lock cleanup` does with each. */
export async function sweepOne(world: World, i: number, breaking: BreakingApp): Promise<Ran> {
  return within(world, breaking, [], async (app) => ({
    is: "removed",
    removed: (await removeInstance(app, instanceName(i), "stale")) !== undefined,
  }));
}

async function within(
  world: World,
  breaking: BreakingApp,
  observed: readonly number[],
  act: (app: App) => Promise<Outcome>,
): Promise<Ran> {
  const now = () => stampAt(world.step);
  const memory = memoryStore({ now, copied: (record) => record });
  const paths = world.truth.map((_, p) => pathAt(p));
  await memory.transact(
    () => ({
      answer: undefined,
      paths: paths.flatMap((path) => {
        const [lock, ledger] = [world.locks.get(path.key), world.ledgers.get(path.key)];
        return ledger === undefined ? [] : [{ path, lock: { to: lock }, ledger: { to: ledger } }];
      }),
      instances: [...world.instances].map(([id, to]) => ({ id, to })),
    }),
    { waitMs: 0 },
  );
  const writes = world.truth.map(({ writers }) => writers.length);
  let decided = false;
  const store: Store = {
    ...memory,
    transact: (decide, options) =>
      memory.transact((tx: Transaction) => {
        decided = true;
        return decide(tx);
      }, options),
  };
  const sys = worldSys((p) => (decided ? writes[p] : observed[p]) ?? writes[p] ?? 0);
  const judge = (ref: ProcessRef): Verdict => {
    const { isAlive, life } = item(world.agents, ref.pid - 100);
    return isAlive && `${life}` === ref.start ? "alive" : "dead";
  };
  const app: App = {
    sys,
    processes: {
      self: () => processOf(9, 0),
      clock: () => ({ monoMs: now().mono_ms, boot: now().boot }),
      find: () => undefined,
      judge,
      ancestor: () => undefined,
    },
    env: { HOME: "/", COORD_DIR: STATE_DIR },
    cwd: TOP,
    workspace: workspace(),
    config: { ...DEFAULTS, ...LIMITS, waitMs: 0 },
    store,
    now,
    wait: { waitMs: 0 },
  };
  const outcome = await act(breaking(app, world));
  return {
    outcome,
    world: {
      ...world,
      locks: new Map(memory.locks().map((lock) => [lock.key, lock])),
      ledgers: new Map(
        paths.flatMap(({ key }) => {
          const { ledger } = memory.path(key);
          return ledger === undefined ? [] : [[key, ledger] as const];
        }),
      ),
      instances: new Map(memory.instances().map((record) => [record.instance_id, record])),
    },
  };
}

async function outcomeOf(app: App, me: Identity, { verb, paths, observed }: Pending): Promise<Outcome> {
  const wanted = paths.map((p) => ({ typed: `f${p}`, path: pathAt(p) }));
  const p = item(paths, 0);
  const path = pathAt(p);
  switch (verb) {
    case "check": {
      const answer = await checkWrite(app, { path, me, toolUseId: "t", oldStrings: undefined, deadline: 0 });
      if (answer.answer === "granted") return { is: "granted", warned: answer.warning?.instance_id };
      if (answer.answer === "conflict") return { is: "conflict", by: answer.write.instance_id };
      return { is: "held", by: answer.bar.grant.locked_by.instance_id };
    }
    case "claim": {
      const result = await acquireClaim({ app, me, wanted }, { intent: "", ttlMs: undefined });
      if ("barred" in result) return { is: "held", by: item(result.barred, 0).lock.locked_by.instance_id };
      return { is: "granted", warned: result.unseen[0]?.by };
    }
    case "release":
      return stakeAfter(async () => (await releaseLock(app, me, `f${p}`)).state);
    case "renew":
      return stakeAfter(async () => {
        await renewLocks({ app, me, paths: [`f${p}`] }, undefined);
        return "released";
      });
    case "note": {
      const text = contentOf(observed[p] ?? 0);
      return { is: "seen", counts: await noteSeen(app, { path, me, beganMs: app.now().wall_ms, text }) };
    }
    case "record":
      await recordTool(app, { path, me, toolUseId: "t", result: "ok" });
      return { is: "done" };
    case "end batch":
      await releaseHeld(app, me.id, ["tool"]);
      return { is: "done" };
    case "heartbeat":
      await heartbeat(app, me, { mayRegister: false });
      return { is: "done" };
  }
  return verb satisfies never;
}

async function stakeAfter(act: () => Promise<"released" | "free">): Promise<Outcome> {
  try {
    return { is: "stake", stake: (await act()) === "free" ? "free" : "mine" };
  } catch (error) {
    if (!isCoordError(error)) throw error;
    switch (error.code) {
      case "LOCK_HELD":
        return { is: "stake", stake: "held" };
      case "LOCK_EXPIRED":
        // Nothing was ever held, or it is over by now: the messages differ, and so do the two ways here.
        return { is: "stake", stake: error.message.startsWith("Nothing") ? "free" : "expired" };
      case "CONFLICT":
        return { is: "stake", stake: "lost" };
      case "STALE_INSTANCE":
        return { is: "stake", stake: "free" };
      default:
        throw error;
    }
  }
}
