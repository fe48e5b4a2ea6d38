/**
 * A record in two slots. On ext4 a rename over an existing file flushes it to the disk (BUN.md), a rename to a new
 * name does not: so a new version goes to the slot that is empty, and the old one is removed after. The one with the
 * higher `seq` is in force; two exist only for an instant, or after a crash.
 *
 * slots: `<name>.json` (odd seq) and `<name>~1.json` (even seq). "~" is in no instance ID and no key.
 */
import type { Check } from "../../schema/json.ts";
import type { Sys } from "../../platform/sys/types.ts";
import { ioError, publish, type Scratch } from "./atomic-file.ts";
import { namesIn } from "./folders.ts";
import { readRecord, type ReadResult } from "./read-record.ts";

export interface Versioned {
  readonly seq: number;
}

export interface BrokenSlot {
  readonly path: string;
  readonly reason: string;
  readonly mtimeMs: number;
  readonly text: string;
  readonly passing: boolean;
}

export interface SlotRead<T> {
  readonly value: T | undefined;
  readonly broken: readonly BrokenSlot[];
}

/** Where the versions of a record lie: odd `seq` first, even second. */
export function slotPaths(dir: string, name: string): readonly [string, string] {
  return [`${dir}/${name}.json`, `${dir}/${name}~1.json`];
}

/** The name of the record that a file in a record folder belongs to, undefined for anything else. */
export function slotName(file: string): string | undefined {
  if (!file.endsWith(".json")) return undefined;
  const base = file.slice(0, -5);
  return base.endsWith("~1") ? base.slice(0, -2) : base;
}

/**
 * Reads both slots. Without the guard a writer may move the record from one slot to the other between the two looks:
 * finding neither is only believed the second time.
 */
export function readSlots<T extends Versioned>(
  sys: Sys,
  dir: string,
  name: string,
  check: Check<T>,
  guarded: boolean,
): SlotRead<T> {
  const paths = slotPaths(dir, name);
  const own = namedAs(name, check);
  for (let look = 0; ; look += 1) {
    const [a, b] = [readRecord(sys, paths[0], own), readRecord(sys, paths[1], own)];
    if (a.state === "absent" && b.state === "absent" && !guarded && look === 0) continue;
    return { value: newer(a, b), broken: [...brokenSlot(a, paths[0]), ...brokenSlot(b, paths[1])] };
  }
}

/** Room for nearly every record; what is larger gets its own. Bytes. */
const ROOM = 16_384;

/**
 * Every record of a folder. Where the listing shows one slot only that one is opened: with thousands of records the
 * other look is what takes the time. What changed since the listing is read by `one`. Throws IO.
 */
export function readFolder<T extends Versioned, R>(
  sys: Sys,
  dir: string,
  check: Check<T & R>,
  one: (name: string) => R | undefined,
): readonly R[] {
  const listed = namesIn(sys, dir);
  /** Undefined: there are two. */
  const slots = new Map<string, string | undefined>();
  for (const file of listed) {
    const name = slotName(file);
    if (name !== undefined) slots.set(name, slots.has(name) ? undefined : file);
  }
  const room = new Uint8Array(ROOM);
  const records: R[] = [];
  for (const [name, file] of slots) {
    const read = file === undefined ? undefined : readRecord(sys, `${dir}/${file}`, namedAs(name, check), { room });
    const record = read?.state === "ok" ? read.value : one(name);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** A record under another's name was copied there: taking it for its own would let one act on what is the other's. */
function namedAs<T extends object>(name: string, check: Check<T>): Check<T> {
  return (value, say): value is T => {
    if (!check(value, say)) return false;
    const inside = "instance_id" in value ? value.instance_id : "key" in value ? value.key : name;
    return inside === name || say("", "is the record of another name");
  };
}

function newer<T extends Versioned>(a: ReadResult<T>, b: ReadResult<T>): T | undefined {
  if (a.state !== "ok") return b.state === "ok" ? b.value : undefined;
  return b.state === "ok" && b.value.seq > a.value.seq ? b.value : a.value;
}

function brokenSlot<T>(result: ReadResult<T>, path: string): readonly BrokenSlot[] {
  return result.state === "broken" ? [{ path, ...result }] : [];
}

/** Puts `text`, which must hold `seq`, in force. Call it inside the guard only. */
export function writeSlot(scratch: Scratch, dir: string, name: string, seq: number, text: string): void {
  const [odd, even] = slotPaths(dir, name);
  const [target, other] = seq % 2 === 1 ? [odd, even] : [even, odd];
  publish(scratch, target, text);
  // The first version of a record has no other slot to clear, and a failure leaves an older version that loses by seq.
  if (seq > 1) scratch.sys.unlink(other);
}

/** Removes a record; the older slot, if a crash left one, first, so that it never comes back in force. */
export function removeSlots(sys: Sys, dir: string, name: string, seq: number): void {
  const [odd, even] = slotPaths(dir, name);
  const [current, other] = seq % 2 === 1 ? [odd, even] : [even, odd];
  for (const path of [other, current]) {
    const result = sys.unlink(path);
    if (result !== "" && result !== "ENOENT") throw ioError("remove", path, result);
  }
}
