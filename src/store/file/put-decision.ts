import { formatDecisionId, type DecisionId } from "../../domain/decision-id.ts";
import type { DecisionRecord } from "../../domain/decision.ts";
import { coordError } from "../../domain/errors.ts";
import { parentOf } from "../../platform/git-layout.ts";
import { failed, type Done, type Sys } from "../../platform/sys/types.ts";
import { canonicalJson } from "../../schema/canonical.ts";
import type { PutResult } from "../take-entries.ts";
import { ioError, writeScratch } from "./atomic-file.ts";
import type { DecisionFiles } from "./decision-files.ts";
import type { DecisionPorts } from "./decision-log.ts";
import { makeFolder } from "./folders.ts";
import { MAX_RECORD_BYTES } from "./read-record.ts";

/** As a decision lies on the disk: people review it in diffs. */
export function decisionText(record: DecisionRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * Puts a decision in place, its content safe on the disk before its name is there. It is safe itself once its folder is
 * synced, which `dirty` collects: folders whose entries have changed. Answers false when the name is taken. Throws IO.
 */
export function linkDecision(
  { scratch, layout }: DecisionPorts,
  path: string,
  text: string,
  dirty: Set<string>,
): boolean {
  const { sys } = scratch;
  const folder = parentOf(path);
  if (makeFolder(sys, layout.decisions)) dirty.add(layout.top);
  if (makeFolder(sys, folder)) dirty.add(layout.decisions);
  const from = writeScratch(scratch, path, text, "durable");
  const linked = sys.link(from, path);
  // One that stays behind is swept with the others.
  sys.unlink(from);
  if (linked === "") dirty.add(folder);
  else if (linked !== "EEXIST") throw ioError("publish", path, linked);
  return linked === "";
}

/** Puts one of another log in place, unless it is there. With `dryRun` it only looks. */
export function putEntry(ports: DecisionPorts, files: DecisionFiles, dirty: Set<string>, dryRun: boolean) {
  return (record: DecisionRecord, id: DecisionId): PutResult => {
    const text = decisionText(record);
    if (text.length > MAX_RECORD_BYTES / 4 && new TextEncoder().encode(text).length > MAX_RECORD_BYTES)
      return "too large";
    const path = files.path(id);
    const found = files.look(id);
    if (found.state === "absent" && dryRun) return "new";
    if (found.state === "absent" && linkDecision(ports, path, text, dirty)) return "new";
    // Whoever put it there may have been killed before it was safe.
    dirty.add(parentOf(path));
    const there = found.state === "absent" ? files.look(id) : found;
    return there.state === "ok" && canonicalJson(there.value) === canonicalJson(record) ? "known" : "other";
  };
}

/** Makes the entries of these folders safe on the disk: deepest first. Answers the first failure and where. */
export function syncFolders(
  sys: Sys,
  dirty: ReadonlySet<string>,
): { readonly path: string; readonly errno: Done } | undefined {
  for (const path of [...dirty].toSorted((a, b) => b.length - a.length)) {
    const errno = syncFolder(sys, path);
    if (errno !== "") return { path, errno };
  }
  return undefined;
}

function syncFolder(sys: Sys, path: string): Done {
  const fd = sys.open(path, "read");
  if (failed(fd)) return fd;
  const synced = sys.fsync(fd);
  sys.close(fd);
  // Some file systems cannot sync a folder, and have nothing to sync then.
  return synced === "EINVAL" ? "" : synced;
}

export function notSafeYet(id: DecisionId, path: string, errno: Done): Error {
  const decision_id = formatDecisionId(id);
  return coordError(
    "IO",
    `Decision ${decision_id} is logged, but not yet safe on the disk: cannot sync "${path}": ${errno}`,
    {
      hint: `do not add it again; to see it: coord decisions query ${decision_id}`,
      data: { decision_id, path, errno },
    },
  );
}
