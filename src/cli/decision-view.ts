import { escapeForTerminal } from "../domain/visible.ts";
import type { DecisionRecord } from "../domain/decision.ts";

const show = escapeForTerminal;

export interface ListView {
  readonly decisions: readonly DecisionRecord[];
  readonly entry: (decision: DecisionRecord) => readonly string[];
  /** What shows more, if there is more. */
  readonly next: string | undefined;
  /** Said when there is none. */
  readonly none: string;
}

/** The list of the bash edition: BASH_EDITION.md section 2. */
export function renderDecisionList({ decisions, entry, next, none }: ListView): string {
  const entries = decisions.flatMap((decision) => ["", ...entry(decision)]);
  const foot = decisions.length === 0 ? ["", none] : next === undefined ? [] : ["", `More: ${next}`];
  return ["Recent Decisions:", "=".repeat(17), ...entries, ...foot].join("\n");
}

/** One of the list, as the bash edition has it. */
export function plainEntry(decision: DecisionRecord): readonly string[] {
  return [...entryHead(decision, decision.status), ...entryFoot(decision)];
}

/** The same, with who made it and what superseded it. */
export function listEntry(decision: DecisionRecord): readonly string[] {
  return [...entryHead(decision, standing(decision)), `  Made By: ${maker(decision)}`, ...entryFoot(decision)];
}

function entryHead({ decision_id, title, category, timestamp }: DecisionRecord, status: string): readonly string[] {
  return [
    `[${show(decision_id)}] ${show(title)}`,
    `  Category: ${show(category)}`,
    `  Made At: ${show(timestamp)}`,
    `  Status: ${show(status)}`,
  ];
}

function entryFoot({ impact, description }: DecisionRecord): readonly string[] {
  return [`  Scope: ${show(impact.scope)}`, `  Description: ${show(description === "" ? "-" : description)}`];
}

function standing({ status, superseded_by }: DecisionRecord): string {
  return superseded_by === null ? status : `superseded by ${superseded_by}`;
}

function maker({ made_by }: DecisionRecord): string {
  return `${show(made_by.instance_id)} (${show(made_by.agent_role)})`;
}

/** Each in full, a blank line between them. */
export function renderDecisions(decisions: readonly DecisionRecord[]): string {
  return decisions.map((decision) => renderDecision(decision).join("\n")).join("\n\n");
}

function renderDecision(decision: DecisionRecord): readonly string[] {
  const { context, impact, supersedes } = decision;
  return [
    ...decisionHead(decision, standing(decision)),
    `Made By: ${maker(decision)}`,
    ...(supersedes === null ? [] : [`Supersedes: ${show(supersedes)}`]),
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
export function decisionHead(decision: DecisionRecord, status: string): readonly string[] {
  return [
    `Decision: ${show(decision.decision_id)}`,
    `Title: ${show(decision.title)}`,
    `Category: ${show(decision.category)}`,
    `Status: ${show(status)}`,
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
