import {
  formatDecisionId,
  monthOfDecision,
  newestFirst,
  parseFullDecisionId,
  type DecisionId,
} from "../../domain/decision-id.ts";
import type { DecisionRecord } from "../../domain/decision.ts";
import { decisionSchema } from "../../schema/decision.ts";
import { checkOf } from "../../schema/valid.ts";
import { failed } from "../../platform/sys/types.ts";
import type { DecisionPorts } from "./decision-log.ts";
import { quarantine } from "./quarantine.ts";
import { readRecord, type ReadResult } from "./read-record.ts";

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
/** Git or a sync tool may just be writing a file that is younger. */
const SETTLED_MS = 60_000;
export const isDecision = checkOf(decisionSchema);

/** True for the name of a folder in which a month's decisions lie. */
export function isMonth(name: string): boolean {
  return MONTH.test(name);
}

/** The decisions that lie in the folder. Names that are not ours are foreign and of no interest. */
export interface DecisionFiles {
  readonly path: (id: DecisionId) => string;
  /** Newest first; only the folders that are come to are listed. */
  readonly ids: () => Generator<DecisionId>;
  /** Those of one month, newest first; of many days only those that are come to are looked at. */
  readonly idsOf: (month: string) => Generator<DecisionId>;
  /** Undefined for one that is not there or cannot be used, which is reported. */
  readonly read: (id: DecisionId) => DecisionRecord | undefined;
  /** The same, to be judged by the caller: nothing is reported or moved. */
  readonly look: (id: DecisionId) => ReadResult<DecisionRecord>;
  readonly count: () => number;
}

export function decisionFiles(ports: DecisionPorts): DecisionFiles {
  const { scratch, layout } = ports;
  const { sys } = scratch;

  const months = (): readonly string[] => {
    const names = sys.list(layout.decisions);
    return failed(names) ? [] : names.filter(isMonth).toSorted().toReversed();
  };
  const names = (month: string): readonly string[] => {
    const listed = sys.list(`${layout.decisions}/${month}`);
    const start = `DEC-${month.replace("-", "")}`;
    return failed(listed) ? [] : listed.filter((name) => name.startsWith(start) && name.endsWith(".json"));
  };
  const idsOf = function* (month: string): Generator<DecisionId> {
    const days = Map.groupBy(names(month), (name) => name.slice(0, "DEC-20260108".length));
    for (const day of [...days.keys()].toSorted().toReversed()) {
      yield* newestFirst((days.get(day) ?? []).flatMap((name) => idOfName(name) ?? []));
    }
  };
  const path = (id: DecisionId): string => `${layout.decisions}/${monthOfDecision(id)}/${formatDecisionId(id)}.json`;
  const look = (id: DecisionId): ReadResult<DecisionRecord> => {
    const read = readRecord(sys, path(id), isDecision);
    if (read.state !== "ok" || read.value.decision_id === formatDecisionId(id)) return read;
    const stat = sys.lstat(path(id));
    const changedMs = failed(stat) ? 0 : Number(stat.mtimeNs) / 1e6;
    const reason = `its decision_id is "${read.value.decision_id}"`;
    return { state: "broken", reason, mtimeMs: changedMs, text: "", passing: false };
  };

  return {
    path,
    look,
    idsOf,
    ids: function* () {
      for (const month of months()) yield* idsOf(month);
    },
    count: () =>
      months().reduce((sum, month) => sum + names(month).filter((name) => idOfName(name) !== undefined).length, 0),
    read: (id) => {
      const found = look(id);
      if (found.state === "ok") return found.value;
      if (found.state === "broken") ports.report(setAside(ports, path(id), found.reason, () => look(id)));
      return undefined;
    },
  };
}

function idOfName(name: string): DecisionId | undefined {
  return parseFullDecisionId(name.slice(0, -".json".length));
}

/** A line about a broken file, which goes to `corrupt/` once nobody can be writing it any more. Never throws. */
function setAside(ports: DecisionPorts, path: string, reason: string, again: () => ReadResult<DecisionRecord>): string {
  const { scratch, layout } = ports;
  const left = `${path.slice(layout.top.length + 1)} cannot be used (${reason}) and is left out`;
  try {
    const found = again();
    if (found.state !== "broken" || !isSettled(ports, found)) return left;
    return ports.guarded(ports.quarantineWaitMs, () => {
      const now = again();
      if (now.state !== "broken" || !isSettled(ports, now)) return left;
      return quarantine(scratch, layout, { path, ...now });
    });
  } catch {
    // The disk may be read-only: what can be read is read all the same.
    return left;
  }
}

/** Broken itself, not only unreadable for now or for this user, and for so long that it will not get better. */
function isSettled(
  { now }: DecisionPorts,
  found: { readonly reason: string; readonly mtimeMs: number; readonly passing: boolean },
): boolean {
  return !found.passing && !/^E[A-Z]+$/.test(found.reason) && now().wall_ms - found.mtimeMs > SETTLED_MS;
}
