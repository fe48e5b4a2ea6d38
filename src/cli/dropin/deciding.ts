/** Decisions in the words of the bash edition, for `coord-decisions` and for the functions alike. */
import { addDecision, badCategory } from "../../app/add-decision.ts";
import { listDecisions } from "../../app/decisions.ts";
import { isCategory, type DecisionRecord } from "../../domain/decision.ts";
import { ANY_DECISION } from "../../domain/decision-filter.ts";
import { limitFlag } from "../limit-flag.ts";
import type { Acting } from "./locking.ts";
import type { Say } from "./say.ts";

/** The usual one of the bash edition, which is wider than that of `coord decisions add`. */
const DEFAULT_SCOPE = "module";

export interface NewDecision {
  readonly category: string;
  readonly title: string;
  readonly description: string;
  /** Empty or undefined: the usual one. */
  readonly scope: string | undefined;
}

/** Answers the ID. */
export async function decideIn(say: Say, act: Acting, decision: NewDecision): Promise<string> {
  const app = await say.openHere();
  const scope = decision.scope || DEFAULT_SCOPE;
  // Scripts of the bash edition have categories of their own.
  const { record } = await addDecision(app, { ...decision, scope, newCategory: true, me: act(app) });
  return record.decision_id;
}

/** The newest decisions, of all categories when it is empty. */
export async function decisionsIn(
  say: Say,
  category: string | undefined,
  limit: string | undefined,
): Promise<readonly DecisionRecord[]> {
  const most = limitFlag(limit === "" ? undefined : limit);
  const wanted = category === "" ? undefined : category;
  if (wanted !== undefined && !isCategory(wanted)) throw badCategory(wanted);
  const app = await say.openHere();
  const { decisions } = await listDecisions(app, { ...ANY_DECISION, category: wanted }, most);
  return decisions;
}
