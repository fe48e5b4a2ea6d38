import { any, flatMapped } from "../../domain/list.ts";
import { instanceByNow, lockByNow } from "../../domain/from-future.ts";
import type { InstanceRecord } from "../../domain/instance.ts";
import { MAX_FENCE, NO_FILE, type LedgerRecord } from "../../domain/ledger.ts";
import { UNREADABLE, type LockRecord } from "../../domain/lock.ts";
import { isoSeconds, type Stamp } from "../../domain/time.ts";
import { SCHEMA_VERSION, type PathState } from "../../domain/view.ts";
import { isFloor, isInstance, isLedger, isLock } from "../../schema/compiled.ts";
import { publish, type Scratch } from "./atomic-file.ts";
import type { Layout } from "./layout.ts";
import { quarantine } from "./quarantine.ts";
import { outOfReach, readRecord } from "./read-record.ts";
import { readSlots, writeSlot, type BrokenSlot, type Versioned } from "./slots.ts";

/** Reads records by name; each at most once per reader, so that one decision sees one state. */
export interface RecordReader {
  readonly path: (key: string) => PathState;
  readonly lock: (key: string) => LockRecord | undefined;
  readonly ledger: (key: string) => LedgerRecord | undefined;
  readonly instance: (id: string) => InstanceRecord | undefined;
  /** The version in force of a record, 0 when there is none. */
  readonly seq: (dir: "locks" | "files" | "heartbeats", name: string) => number;
  readonly floor: () => number;
  /** Lets fences of new ledgers start above `fence`. Inside the guard only. */
  readonly raiseFloor: (fence: number) => void;
}

export interface ReaderOptions {
  readonly scratch: Scratch;
  readonly layout: Layout;
  readonly now: () => Stamp;
  readonly ttlMs: number;
  /** Inside the guard: broken records are moved away, and two looks are not needed. */
  readonly guarded: boolean;
  readonly report: (line: string) => void;
}

export function recordReader(options: ReaderOptions): RecordReader {
  const { scratch, layout, guarded } = options;
  const { sys } = scratch;
  // Nothing is decided without it. Who only looks is told that it is not all that he sees.
  const passing = ({ path, reason }: BrokenSlot): void => {
    if (guarded) throw outOfReach(path, reason);
    options.report(`${path.slice(layout.top.length + 1)} cannot be read now (${reason})`);
  };
  const locks = memo((key) => {
    const read = readSlots(sys, layout.locks, key, isLock, guarded);
    for (const slot of read.broken) if (slot.passing) passing(slot);
    const [unknown] = flatMapped(read.broken, (slot) => holdOrQuarantine(options, key, slot));
    const value = read.value === undefined ? undefined : byNow(options, layout.locks, key, read.value, lockByNow);
    if (value === undefined || unknown === undefined) return value ?? unknown;
    // A crash has left two versions, and one of them cannot be read: it may be the newer one.
    return { ...value, grants: [...value.grants, ...unknown.grants] };
  }, guarded);
  const ledgers = memo((key) => {
    const read = readSlots(sys, layout.files, key, isLedger, guarded);
    for (const slot of read.broken) if (slot.passing) passing(slot);
    for (const slot of guarded ? read.broken : []) {
      raiseFloor(options, Math.max(lastFence(slot.text), wallFence(options.now().wall_ms)));
      options.report(quarantine(scratch, layout, slot));
    }
    if (!guarded || read.value === undefined || read.broken.length === 0) return read.value;
    return aboveFloor(options, key, read.value);
  }, guarded);
  const instances = memo((id) => {
    const read = readSlots(sys, layout.heartbeats, id, isInstance, guarded);
    for (const slot of read.broken) if (slot.passing) passing(slot);
    for (const slot of guarded ? read.broken : []) {
      options.report(quarantine(scratch, layout, slot));
    }
    return read.value === undefined ? undefined : byNow(options, layout.heartbeats, id, read.value, instanceByNow);
  }, guarded);
  const dirs = { locks, files: ledgers, heartbeats: instances };
  return {
    lock: locks,
    ledger: ledgers,
    path: (key) => ({ lock: locks(key), ledger: ledgers(key) }),
    instance: instances,
    seq: (dir, name) => dirs[dir](name)?.seq ?? 0,
    floor: () => readFloor(options),
    raiseFloor: (fence) => raiseFloor(options, fence),
  };
}

/** Inside the guard: a record from the future is published again as one of now, so that it grows old like any other. */
function byNow<T extends Versioned>(
  options: ReaderOptions,
  dir: string,
  name: string,
  found: T,
  clamp: (record: T, now: Stamp, slackMs: number) => T,
): T {
  if (!options.guarded) return found;
  const clamped = clamp(found, options.now(), options.ttlMs);
  if (clamped === found) return found;
  const record = { ...clamped, seq: found.seq + 1 };
  writeSlot(options.scratch, dir, name, record.seq, `${JSON.stringify(record)}\n`);
  options.report(`"${dir}/${name}.json" was from the future, and counts from now on`);
  return record;
}

function memo<T>(read: (name: string) => T, remember: boolean): (name: string) => T {
  if (!remember) return read;
  const known = new Map<string, { readonly value: T }>();
  return (name) => {
    const old = known.get(name);
    if (old !== undefined) return old.value;
    // Boxed, so that what is not there is looked for once as well.
    const value = read(name);
    known.set(name, { value });
    return value;
  };
}

/** A ledger whose newer version may be the one that could not be read: published again with its fence at the floor. */
function aboveFloor<T extends LedgerRecord & Versioned>(options: ReaderOptions, key: string, older: T): T {
  const ledger = { ...older, fence: Math.max(older.fence, readFloor(options)), seq: older.seq + 1 };
  writeSlot(options.scratch, options.layout.files, key, ledger.seq, `${JSON.stringify(ledger)}\n`);
  return ledger;
}

/** True for a lock that stands, in whole or in part, for a file which cannot be read: it is not for writing back. */
export function isUnreadable(lock: LockRecord | undefined): boolean {
  return lock !== undefined && any(lock.grants, (grant) => grant.lock_id === UNREADABLE);
}

/** A broken lock file stays and counts as held by somebody unknown until its mtime plus ttl; then it is moved away. */
function holdOrQuarantine(
  options: ReaderOptions,
  key: string,
  slot: BrokenSlot,
): readonly (LockRecord & { seq: number })[] {
  const { wall_ms } = options.now();
  // What only cannot be read at the moment is held for as long as that lasts.
  const sinceMs = slot.passing ? wall_ms : slot.mtimeMs;
  if (wall_ms - sinceMs >= options.ttlMs) {
    if (options.guarded) options.report(quarantine(options.scratch, options.layout, slot));
    return [];
  }
  const since: Stamp = { wall_ms: sinceMs, mono_ms: 0, boot: "0" };
  const grant = {
    lock_id: UNREADABLE,
    kind: "claim",
    lock_type: "write",
    locked_by: { instance_id: "unknown", agent_role: "unknown", pid: null },
    locked_at: isoSeconds(sinceMs),
    expires_at: isoSeconds(sinceMs + options.ttlMs),
    file_hash: NO_FILE,
    intent: `lock file unreadable: ${slot.reason}`,
    fence: 0,
    parent: null,
    ttl_ms: options.ttlMs,
    granted: since,
    renewed: since,
    tool_use_ids: [],
    ended: null,
  } as const;
  return [{ schema_version: SCHEMA_VERSION, seq: 0, key, worktree: "", file_path: "", real_path: "", grants: [grant] }];
}

/** The fence in a text that is no ledger, 0 when it has none that can be one. */
function lastFence(text: string): number {
  const found = Number(/"fence":\s*(\d+)/.exec(text)?.[1] ?? 0);
  return found < MAX_FENCE ? found : 0;
}

/** Where fences go on when the last ones cannot be known: microseconds of the wall clock are above all of them. */
function wallFence(wallMs: number): number {
  return Math.round(wallMs * 1000);
}

/** Fences of new ledgers start above this. Unreadable is not absent: then they start at the wall clock. */
function readFloor(options: ReaderOptions): number {
  const read = readRecord(options.scratch.sys, options.layout.floor, isFloor);
  if (read.state === "ok") return read.value.fence_floor;
  if (read.state === "absent") return 0;
  const floor = wallFence(options.now().wall_ms);
  if (!options.guarded) return floor;
  if (read.passing) throw outOfReach(options.layout.floor, read.reason);
  options.report(quarantine(options.scratch, options.layout, { path: options.layout.floor, ...read }));
  writeFloor(options, floor);
  return floor;
}

function raiseFloor(options: ReaderOptions, fence: number): void {
  if (readFloor(options) < fence) writeFloor(options, fence);
}

function writeFloor(options: ReaderOptions, fence: number): void {
  publish(
    options.scratch,
    options.layout.floor,
    `${JSON.stringify({ schema_version: SCHEMA_VERSION, fence_floor: fence })}\n`,
  );
}
