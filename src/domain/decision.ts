/** Entries of the shared decision log, in the bash edition's shape. Decisions are never changed. */
import { SCHEMA_VERSION } from "./view.ts";

/** Offered in help; any other lower-case slug is a category too. */
export const CATEGORIES = [
  "architecture",
  "api-design",
  "database-schema",
  "security",
  "performance",
  "testing",
  "workflow",
  "ui-pattern",
  "integration",
] as const;

/** How far a decision reaches, from near to far. */
export const SCOPES = ["local", "module", "service", "system", "global"] as const;
export type Scope = (typeof SCOPES)[number];
/** The bash edition names none; this one claims least. */
export const DEFAULT_SCOPE: Scope = "local";

/** Limits of the bash edition, in characters. */
export const MAX_TITLE = 100;
export const MAX_DESCRIPTION = 500;
/** For the fields that it had no limit for. */
export const MAX_REASONING = 2000;
export const MAX_FILES = 100;

export interface DecisionMaker {
  readonly instance_id: string;
  readonly agent_role: string;
}

/** What supersession is worked out from, and what it changes. */
export interface Supersedable {
  readonly decision_id: string;
  /** The decision that this one replaces: its full ID. */
  readonly supersedes: string | null;
  /** As read: "superseded" once a newer decision says so. As stored it never changes. */
  readonly status: string;
  readonly superseded_by: string | null;
}

/** `decisions/<YYYY-MM>/<id>.json`. Those that were imported may hold what coord itself would not write. */
export interface DecisionRecord extends Supersedable {
  readonly schema_version: string;
  /** `2026-01-08T12:00:00Z` */
  readonly timestamp: string;
  readonly made_by: DecisionMaker;
  readonly category: string;
  readonly title: string;
  readonly description: string;
  readonly context: {
    readonly problem: string;
    readonly alternatives_considered: readonly unknown[];
    readonly rationale: string;
  };
  readonly impact: {
    readonly scope: string;
    readonly files_affected: readonly unknown[];
    readonly dependencies: readonly unknown[];
  };
}

/** A decision before it is logged. */
export type DecisionDraft = Pick<
  DecisionRecord,
  "made_by" | "category" | "title" | "description" | "context" | "impact" | "supersedes"
>;

/** The record of a draft that was given this ID at this time. */
export function logged(draft: DecisionDraft, decisionId: string, timestamp: string): DecisionRecord {
  const { made_by, category, title, description, context, impact, supersedes } = draft;
  return {
    schema_version: SCHEMA_VERSION,
    decision_id: decisionId,
    timestamp,
    made_by,
    category,
    title,
    description,
    context,
    impact,
    status: "accepted",
    superseded_by: null,
    supersedes,
  };
}

/** A lower-case slug such as `api-design`, of at most 50 characters. */
export function isCategory(text: string): boolean {
  return text.length <= 50 && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text);
}
