import type { Supersedable } from "./decision.ts";

/**
 * Records as they stand: one that a newer record supersedes says so. Give them newest first: who supersedes is always
 * newer, so by the time that a record comes, all that may supersede it have been seen. The newest one counts.
 */
export function* standingDecisions<T extends Supersedable>(newestFirst: Iterable<T>): Generator<T> {
  const by = new Map<string, string>();
  for (const record of newestFirst) {
    const newer = by.get(record.decision_id);
    const { supersedes, decision_id } = record;
    if (supersedes !== null && !by.has(supersedes)) by.set(supersedes, decision_id);
    yield newer === undefined ? record : { ...record, status: "superseded", superseded_by: newer };
  }
}
