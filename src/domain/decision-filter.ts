import type { DecisionRecord } from "./decision.ts";
import type { DecisionId } from "./decision-id.ts";
import { isoSeconds } from "./time.ts";

/** Which decisions are wanted; what is undefined does not matter. */
export interface DecisionFilter {
  readonly category: string | undefined;
  readonly scope: string | undefined;
  /** An instance's ID; a session's also stands for its subagents. */
  readonly author: string | undefined;
  /** Milliseconds of the wall clock. */
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  /** Only what no other has superseded: of records as they stand (supersession.ts). */
  readonly inForce: boolean;
  /** Each of them must occur, in any case of letters. */
  readonly words: readonly string[];
}

export const ANY_DECISION: DecisionFilter = {
  category: undefined,
  scope: undefined,
  author: undefined,
  sinceMs: undefined,
  untilMs: undefined,
  inForce: false,
  words: [],
};

export function isWanted(record: DecisionRecord, filter: DecisionFilter): boolean {
  const { category, scope, author, sinceMs, untilMs, inForce, words } = filter;
  if (inForce && record.status === "superseded") return false;
  if (category !== undefined && record.category !== category) return false;
  if (scope !== undefined && record.impact.scope !== scope) return false;
  if (author !== undefined && !isBy(record.made_by.instance_id, author)) return false;
  if (sinceMs !== undefined || untilMs !== undefined) {
    const madeMs = Date.parse(record.timestamp);
    if (Number.isNaN(madeMs)) return false;
    // Timestamps are whole seconds: a decision counts as made at any time within its second.
    if (sinceMs !== undefined && madeMs + 999 < sinceMs) return false;
    if (untilMs !== undefined && madeMs > untilMs) return false;
  }
  return words.length === 0 || hasWords(record, words);
}

const SLACK_MS = 2 * 86_400_000;

/**
 * True when neither this ID nor an older one can be of a decision made since then. The day in an ID is that of its
 * timestamp, but the bash edition may have counted days in another time zone.
 */
export function isTooOld(id: DecisionId, { sinceMs }: DecisionFilter): boolean {
  if (sinceMs === undefined) return false;
  return (
    id.day <
    isoSeconds(sinceMs - SLACK_MS)
      .slice(0, 10)
      .replaceAll("-", "")
  );
}

function isBy(maker: string, author: string): boolean {
  return maker === author || maker.startsWith(`${author}.`);
}

function hasWords({ title, description, context, category, decision_id }: DecisionRecord, words: readonly string[]) {
  const text = [decision_id, category, title, description, context.problem, context.rationale].join("\n").toLowerCase();
  return words.every((word) => text.includes(word.toLowerCase()));
}
