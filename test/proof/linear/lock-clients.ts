/**
 * Eight clients of locks, each a process: they fight for five paths while some of them are killed or stopped, most of
 * them while they hold the guard. What they logged becomes one history.
 */
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initState } from "../../../src/app/init-state.ts";
import { openApp } from "../../../src/app/context.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import type { Sys } from "../../../src/platform/sys/types.ts";
import { layoutOf } from "../../../src/store/file/layout.ts";
import { parseHeld } from "../../../src/store/file/token.ts";
import { chance } from "../seed.ts";
import { readLog } from "./client-log.ts";
import type { Asked, Operation } from "./history.ts";
import type { LockMutant } from "./lock-mutants.ts";
import type { Order } from "./lock-worker.ts";

export const CLIENTS = 8;

export interface FightOptions {
  readonly seed: number;
  /** By all clients together. */
  readonly operations: number;
  readonly mutant: LockMutant;
}

export interface Fight {
  readonly history: readonly Operation[];
  /** Clients that died by a signal. */
  readonly killed: number;
  /** Those of them that held the guard. */
  readonly killedHolding: number;
  readonly stopped: number;
}

/** Longer than a guard that is stolen by age lets anybody hold it. */
const STOP_MS = 50;
/** Between two looks, of which each is a strike or not. */
const STRIKE_MS = 4;
const KILL = 0.008;
const KILL_HOLDER = 0.025;
const STOP = 0.008;
/** A mutant may leave clients that wait for ever. */
const HANGS_MS = 120_000;

export async function fight(script: string, { seed, operations, mutant }: FightOptions): Promise<Fight> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-linear-")));
  try {
    return await fightIn(dir, script, { seed, operations, mutant });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function fightIn(dir: string, script: string, options: FightOptions): Promise<Fight> {
  const native = await loadNative();
  const { sys } = native;
  const env = { HOME: dir, PATH: process.env["PATH"] ?? "" };
  const app = await openApp({ native, env: { ...env, COORD_DIR: join(dir, "state") }, cwd: dir });
  initState(app);
  const { guard } = layoutOf(app.workspace.stateDir);
  const draw = chance(options.seed);
  const tally = { killed: 0, killedHolding: 0, stopped: 0 };
  const history: Operation[] = [];
  const running = new Map<number, Client>();

  /** One client after the other, until all of the operations have been called. */
  const lives = async (slot: number): Promise<void> => {
    let left = Math.ceil(options.operations / CLIENTS);
    for (let life = 0; left > 0; life += 1) {
      const name = `c${slot}-${life}`;
      const log = join(dir, `${name}.log`);
      const order: Order = {
        dir,
        log,
        client: name,
        seed: options.seed * 10_000 + slot * 1000 + life,
        operations: left,
        mutant: options.mutant,
      };
      const client = start(script, order, { ...env, COORD_DIR: join(dir, "state") }, sys);
      running.set(client.child.pid, client);
      const exitCode = await client.child.exited;
      const until = sys.monotonicMs();
      running.delete(client.child.pid);
      const asked = readLog(log, name);
      history.push(...asked, { client: name, verb: "die", from: client.struckAt() ?? lastOf(asked), until });
      left -= asked.length;
      if (client.child.signalCode === "SIGKILL") {
        tally.killed += 1;
      } else if (exitCode !== 0) throw new Error(`client ${name} ended with ${exitCode} (seed ${options.seed})`);
    }
  };

  const strike = (): void => {
    const what = draw();
    if (what < KILL) {
      const victims = [...running.values()];
      victims[Math.floor(draw() * victims.length)]?.kill();
      return;
    }
    if (what > KILL + KILL_HOLDER + STOP) return;
    const holder = stopHolder(guard, running);
    if (holder === undefined) return;
    if (what < KILL + KILL_HOLDER) {
      holder.kill();
      tally.killedHolding += 1;
      return;
    }
    tally.stopped += 1;
    setTimeout(() => holder.child.kill("SIGCONT"), STOP_MS);
  };

  let over = false;
  const all = Promise.all(Array.from({ length: CLIENTS }, (_, slot) => lives(slot))).finally(() => {
    over = true;
  });
  const end = performance.now() + HANGS_MS;
  try {
    while (!over) {
      if (performance.now() > end) throw new Error(`clients hang (seed ${options.seed})`);
      strike();
      await Bun.sleep(STRIKE_MS);
    }
    await all;
  } finally {
    over = true;
    for (const client of running.values()) client.kill();
  }
  return { ...tally, history };
}

interface Client {
  readonly child: Bun.Subprocess<"ignore", "ignore", "inherit">;
  readonly kill: () => void;
  /** When it was killed, if it was. */
  readonly struckAt: () => number | undefined;
}

function start(script: string, order: Order, env: Readonly<Record<string, string>>, sys: Sys): Client {
  const child = Bun.spawn([process.execPath, script, JSON.stringify(order)], {
    cwd: order.dir,
    env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  let struck: number | undefined;
  return {
    child,
    kill: () => {
      struck ??= sys.monotonicMs();
      child.kill("SIGKILL");
    },
    struckAt: () => struck,
  };
}

/** A client that ends by itself dies after its last answer. */
function lastOf(asked: readonly Asked[]): number {
  return asked.at(-1)?.until ?? 0;
}

/** Stops whoever holds the guard, and answers it while it surely still holds it. */
function stopHolder(guard: string, running: ReadonlyMap<number, Client>): Client | undefined {
  const token = tokensIn(guard).find((name) => parseHeld(name) !== undefined);
  const client = token === undefined ? undefined : running.get(parseHeld(token)?.pid ?? 0);
  if (token === undefined || client === undefined) return undefined;
  client.child.kill("SIGSTOP");
  if (tokensIn(guard).includes(token)) return client;
  client.child.kill("SIGCONT");
  return undefined;
}

function tokensIn(guard: string): readonly string[] {
  try {
    return readdirSync(guard);
  } catch {
    return []; // The first who needs it makes it.
  }
}

/** Bundles a worker once: a process then starts in a fraction of the time. */
export async function bundle(entry: string, dir: string): Promise<string> {
  const built = await Bun.build({ entrypoints: [join(import.meta.dir, entry)], target: "bun", outdir: dir });
  const [script] = built.outputs;
  if (script === undefined) throw new Error(`${entry} was not built`);
  return script.path;
}
