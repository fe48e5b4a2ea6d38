import { flatMapped, mapped } from "../../domain/list.ts";
import { coordError, isCoordError } from "../../domain/errors.ts";
import type { LockRecord } from "../../domain/lock.ts";
import { SCHEMA_VERSION } from "../../domain/view.ts";
import type { Decision } from "../store.ts";
import { ioError, publish, type Scratch } from "./atomic-file.ts";
import { dropHeld, markHeld, unmarkHeld } from "./held-index.ts";
import { isJournal } from "../../schema/compiled.ts";
import type { Part } from "../../schema/journal.ts";
import type { Layout } from "./layout.ts";
import { quarantine } from "./quarantine.ts";
import { MAX_RECORD_BYTES, outOfReach, readRecord } from "./read-record.ts";
import { isUnreadable, type RecordReader } from "./records.ts";
import { removeSlots, writeSlot } from "./slots.ts";

export interface CommitPorts {
  readonly scratch: Scratch;
  readonly layout: Layout;
  readonly records: RecordReader;
}

/**
 * Puts a decision in force, inside the guard. Order (RELIABILITY section 3): marks, then the instances that come or
 * stay, so that no lock is ever held by somebody unknown, then per path the ledger (and with it the fence) before the
 * lock, then the instances that go. Several paths go through the journal. A failure before the first rename leaves
 * everything as it was; one after the journal was published says that the change will be finished.
 */
export function commit(ports: CommitPorts, decision: Decision<unknown>): void {
  const { scratch, layout, records } = ports;
  const { sys } = scratch;
  const paths = decision.paths ?? [];
  const instances = decision.instances ?? [];
  const parts: Part[] = [];
  for (const { id, to } of instances) if (to !== undefined) parts.push(toPart(records, "heartbeats", id, to));
  for (const change of paths) {
    const { key } = change.path;
    if (change.ledger !== undefined) parts.push(toPart(records, "files", key, change.ledger.to));
    // RELIABILITY section 3: a broken lock file stays where it is. Nobody is granted such a path, but others who end
    // their business with it give the lock back as they found it.
    if (change.lock === undefined || isUnreadable(change.lock.to)) continue;
    const before = records.lock(key);
    for (const id of holders(change.lock.to)) {
      if (!holders(before).includes(id)) markHeld(sys, layout, id, key);
    }
    if (before !== undefined || change.lock.to !== undefined) parts.push(toPart(records, "locks", key, change.lock.to));
  }
  for (const { id, to } of instances) if (to === undefined) parts.push(toPart(records, "heartbeats", id, to));

  if (paths.length > 1) applyJournalled(scratch, layout, parts, paths.length);
  else applyInOrder(scratch, layout, parts);

  const after = new Map(
    flatMapped(paths, ({ path, lock }) => (lock === undefined ? [] : [[path.key, holders(lock.to)]])),
  );
  for (const [key, now] of after) {
    for (const id of holders(records.lock(key))) if (!now.includes(id)) unmarkHeld(sys, layout, id, key);
  }
  const stillHolds = (id: string, key: string): boolean => (after.get(key) ?? holders(records.lock(key))).includes(id);
  for (const { id, to } of instances) if (to === undefined) dropHeld(sys, layout, id, (key) => stillHolds(id, key));
}

function applyJournalled(scratch: Scratch, layout: Layout, parts: readonly Part[], paths: number): void {
  const text = `${JSON.stringify({ schema_version: SCHEMA_VERSION, parts })}\n`;
  // One that cannot be read back would leave the change half done. A character has at most three bytes in UTF-8.
  if (text.length * 3 > MAX_RECORD_BYTES && new TextEncoder().encode(text).length > MAX_RECORD_BYTES) {
    throw coordError("USAGE", `A change of ${paths} files is too large for one step`, { hint: "name fewer at a time" });
  }
  publish(scratch, layout.journal, text);
  try {
    applyParts(scratch, layout, parts);
    dropJournal(scratch, layout);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw coordError("IO", `${why}; the change is recorded and the next command finishes it`, {
      ...(isCoordError(cause) && cause.hint !== undefined ? { hint: cause.hint } : {}),
      cause,
    });
  }
}

function holders(lock: LockRecord | undefined): readonly string[] {
  return mapped(lock?.grants ?? [], (g) => g.locked_by.instance_id);
}

function toPart(records: RecordReader, dir: Part["dir"], name: string, to: object | undefined): Part {
  const seq = records.seq(dir, name);
  if (to === undefined) return { dir, name, seq, text: null };
  return { dir, name, seq: seq + 1, text: `${JSON.stringify({ ...to, seq: seq + 1 })}\n` };
}

function applyParts(scratch: Scratch, layout: Layout, parts: readonly Part[]): void {
  for (const part of parts) applyPart(scratch, layout, part);
}

function applyPart(scratch: Scratch, layout: Layout, { dir, name, seq, text }: Part): void {
  if (text === null) removeSlots(scratch.sys, layout[dir], name, seq);
  else writeSlot(scratch, layout[dir], name, seq, text);
}

/** Parts in an order in which each may be the last. An error says when there were some before it. */
function applyInOrder(scratch: Scratch, layout: Layout, parts: readonly Part[]): void {
  let done = 0;
  try {
    for (const part of parts) {
      applyPart(scratch, layout, part);
      done += 1;
    }
  } catch (cause) {
    if (done === 0 || !isCoordError(cause)) throw cause;
    const { code, message, hint, data } = cause;
    throw coordError(code, `${message}; a part of the change is made, repeating it makes the rest`, {
      ...(hint === undefined ? {} : { hint }),
      ...(data === undefined ? {} : { data }),
      cause,
    });
  }
}

function dropJournal(scratch: Scratch, layout: Layout): void {
  const gone = scratch.sys.unlink(layout.journal);
  if (gone !== "" && gone !== "ENOENT") throw ioError("remove", layout.journal, gone);
}

/**
 * Finishes what a change of several paths left undone, because its process died or the disk refused. Inside the guard
 * only, and before anything is decided: a journal that outlived later changes would undo them. One that is broken goes
 * to `corrupt/` and stops nobody; the answer is then a line for the user. One that only cannot be read at the moment
 * is still to be finished. Throws IO.
 */
export function replayJournal(scratch: Scratch, layout: Layout): string | undefined {
  const read = readRecord(scratch.sys, layout.journal, isJournal);
  if (read.state === "absent") return undefined;
  if (read.state === "broken") {
    if (read.passing) throw outOfReach(layout.journal, read.reason);
    return `${quarantine(scratch, layout, { path: layout.journal, ...read })}: a change of several paths may be half done`;
  }
  applyParts(scratch, layout, read.value.parts);
  dropJournal(scratch, layout);
  return undefined;
}
