import { queryDecisions } from "../../app/decisions.ts";
import type { DecisionRecord } from "../../domain/decision.ts";
import { actingAs } from "../acting.ts";
import { decisionHead, plainEntry, renderDecisionList, shownItem } from "../decision-view.ts";
import { decideIn, decisionsIn } from "./deciding.ts";
import { misused } from "./misused.ts";
import { show, type Say } from "./say.ts";
import { splitWords } from "./split-words.ts";

export const DECISIONS_USAGE = `Usage: coord-decisions [command] [options]

Commands:
  list [--category=<cat>] [--limit=N]
      List recent decisions
  query <decision-id>
      Show details of a specific decision
  add --category=<cat> --title=<title> --description=<desc> [--scope=<scope>]
      Add a new decision

Categories:
  architecture, api-design, database-schema, security,
  performance, testing, workflow, ui-pattern, integration

Examples:
  coord-decisions list --category=api-design --limit=5
  coord-decisions query DEC-20260108-0001
  coord-decisions add --category=security --title="Sessions in cookies" --description="HttpOnly" --scope=system`;

/** `coord-decisions`: answers the exit code. */
export async function coordDecisions(words: readonly string[], say: Say): Promise<number> {
  const [command = "list", ...rest] = words;
  switch (command) {
    case "list":
      return list(rest, say);
    case "query":
      return query(rest, say);
    case "add":
      return add(rest, say);
    default:
      return misused(say, `Error: Unknown command '${show(command)}'`, DECISIONS_USAGE);
  }
}

async function list(words: readonly string[], say: Say): Promise<number> {
  const { options, others, unknown } = splitWords(words, ["category", "limit"]);
  const wrong = unknown ?? others[0];
  if (wrong !== undefined) return misused(say, `Unknown option: ${show(wrong)}`, DECISIONS_USAGE);
  const decisions = await decisionsIn(say, options.get("category"), options.get("limit"));
  say.out(renderDecisionList({ decisions, entry: plainEntry, next: undefined, none: "No decisions" }));
  return 0;
}

async function query([id, ...surplus]: readonly string[], say: Say): Promise<number> {
  if (id === undefined || id === "") return misused(say, "Error: Decision ID required", DECISIONS_USAGE);
  const [wrong] = surplus;
  if (wrong !== undefined) return misused(say, `Unknown option: ${show(wrong)}`, DECISIONS_USAGE);
  const app = await say.openHere();
  const decisions = await queryDecisions(app, id);
  say.out(decisions.map((decision) => renderDecision(decision).join("\n")).join("\n\n"));
  return 0;
}

async function add(words: readonly string[], say: Say): Promise<number> {
  const { options, others, unknown } = splitWords(words, ["category", "title", "description", "scope"]);
  const wrong = unknown ?? others[0];
  if (wrong !== undefined) return misused(say, `Unknown option: ${show(wrong)}`, DECISIONS_USAGE);
  const [category = "", title = "", description = ""] = ["category", "title", "description"].map((n) => options.get(n));
  if (category === "" || title === "" || description === "") {
    return misused(say, "Error: --category, --title, and --description are required", DECISIONS_USAGE);
  }
  const decision = { category, title, description, scope: options.get("scope") };
  say.out(`Decision logged: ${show(await decideIn(say, (app) => actingAs(app, undefined), decision))}`);
  return 0;
}

/** The layout of the bash edition, with text on lines of its own where it had that. */
function renderDecision(decision: DecisionRecord): readonly string[] {
  const { made_by, context, impact } = decision;
  const reasons = [
    ...(context.problem === "" ? [] : [`  Problem: ${show(context.problem)}`]),
    ...(context.rationale === "" ? [] : [`  Rationale: ${show(context.rationale)}`]),
    ...items("Alternatives", context.alternatives_considered),
  ];
  return [
    ...decisionHead(decision, decision.status),
    `Made By: ${show(made_by.instance_id)}`,
    `Agent Role: ${show(made_by.agent_role)}`,
    "",
    "Description:",
    show(decision.description),
    "",
    ...(reasons.length === 0 ? [] : ["Context:", ...reasons, ""]),
    "Impact:",
    `  Scope: ${show(impact.scope)}`,
    ...items("Files Affected", impact.files_affected),
  ];
}

function items(name: string, values: readonly unknown[]): readonly string[] {
  return values.length === 0 ? [] : [`  ${name}:`, ...values.map((value) => `    - ${shownItem(value)}`)];
}
