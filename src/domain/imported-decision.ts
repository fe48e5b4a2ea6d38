/** Decisions of another log: those of the bash edition, whose IDs repeat, and those of coord elsewhere. */
import type { DecisionRecord } from "./decision.ts";
import { dayOfTime, formatDecisionId, parseDecisionId, parseFullDecisionId, type DecisionId } from "./decision-id.ts";
import { isoSeconds } from "./time.ts";

const WINDOW = 6;
/** How many suffixes a content has: its SHA-256 has 64 digits. */
export const SUFFIXES = 10;

/**
 * The ID of an entry that has none of ours: its old one, and digits of its content's hash, so that importing it twice,
 * or on two branches, gives the same file. `window` 1 and above: the suffix before it belongs to another content.
 */
export function importedId(entry: DecisionRecord, hash: string, window: number): DecisionId {
  const old = parseDecisionId(entry.decision_id);
  const suffix = hash.slice(window * WINDOW, (window + 1) * WINDOW);
  if (old !== undefined && old.suffix === "") return { ...old, suffix };
  const madeMs = Date.parse(entry.timestamp);
  return { day: dayOfTime(isoSeconds(Number.isNaN(madeMs) ? 0 : madeMs)), number: 0, suffix };
}

/** The record of an entry under its new ID. An old ID that cannot be part of it is kept beside it. */
export function importedRecord(entry: DecisionRecord, id: DecisionId): DecisionRecord {
  const decision_id = formatDecisionId(id);
  const isKept = decision_id.startsWith(`${entry.decision_id}-`);
  return { ...entry, decision_id, ...(isKept ? {} : { original_id: entry.decision_id }) };
}

/**
 * The record of an entry that bears an ID of coord's: what was worked out when it was written into a derived log is
 * taken out again, so that the same decision is the same file everywhere.
 */
export function asStored(entry: DecisionRecord): DecisionRecord {
  const isWorkedOut = parseFullDecisionId(entry.superseded_by ?? "") !== undefined;
  return isWorkedOut ? { ...entry, status: "accepted", superseded_by: null } : entry;
}
