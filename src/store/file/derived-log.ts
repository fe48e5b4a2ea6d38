/**
 * `decision-log.json`: the newest 100 decisions, oldest first, for readers of the bash edition's format. Derived, never
 * read to answer, never built inside the guard.
 *
 * Many may write it at once, each a whole file. So that none of them is the last one with too little in it, each looks
 * again after it has published: when the counter has moved, or a decision is there that had only its number before,
 * it starts over. Whoever adds links its decision before it comes here, so the last one to publish has seen them all.
 */
import { MAX_RECENT } from "../../domain/decision-counter.ts";
import {
  compareDecisionIds,
  formatDecisionId,
  parseFullDecisionId,
  type DecisionId,
} from "../../domain/decision-id.ts";
import type { Supersedable } from "../../domain/decision.ts";
import { standingDecisions } from "../../domain/supersession.ts";
import { isoSeconds } from "../../domain/time.ts";
import { SCHEMA_VERSION } from "../../domain/view.ts";
import { publish } from "./atomic-file.ts";
import { readCounter } from "./decision-counter.ts";
import type { DecisionFiles } from "./decision-files.ts";
import type { DecisionPorts } from "./decision-log.ts";
import { digestOf, readDerivedLog, type OwnLog } from "./derived-log-file.ts";
import { takeOverLog } from "./foreign-log.ts";
import { readDecision } from "./read-decision.ts";

/** The log holds as many as the counter remembers: then nobody is missed. */
const MAX_DERIVED = MAX_RECENT;

/** Each look but the last is owed to somebody who added meanwhile. */
const MAX_LOOKS = 200;

/**
 * After an addition: what the log holds, and what was lately added. Costs the same whatever has been logged before.
 * @throws IO
 */
export function updateDerivedLog(ports: DecisionPorts, files: DecisionFiles): void {
  bring(ports, files, (own) => own?.entries ?? newestOf(ports, files));
}

/**
 * Makes it anew from the folder if it holds other decisions than the newest there.
 * @throws IO
 */
export function rebuildDerivedLog(ports: DecisionPorts, files: DecisionFiles): void {
  const own = settledLog(ports, files);
  const ids = newestIds(files).map(formatDecisionId).toReversed();
  const isSame = own?.entries.length === ids.length && own.entries.every((entry, i) => entry.decision_id === ids[i]);
  if (isSame || (own === undefined && ids.length === 0)) return;
  bring(ports, files, () => newestOf(ports, files));
}

/** The log that is there when it is coord's own; what anybody else wrote is taken over, or set aside, first. */
function settledLog(ports: DecisionPorts, files: DecisionFiles): OwnLog | undefined {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const found = readDerivedLog(ports);
    if (found.state === "own") return found;
    if (found.state === "absent") return undefined;
    takeOverLog(ports, files, found);
  }
  return undefined;
}

function bring(
  ports: DecisionPorts,
  files: DecisionFiles,
  base: (own: OwnLog | undefined) => readonly Supersedable[],
): void {
  for (let look = 0; look < (ports.looks ?? MAX_LOOKS); look += 1) {
    const counter = readCounter(ports);
    const own = settledLog(ports, files);
    const entries = new Map(base(own).map((entry) => [entry.decision_id, entry]));
    const pending: DecisionId[] = [];
    for (const text of counter?.recent ?? []) {
      const id = parseFullDecisionId(text);
      if (id === undefined || entries.has(text)) continue;
      const record = files.look(id);
      if (record.state === "ok") entries.set(text, record.value);
      else pending.push(id);
    }
    const newest = newestEntries([...entries.values()]);
    if (own !== undefined && own.digest === digestOf(newest)) return;
    publishLog(ports, own, newest);
    const moved = readCounter(ports)?.recent.at(-1) !== counter?.recent.at(-1);
    if (!moved && pending.every((id) => typeof ports.scratch.sys.lstat(files.path(id)) === "string")) return;
  }
}

function publishLog(
  { scratch, layout, now }: DecisionPorts,
  own: OwnLog | undefined,
  entries: readonly Supersedable[],
): void {
  const log = {
    schema_version: SCHEMA_VERSION,
    log_created_at: own?.createdAt ?? isoSeconds(now().wall_ms),
    derived_by: "coord",
    decisions_sha256: digestOf(entries),
    decisions: entries,
  };
  publish(scratch, layout.decisionLog, `${JSON.stringify(log, null, 2)}\n`);
}

function newestIds(files: DecisionFiles): readonly DecisionId[] {
  const ids: DecisionId[] = [];
  for (const id of files.ids()) {
    if (ids.length === MAX_DERIVED) break;
    ids.push(id);
  }
  return ids;
}

function newestOf(ports: DecisionPorts, files: DecisionFiles): readonly Supersedable[] {
  const entries: Supersedable[] = [];
  for (const id of files.ids()) {
    if (entries.length === MAX_DERIVED) break;
    const record = readDecision(ports, files, id);
    if (record !== undefined) entries.push(record);
  }
  return entries;
}

/** Oldest first, and how they stand: whoever supersedes one of the newest is among them. */
function newestEntries(entries: readonly Supersedable[]): readonly Supersedable[] {
  const sorted = entries
    .flatMap((entry) => {
      const id = parseFullDecisionId(entry.decision_id);
      return id === undefined ? [] : [{ id, entry }];
    })
    .toSorted((a, b) => compareDecisionIds(b.id, a.id))
    .slice(0, MAX_DERIVED);
  return [...standingDecisions(sorted.map(({ entry }) => entry))].toReversed();
}
