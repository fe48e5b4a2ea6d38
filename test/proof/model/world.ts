/** One state of the lock machine: the records, the files, who lives, and what has truly happened. All of it is immutable. */
import type { InstanceRecord } from "../../../src/domain/instance.ts";
import type { LedgerRecord } from "../../../src/domain/ledger.ts";
import type { LockRecord } from "../../../src/domain/lock.ts";
import type { PathId } from "../../../src/domain/path.ts";
import type { ProcessRef } from "../../../src/domain/process.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import { pathId } from "../../../src/app/workspace.ts";

/** A step of time. Milliseconds; longer than all that is measured in seconds. */
export const STEP_MS = 60_000;
/** Lives, in steps. */
export const LEASE_STEPS = 3;
export const TOOL_STEPS = 2;
const START_MS = Date.UTC(2026, 0, 8, 12);

export const TOP = "/w";
export const STATE_DIR = "/w/state";

export type Verb = "check" | "claim" | "release" | "renew" | "note" | "record" | "end batch" | "heartbeat";

/** What an instance is about to do, and the contents that it has looked at for it. */
export interface Pending {
  readonly verb: Verb;
  readonly paths: readonly number[];
  readonly observed: readonly number[];
}

export interface Agent {
  readonly isAlive: boolean;
  /** How often it came back in a new process. */
  readonly life: number;
  /** The path of the tool call that it may make now, and whether the tool has written. */
  readonly tool: { readonly path: number; readonly wrote: boolean } | undefined;
  /** When it came or died. In steps. */
  readonly since: number;
  readonly pending: Pending | undefined;
}

/** Who was granted a path last and has not given it back; it may have ended since. */
export interface HolderTruth {
  readonly by: number;
  readonly life: number;
  readonly fence: number;
  /** The step at which a tool's lock ends; undefined for a claim, which ends with the lease. */
  readonly until: number | undefined;
}

/** What is true of one path, whatever the records say. */
export interface PathTruth {
  /** Every write, in order: who made it. The content is its number, from 1. */
  readonly writers: readonly number[];
  /** Per instance: how many of them it has seen or was told of, and whether it has ever seen a content. */
  readonly knows: readonly number[];
  readonly saw: readonly boolean[];
  /** Per instance: its newest write is in the file, and it has not said so. */
  readonly unreported: readonly boolean[];
  readonly holder: HolderTruth | undefined;
  /** Per instance: the fence of its grant that was not released, 0 without one. */
  readonly open: readonly number[];
  readonly lastGrant: { readonly to: number; readonly fence: number };
  /** Somebody wrote, or told of a write, after its lock had ended: from then on nobody can know who wrote what. */
  readonly isLate: boolean;
}

export interface World {
  readonly locks: ReadonlyMap<string, LockRecord>;
  readonly ledgers: ReadonlyMap<string, LedgerRecord>;
  readonly instances: ReadonlyMap<string, InstanceRecord>;
  readonly step: number;
  readonly agents: readonly Agent[];
  readonly truth: readonly PathTruth[];
  /** When each instance last gave a sign of life that counts. In steps. */
  readonly signs: readonly number[];
  readonly left: { readonly writes: number; readonly steps: number; readonly crashes: number };
}

export function instanceName(i: number): string {
  return `i${i}`;
}

export function instanceIndex(id: string): number {
  return Number(id.slice(1));
}

export function processOf(i: number, life: number): ProcessRef {
  return { host: "h", boot: "b", pidns: "1", pid: 100 + i, start: `${life}` };
}

const WORKSPACE = {
  stateDir: STATE_DIR,
  top: TOP,
  worktree: "",
  worktreePath: TOP,
  gitDir: undefined,
  named: true,
} as const;

export function pathAt(p: number): PathId {
  return pathId(WORKSPACE, `${TOP}/f${p}`);
}

export function workspace(): typeof WORKSPACE {
  return WORKSPACE;
}

export function stampAt(step: number): Stamp {
  return { wall_ms: START_MS + step * STEP_MS, mono_ms: 3_600_000 + step * STEP_MS, boot: "b" };
}

export function stepOf(stamp: Stamp): number {
  return Math.round((stamp.wall_ms - START_MS) / STEP_MS);
}

/** What a file holds after so many writes. */
export function contentOf(writes: number): string {
  return `content ${writes}`;
}

export function newWorld(instances: number, paths: number, left: World["left"]): World {
  const each = <T>(value: T): readonly T[] => Array.from({ length: instances }, () => value);
  return {
    locks: new Map(),
    ledgers: new Map(),
    instances: new Map(),
    step: 0,
    agents: each({ isAlive: true, life: 0, since: 0, tool: undefined, pending: undefined }),
    truth: Array.from({ length: paths }, () => ({
      writers: [],
      knows: each(0),
      saw: each(false),
      unreported: each(false),
      holder: undefined,
      open: each(0),
      lastGrant: { to: -1, fence: 0 },
      isLate: false,
    })),
    signs: each(0),
    left,
  };
}

/** The list with one item changed. */
export function changed<T>(list: readonly T[], at: number, change: (old: T) => T): readonly T[] {
  return list.map((item, i) => (i === at ? change(item) : item));
}

/** An item that must be there. */
export function item<T>(list: readonly T[], at: number): T {
  const found = list[at];
  if (found === undefined) throw new Error(`No item ${at}`);
  return found;
}
