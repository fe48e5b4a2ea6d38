import { escapeForTerminal } from "../domain/visible.ts";
import type { DecisionRecord } from "../domain/decision.ts";

const show = escapeForTerminal;

export interface ListView {
  readonly decisions: readonly DecisionRecord[];
  /** What shows more, if there is more. */
  readonly next: string | undefined;
  /** Said when there is none. */
  readonly none: string;
}

/** The list of the bash edition: BASH_EDITION.md section 2. */
export function renderDecisionList({ decisions, next, none }: ListView): string {
  const entries = decisions.flatMap((decision) => [
    "",
    `[${show(decision.decision_id)}] ${show(decision.title)}`,
    `  Category: ${show(decision.category)}`,
    `  Made At: ${show(decision.timestamp)}`,
    `  Status: ${show(decision.status)}`,
    `  Scope: ${show(decision.impact.scope)}`,
    `  Description: ${show(decision.description === "" ? "-" : decision.description)}`,
  ]);
  const foot = decisions.length === 0 ? ["", none] : next === undefined ? [] : ["", `More: ${next}`];
  return ["Recent Decisions:", "=".repeat(17), ...entries, ...foot].join("\n");
}

/** Each in full, a blank line between them. */
export function renderDecisions(decisions: readonly DecisionRecord[]): string {
  return decisions.map((decision) => renderDecision(decision).join("\n")).join("\n\n");
}

function renderDecision(decision: DecisionRecord): readonly string[] {
  const { made_by, context, impact, supersedes, superseded_by } = decision;
  return [
    ...decisionHead(decision),
    `Made By: ${show(made_by.instance_id)} (${show(made_by.agent_role)})`,
    ...(supersedes === null ? [] : [`Supersedes: ${show(supersedes)}`]),
    ...(superseded_by === null ? [] : [`Superseded By: ${show(superseded_by)}`]),
    `Description: ${show(decision.description === "" ? "-" : decision.description)}`,
    ...(context.problem === "" ? [] : [`Problem: ${show(context.problem)}`]),
    ...listed("Alternatives", context.alternatives_considered),
    ...(context.rationale === "" ? [] : [`Rationale: ${show(context.rationale)}`]),
    "Impact:",
    `  Scope: ${show(impact.scope)}`,
    ...listed("  Files", impact.files_affected),
    ...listed("  Dependencies", impact.dependencies),
  ];
}

/** What comes first of a decision, here and in the bash edition. */
export function decisionHead(decision: DecisionRecord): readonly string[] {
  return [
    `Decision: ${show(decision.decision_id)}`,
    `Title: ${show(decision.title)}`,
    `Category: ${show(decision.category)}`,
    `Status: ${show(decision.status)}`,
    `Made At: ${show(decision.timestamp)}`,
  ];
}

function listed(name: string, items: readonly unknown[]): readonly string[] {
  return items.length === 0 ? [] : [`${name}: ${items.map(shownItem).join(", ")}`];
}

/** One of a decision's lists: a text, unless the log was written by hand. */
export function shownItem(item: unknown): string {
  return show(typeof item === "string" ? item : JSON.stringify(item));
}
