/** `coord decisions add`. */
import {
  CATEGORIES,
  DEFAULT_SCOPE,
  isCategory,
  MAX_DESCRIPTION,
  MAX_FILES,
  MAX_REASONING,
  MAX_TITLE,
  SCOPES,
  type DecisionRecord,
} from "../domain/decision.ts";
import { coordError } from "../domain/errors.ts";
import { standingDecisions } from "../domain/supersession.ts";
import type { DecisionLog } from "../store/decision-log.ts";
import { requireKnownCategory } from "./known-category.ts";
import { DEFAULT_ROLE } from "../domain/registration.ts";
import { requireState, type App } from "./context.ts";
import { findDecisionIds } from "./find-decision.ts";
import { lookUp, type Identity } from "./identity.ts";
import { requireShort } from "./require-short.ts";

export interface AddDecisionOptions {
  readonly me: Identity;
  readonly category: string;
  /** Also one that looks like a typo of a known one. */
  readonly newCategory: boolean;
  readonly title: string;
  readonly description: string;
  readonly scope?: string | undefined;
  /** An ID in either form, of exactly one decision. */
  readonly supersedes?: string | undefined;
  readonly problem?: string | undefined;
  readonly rationale?: string | undefined;
  readonly files?: readonly string[] | undefined;
}

/**
 * How long an addition waits for the guard. Longer than other commands: each addition syncs the disk, which makes the
 * renames of all others wait, so that many at once take seconds. Milliseconds.
 */
const GUARD_WAIT_MS = 15_000;

export interface AddedDecision {
  readonly record: DecisionRecord;
  /** What had superseded before it the one that it supersedes. */
  readonly supersededBefore: string | null;
}

/** Logs a decision; it is safe on the disk when this returns. Throws USAGE, STATE_MISSING, GUARD_BUSY, IO. */
export async function addDecision(app: App, options: AddDecisionOptions): Promise<AddedDecision> {
  requireState(app);
  const { me, category, title, description, scope = DEFAULT_SCOPE, files = [] } = options;
  if (!isCategory(category)) throw badCategory(category);
  requireText("title", title, MAX_TITLE);
  requireText("description", description, MAX_DESCRIPTION);
  if (!SCOPES.some((known) => known === scope)) {
    throw coordError("USAGE", `"${scope}" is not a scope`, { hint: `one of ${SCOPES.join(", ")}` });
  }
  requireShort("problem", options.problem ?? "", MAX_REASONING);
  requireShort("rationale", options.rationale ?? "", MAX_REASONING);
  if (files.length > MAX_FILES) {
    throw coordError("USAGE", `${files.length} files are more than ${MAX_FILES}`, { hint: "name the folders" });
  }
  const log = await app.store.decisions();
  // It may be one that is still to be taken over.
  if (options.supersedes !== undefined) await log.refresh();
  if (!options.newCategory) requireKnownCategory(log, category);
  const supersedes = options.supersedes === undefined ? null : oneDecision(options.supersedes, log.ids());
  const supersededBefore = supersedes === null ? null : supersederOf(log, supersedes);
  const { id, record } = lookUp(app, app.store, me);
  const added = await log.add(
    {
      made_by: { instance_id: id, agent_role: record?.agent_role ?? me.role ?? DEFAULT_ROLE },
      category,
      title,
      description,
      context: { problem: options.problem ?? "", alternatives_considered: [], rationale: options.rationale ?? "" },
      impact: { scope, files_affected: files, dependencies: [] },
      supersedes,
    },
    { waitMs: GUARD_WAIT_MS },
  );
  return { record: added, supersededBefore };
}

function supersederOf(log: DecisionLog, decisionId: string): string | null {
  for (const { decision_id, superseded_by } of standingDecisions(log.newest())) {
    if (decision_id === decisionId) return superseded_by;
  }
  return null;
}

/** For a category that is no slug. */
export function badCategory(category: string): Error {
  return coordError("USAGE", `"${category}" cannot be a category`, {
    hint: `a lower-case word such as ${CATEGORIES.join(", ")}; others work too`,
  });
}

function requireText(what: string, text: string, most: number): void {
  if (text.trim() === "") throw coordError("USAGE", `The ${what} is empty`, { hint: `give it after --${what}` });
  requireShort(what, text, most);
}

function oneDecision(text: string, ids: Iterable<string>): string {
  const [only, ...others] = findDecisionIds(text, ids);
  if (only !== undefined && others.length === 0) return only;
  throw coordError("USAGE", `"${text}" may mean ${[only, ...others].join(" or ")}`, { hint: "give the whole ID" });
}
