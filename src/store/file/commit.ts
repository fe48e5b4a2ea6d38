import { coordError } from "../../domain/errors.ts";
import type { LockRecord } from "../../domain/lock.ts";
import { SCHEMA_VERSION } from "../../domain/view.ts";
import type { Decision } from "../store.ts";
import { ioError, publish, type Scratch } from "./atomic-file.ts";
import { dropHeld, markHeld, unmarkHeld } from "./held-index.ts";
import { journalSchema, type Part } from "../../schema/journal.ts";
import type { Layout } from "./layout.ts";
import { readRecord } from "./read-record.ts";
import type { RecordReader } from "./records.ts";
import { removeSlots, writeSlot } from "./slots.ts";

export interface CommitPorts {
  readonly scratch: Scratch;
  readonly layout: Layout;
  readonly records: RecordReader;
}

/**
 * Puts a decision in force, inside the guard. Order (RELIABILITY section 3): marks, then per path the ledger (and with
 * it the fence) before the lock, then instances. Several paths go through the journal. A failure before the first
 * rename leaves everything as it was; a later one is an error that says so.
 */
export function commit(ports: CommitPorts, decision: Decision<unknown>): void {
  const { scratch, layout, records } = ports;
  const { sys } = scratch;
  const paths = decision.paths ?? [];
  const parts: Part[] = [];
  for (const change of paths) {
    const { key } = change.path;
    if (change.ledger !== undefined) parts.push(toPart(records, "files", key, change.ledger.to));
    if (change.lock === undefined) continue;
    const before = records.lock(key);
    for (const id of holders(change.lock.to)) {
      if (!holders(before).includes(id)) markHeld(sys, layout, id, key);
    }
    if (before !== undefined || change.lock.to !== undefined) parts.push(toPart(records, "locks", key, change.lock.to));
  }
  for (const { id, to } of decision.instances ?? []) parts.push(toPart(records, "heartbeats", id, to));

  const journalled = paths.length > 1;
  if (journalled) publish(scratch, layout.journal, `${JSON.stringify({ schema_version: SCHEMA_VERSION, parts })}\n`);
  applyParts(scratch, layout, parts);
  if (journalled) dropJournal(scratch, layout);

  for (const { path, lock } of paths) {
    if (lock === undefined) continue;
    const gone = holders(records.lock(path.key)).filter((id) => !holders(lock.to).includes(id));
    for (const id of gone) unmarkHeld(sys, layout, id, path.key);
  }
  for (const { id, to } of decision.instances ?? []) if (to === undefined) dropHeld(sys, layout, id);
}

function holders(lock: LockRecord | undefined): readonly string[] {
  return (lock?.grants ?? []).map((g) => g.locked_by.instance_id);
}

function toPart(records: RecordReader, dir: Part["dir"], name: string, to: object | undefined): Part {
  const seq = records.seq(dir, name);
  if (to === undefined) return { dir, name, seq, text: null };
  return { dir, name, seq: seq + 1, text: `${JSON.stringify({ ...to, seq: seq + 1 })}\n` };
}

function applyParts(scratch: Scratch, layout: Layout, parts: readonly Part[]): void {
  for (const { dir, name, seq, text } of parts) {
    if (text === null) removeSlots(scratch.sys, layout[dir], name, seq);
    else writeSlot(scratch, layout[dir], name, seq, text);
  }
}

function dropJournal(scratch: Scratch, layout: Layout): void {
  const gone = scratch.sys.unlink(layout.journal);
  if (gone !== "" && gone !== "ENOENT") throw ioError("remove", layout.journal, gone);
}

/** Finishes what a holder of the guard left when it died. Inside the guard only. */
export function replayJournal(scratch: Scratch, layout: Layout): void {
  const read = readRecord(scratch.sys, layout.journal, journalSchema);
  if (read.state === "absent") return;
  if (read.state === "broken") {
    throw coordError(
      "STATE_CORRUPT",
      `"${layout.journal}" is broken (${read.reason}): a change of several paths may be half done`,
      {
        hint: "look at coord status, then remove that file",
      },
    );
  }
  applyParts(scratch, layout, read.value.parts);
  dropJournal(scratch, layout);
}
