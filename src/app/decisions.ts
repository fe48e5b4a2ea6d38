/** `coord decisions list` and `query`, and what others tell of the log. */
import { isTooOld, isWanted, type DecisionFilter } from "../domain/decision-filter.ts";
import { compareDecisionIds, parseFullDecisionId } from "../domain/decision-id.ts";
import type { DecisionRecord } from "../domain/decision.ts";
import { standingDecisions } from "../domain/supersession.ts";
import { requireState, type App } from "./context.ts";
import { findDecisionIds } from "./find-decision.ts";

export interface DecisionList {
  /** Newest first. */
  readonly decisions: readonly DecisionRecord[];
  /** There are older ones that are wanted too. */
  readonly more: boolean;
}

/** The newest decisions that are wanted, at most `limit`. Brings what is derived from the log in line. */
export async function listDecisions(app: App, filter: DecisionFilter, limit: number): Promise<DecisionList> {
  requireState(app);
  const log = await app.store.decisions();
  await log.refresh();
  const decisions: DecisionRecord[] = [];
  for (const record of standingDecisions(log.newest())) {
    const id = parseFullDecisionId(record.decision_id);
    if (id !== undefined && isTooOld(id, filter)) break;
    if (!isWanted(record, filter)) continue;
    if (decisions.length === limit) return { decisions, more: true };
    decisions.push(record);
  }
  return { decisions, more: false };
}

/** Every decision that an ID in either form means, newest first. Throws USAGE. */
export async function queryDecisions(app: App, text: string): Promise<readonly DecisionRecord[]> {
  requireState(app);
  const log = await app.store.decisions();
  await log.refresh();
  const wanted = new Set(findDecisionIds(text, log.ids()));
  const oldest = parseFullDecisionId([...wanted].at(-1) ?? "");
  const found: DecisionRecord[] = [];
  // All newer ones are read too: any of them may supersede it.
  for (const record of standingDecisions(log.newest())) {
    const id = parseFullDecisionId(record.decision_id);
    if (id !== undefined && oldest !== undefined && compareDecisionIds(id, oldest) < 0) break;
    if (wanted.has(record.decision_id)) found.push(record);
  }
  return found;
}

/** The newest decisions that no other has superseded. Reads only, and no more than it must. */
export async function decisionsInForce(app: App, most: number): Promise<readonly DecisionRecord[]> {
  const log = await app.store.decisions();
  const found: DecisionRecord[] = [];
  for (const record of standingDecisions(log.newest())) {
    if (found.length === most) break;
    if (record.status !== "superseded") found.push(record);
  }
  return found;
}

/** Brings `decision-log.json` in line with the log; what somebody else wrote into it is taken over. */
export async function refreshDecisions(app: App): Promise<void> {
  await (await app.store.decisions()).refresh();
}
