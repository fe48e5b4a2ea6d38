/**
 * A client of locks: does what its seed draws, through the use cases over the real store, and logs every call before
 * and after it. At some system calls it lingers, so that others and kills come in between.
 */
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import { checkLock } from "../../../src/app/check-lock.ts";
import { openApp, type App } from "../../../src/app/context.ts";
import { forceReleaseLock } from "../../../src/app/force-release.ts";
import type { Identity } from "../../../src/app/identity.ts";
import { registerInstance } from "../../../src/app/instances.ts";
import { releaseLock } from "../../../src/app/release-lock.ts";
import { renewLocks } from "../../../src/app/renew-lock.ts";
import { isCoordError, type CoordError } from "../../../src/domain/errors.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import type { Sys } from "../../../src/platform/sys/types.ts";
import * as v from "valibot";
import { chance } from "../seed.ts";
import { clientLog } from "./client-log.ts";
import { drawer, type Drawn } from "./draw.ts";
import { holding } from "./history.ts";
import { isLockMutant, withMutant, type LockMutant } from "./lock-mutants.ts";
import { checked, pathName, refusal, type Told } from "./answers.ts";

const orderSchema = v.object({
  dir: v.string(),
  log: v.string(),
  client: v.string(),
  seed: v.number(),
  operations: v.number(),
  mutant: v.custom<LockMutant>((text) => typeof text === "string" && isLockMutant(text)),
});

export type Order = v.InferOutput<typeof orderSchema>;

/** One in so many calls is preceded by a pause. */
const LINGER = 32;
const LINGER_MS = 1.5;
const REGISTER_WAIT_MS = 60_000;

async function main([text]: readonly string[]): Promise<void> {
  const order = v.parse(v.pipe(v.string(), v.parseJson(), orderSchema), text);
  const draw = chance(order.seed);
  const native = await loadNative();
  const sys = lingering(native.sys, draw);
  const opened = await openApp({ native: { ...native, sys }, env: process.env, cwd: order.dir });
  const app = withMutant(opened, order.mutant);
  const me: Identity = {
    id: order.client,
    sessionId: null,
    agentId: null,
    role: undefined,
    process: app.processes.self(),
  };
  // Whoever holds the guard may be stopped: this is not the part that is on trial.
  await registerInstance({ ...app, wait: { waitMs: REGISTER_WAIT_MS } }, me, undefined, undefined);
  const log = clientLog(native.sys, order.log);
  const next = drawer(draw);
  // One whose starter was killed ends too.
  const parent = process.ppid;
  for (let done = 0; done < order.operations && process.ppid === parent; done += 1) {
    const call = next.call();
    log.called({ verb: call.verb, paths: call.paths, target: call.target });
    const { answer, sights } = await perform(app, me, call, order.mutant);
    log.answered(answer);
    next.answered(call, answer, sights);
  }
}

async function perform(app: App, me: Identity, call: Drawn, mutant: LockMutant): Promise<Told> {
  try {
    return await attempt(app, me, call, mutant);
  } catch (error) {
    if (!isCoordError(error)) throw error;
    return refused(call, error);
  }
}

function refused(call: Drawn, error: CoordError): Told {
  return refusal(call.verb, call.paths, error.code, error.message, error.data?.["holders"]);
}

async function attempt(app: App, me: Identity, { verb, paths, lockId }: Drawn, mutant: LockMutant): Promise<Told> {
  const names = paths.map(pathName);
  const [first = ""] = names;
  switch (verb) {
    case "acquire": {
      const { locks, tookOver } =
        mutant === "one of two paths" ? await piecemeal(app, me, names) : await acquireAll(app, me, names);
      const took = tookOver.map((grant) => holding(grant.locked_by.instance_id, grant.fence));
      return { answer: { is: "granted", fences: locks.map(({ fence }) => fence), took }, sights: [] };
    }
    case "release": {
      const { state } = await releaseLock(app, me, first);
      return { answer: { is: state }, sights: [] };
    }
    case "renew": {
      const locks = await renewLocks({ app, me, paths: names }, undefined);
      return { answer: { is: "renewed", fences: locks.map(({ fence }) => fence) }, sights: [] };
    }
    case "force": {
      const { state } = await forceReleaseLock(app, me, first, lockId ?? "");
      return { answer: { is: state }, sights: [] };
    }
    case "check": {
      return checked(paths[0] ?? 0, await checkLock(app, me, first));
    }
  }
  return verb satisfies never;
}

function acquireAll(app: App, me: Identity, paths: readonly string[]) {
  return acquireLocks([{ app, me, paths }], { intent: "", ttlMs: undefined });
}

/** The mutant: path by path, and what was taken stays when the next one is refused. */
async function piecemeal(app: App, me: Identity, paths: readonly string[]) {
  const all = [];
  for (const path of paths) all.push(await acquireAll(app, me, [path]));
  return { locks: all.flatMap(({ locks }) => locks), tookOver: all.flatMap(({ tookOver }) => tookOver) };
}

function lingering(sys: Sys, draw: () => number): Sys {
  const linger = (): void => {
    if (draw() * LINGER < 1) sys.sleepMs(draw() * LINGER_MS);
  };
  return {
    ...sys,
    // Records are read one after the other: others come in between.
    open: (path, mode) => {
      linger();
      return sys.open(path, mode);
    },
    rename: (from, to) => {
      linger();
      return sys.rename(from, to);
    },
    unlink: (path) => {
      linger();
      return sys.unlink(path);
    },
  };
}

void main(process.argv.slice(2));
