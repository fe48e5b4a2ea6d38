/**
 * The hammer of RELIABILITY section 5: processes fight for the real guard while others are killed and paused, most of
 * them while they hold it, and tokens are copied as a sync tool would. What must not happen is counted.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCoordError } from "../../../src/domain/errors.ts";
import { judge } from "../../../src/domain/process.ts";
import { processes } from "../../../src/platform/processes.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { acquire, initGuard, release, type GuardPorts } from "../../../src/store/file/guard.ts";
import { arena, type Arena } from "./arena.ts";
import type { Mutant } from "./mutants.ts";
import { guardPorts, holderIn, NAMESPACES } from "./namespaces.ts";

export interface HammerOptions {
  readonly mutant: Mutant;
  readonly workers: number;
  readonly forMs: number;
  /** Second tokens appear, as a sync tool leaves them. */
  readonly copies: boolean;
  /** End as soon as something went wrong. */
  readonly untilCaught: boolean;
}

export interface HammerReport {
  readonly overlaps: number;
  /** Acknowledged increments that are gone at the end. */
  readonly lost: number;
  /** Holders that were told at release that their guard was gone. */
  readonly compromised: number;
  readonly acknowledged: number;
  readonly count: number;
  readonly killed: number;
  readonly killedHolding: number;
  readonly paused: number;
  readonly copied: number;
  /** How often somebody waited in vain for his whole deadline: with many on few cores, now and then. */
  readonly busy: number;
  /** Notes of other kinds. */
  readonly other: readonly string[];
  /** Tokens left when all are dead, and what is left after one more has taken and given the guard. */
  readonly tokens: readonly string[];
  readonly tokensAfter: readonly string[];
}

type Child = ReturnType<typeof start>;

/** How long a holder is stopped: several times what steals by age allow. */
const PAUSE_MS = 60;
/** Between two looks, of which each is a strike or not. Each kill costs the start of a process. */
const STRIKE_MS = 6;
const KILL = 0.02;
const KILL_HOLDER = 0.12;
const PAUSE = 0.05;

/** Bundles the worker once: a process then starts in a fraction of the time. */
export async function buildWorker(dir: string): Promise<string> {
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, "hammer-worker.ts")],
    target: "bun",
    outdir: dir,
  });
  const [script] = built.outputs;
  if (script === undefined) throw new Error("the worker was not built");
  return script.path;
}

function start(script: string, dir: string, namespace: number, mutant: Mutant) {
  return Bun.spawn([process.execPath, script, dir, `${namespace}`, mutant], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
}

export async function hammer(script: string, options: HammerOptions): Promise<HammerReport> {
  const dir = mkdtempSync(join(tmpdir(), "coord-hammer-"));
  const at = arena(dir);
  const native = await loadNative();
  const here = processes(native, judge);
  const ports = (namespace: number) => guardPorts(native.sys, at.guard, here, namespace);
  for (const folder of [at.tmp, at.inside]) mkdirSync(folder);
  writeFileSync(at.counter, "0");
  initGuard(ports(0));

  const children = new Map<number, Child>();
  const tally = { killed: 0, killedHolding: 0, paused: 0, copied: 0 };
  let over = false;
  const spawn = (namespace: number): void => {
    const child = start(script, dir, namespace, options.mutant);
    children.set(child.pid, child);
    void child.exited.then(() => {
      children.delete(child.pid);
      if (!over) spawn(namespace);
    });
  };
  for (let i = 0; i < options.workers; i += 1) spawn(i % NAMESPACES);

  /** Stops whoever holds the guard, and answers its process while it surely still holds it. */
  const stopHolder = (): Child | undefined => {
    const token = tokensIn(at).find((name) => holderIn(name) !== undefined);
    const child = token === undefined ? undefined : children.get(holderIn(token)?.pid ?? 0);
    if (token === undefined || child === undefined) return undefined;
    child.kill("SIGSTOP");
    if (existsSync(join(at.guard, token))) return child;
    child.kill("SIGCONT");
    return undefined;
  };
  const goOn = (child: Child): void => {
    setTimeout(() => child.kill("SIGCONT"), PAUSE_MS);
  };
  const strike = (chance: number): void => {
    if (chance > KILL + KILL_HOLDER + PAUSE) return;
    if (chance < KILL) {
      const victims = [...children.values()];
      victims[Math.floor(Math.random() * victims.length)]?.kill("SIGKILL");
      tally.killed += 1;
      return;
    }
    const holder = stopHolder();
    if (holder === undefined) return;
    if (chance < KILL + KILL_HOLDER) {
      holder.kill("SIGKILL");
      tally.killed += 1;
      tally.killedHolding += 1;
      return;
    }
    tally.paused += 1;
    if (options.copies && copyToken(at)) tally.copied += 1;
    goOn(holder);
  };

  try {
    const end = performance.now() + options.forMs;
    while (performance.now() < end && !(options.untilCaught && wentWrong(at))) {
      strike(Math.random());
      await Bun.sleep(STRIKE_MS);
    }
  } finally {
    over = true;
    const last = [...children.values()];
    for (const child of last) child.kill("SIGKILL");
    await Promise.all(last.map((child) => child.exited));
  }

  const tokens = tokensIn(at);
  // First those of the last holder's namespace, who can judge it.
  const namespaces = holderIn(tokens[0] ?? "")?.namespace === 1 ? [1, 0] : [0, 1];
  const tokensAfter = options.mutant === "none" ? tokensInTheEnd(at, namespaces.map(ports)) : [];
  const report = { ...tally, ...counts(at), tokens, tokensAfter };
  rmSync(dir, { recursive: true, force: true });
  return report;
}

/**
 * What is left once somebody has taken the guard and given it back. Of two tokens with dead holders in both namespaces,
 * one of each has to clear away its own.
 */
function tokensInTheEnd(at: Arena, ports: readonly GuardPorts[]): readonly string[] {
  for (const namespace of [...ports, ...ports]) {
    try {
      release(namespace, acquire(namespace, 1000));
      break;
    } catch (error) {
      if (!isCoordError(error) || error.code !== "GUARD_BUSY") throw error;
    }
  }
  return tokensIn(at);
}

/** A broken guard may be made anew while it is listed. */
function tokensIn(at: Arena): readonly string[] {
  try {
    return readdirSync(at.guard);
  } catch {
    return [];
  }
}

/** A second token, as a tool leaves it that copies the folder back. */
function copyToken(at: Arena): boolean {
  try {
    closeSync(openSync(join(at.guard, "free"), "wx"));
    return true;
  } catch {
    return false;
  }
}

function lines(path: string): readonly string[] {
  return existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];
}

function wentWrong(at: Arena): boolean {
  return lines(at.notes).includes("overlap");
}

function counts(
  at: Arena,
): Pick<HammerReport, "overlaps" | "lost" | "compromised" | "acknowledged" | "count" | "busy" | "other"> {
  const notes = lines(at.notes);
  const acks = lines(at.acks).map(Number);
  const count = Number(readFileSync(at.counter, "utf8"));
  // Each count is made once: one that was acknowledged twice, or lies above the end, was taken back in between.
  const kept = new Set(acks.filter((n) => n <= count));
  return {
    overlaps: notes.filter((note) => note === "overlap").length,
    compromised: notes.filter((note) => note === "compromised").length,
    busy: notes.filter((note) => note === "busy").length,
    other: notes.filter((note) => !["overlap", "compromised", "busy"].includes(note)),
    lost: acks.length - kept.size,
    acknowledged: acks.length,
    count,
  };
}
