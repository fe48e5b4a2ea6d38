import { advanced, dayAfter, floorAbove, nextNumber, type DecisionCounter } from "../../domain/decision-counter.ts";
import {
  dayOfTime,
  formatDecisionId,
  newestFirst,
  parseDecisionId,
  parseFullDecisionId,
  type DecisionId,
} from "../../domain/decision-id.ts";
import { logged, type DecisionRecord } from "../../domain/decision.ts";
import { isoSeconds, type Stamp } from "../../domain/time.ts";
import { canonicalJson } from "../../schema/canonical.ts";
import type { DecisionLog } from "../decision-log.ts";
import { takeEntries, type PutResult } from "../take-entries.ts";

/** A decision log in this process's memory. */
export function memoryDecisions(now: () => Stamp): DecisionLog {
  const records = new Map<string, DecisionRecord>();
  let counter: DecisionCounter | undefined;
  const ids = (): readonly DecisionId[] =>
    newestFirst([...records.keys()].flatMap((text) => parseFullDecisionId(text) ?? []));
  return {
    add: async (draft) => {
      const at = isoSeconds(now().wall_ms);
      const older = draft.supersedes === null ? undefined : parseDecisionId(draft.supersedes);
      const day = dayAfter(dayOfTime(at), older);
      const number = nextNumber(counter, day, floorAbove(older, day));
      // Nobody else gives out numbers here, so that chance is not needed to tell IDs apart.
      const id = formatDecisionId({ day, number, suffix: records.size.toString(16).padStart(6, "0") });
      counter = advanced(counter, day, number, id);
      const record = logged(draft, id, at);
      records.set(id, structuredClone(record));
      return record;
    },
    ids: () => ids().map(formatDecisionId),
    newest: () => ids().flatMap((id) => structuredClone(records.get(formatDecisionId(id))) ?? []),
    count: () => records.size,
    take: async (entries, options = {}) =>
      takeEntries(
        entries,
        (record): PutResult => {
          const there = records.get(record.decision_id);
          if (there !== undefined) return canonicalJson(there) === canonicalJson(record) ? "known" : "other";
          if (options.dryRun !== true) records.set(record.decision_id, structuredClone(record));
          return "new";
        },
        options,
      ),
    refresh: async () => undefined,
  };
}
