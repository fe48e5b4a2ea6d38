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
import { failed, mtimeMs, type Sys } from "../../platform/sys/types.ts";
import { namesIn } from "./folders.ts";
import type { Layout } from "./layout.ts";
import { readRecord, type ReadResult } from "./read-record.ts";

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const isDecision = checkOf(decisionSchema);

/** True for the name of a folder in which a month's decisions lie. */
export function isMonth(name: string): boolean {
  return MONTH.test(name);
}

/** The decisions that lie in the folder: reads only, and throws IO for a folder that cannot be looked into. Names that are not ours are foreign and of no interest. */
export interface DecisionFiles {
  readonly path: (id: DecisionId) => string;
  /** Newest first; only the folders that are come to are listed. */
  readonly ids: () => Generator<DecisionId>;
  /** Those of one month, newest first; of many days only those that are come to are looked at. */
  readonly idsOf: (month: string) => Generator<DecisionId>;
  /** A record under another decision's name is broken. */
  readonly look: (id: DecisionId) => ReadResult<DecisionRecord>;
  readonly count: () => number;
}

export function decisionFiles(sys: Sys, layout: Layout): DecisionFiles {
  const months = (): readonly string[] => {
    return namesIn(sys, layout.decisions).filter(isMonth).toSorted().toReversed();
  };
  const names = (month: string): readonly string[] => {
    const listed = namesIn(sys, `${layout.decisions}/${month}`);
    const start = `DEC-${month.replace("-", "")}`;
    return listed.filter((name) => name.startsWith(start) && name.endsWith(".json"));
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
    const reason = `its decision_id is "${read.value.decision_id}"`;
    return { state: "broken", reason, mtimeMs: failed(stat) ? 0 : mtimeMs(stat), text: "", passing: false };
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
  };
}

function idOfName(name: string): DecisionId | undefined {
  return parseFullDecisionId(name.slice(0, -".json".length));
}
