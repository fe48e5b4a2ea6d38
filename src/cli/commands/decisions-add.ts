import { addDecision } from "../../app/add-decision.ts";
import { CATEGORIES, DEFAULT_SCOPE, SCOPES } from "../../domain/decision.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";

export const add = command({
  args: {
    category: { type: "string", required: true, valueHint: "C", description: "a lower-case word, see below" },
    title: { type: "string", required: true, valueHint: "T", description: "what was decided, at most 100 characters" },
    description: { type: "string", required: true, valueHint: "D", description: "in full, at most 500 characters" },
    scope: { type: "enum", options: [...SCOPES], default: DEFAULT_SCOPE, description: "how far it reaches" },
    problem: { type: "string", valueHint: "P", description: "what it solves" },
    rationale: { type: "string", valueHint: "R", description: "why so and not otherwise" },
    files: { type: "string", valueHint: "A,B", description: "the files that it concerns" },
    supersedes: { type: "string", valueHint: "ID", description: "the decision that it replaces" },
    "new-category": { type: "boolean", description: "take the category though it looks like a typo of a known one" },
    ...AS,
  },
  notes: [
    `Categories: ${CATEGORIES.join(", ")}, or any other.`,
    "One that looks like a typo of these or of one in the log is refused, unless with --new-category.",
    "A decision is never changed: log another one with --supersedes. Once its ID is printed it is safe on the disk.",
  ],
  examples: [
    [
      'coord decisions add --category security --title "Sessions in cookies" --description "HttpOnly, never in storage"',
      "log a decision for all who work here",
    ],
    [
      'coord decisions add --category api-design --title "Pages by cursor" --description "No offsets" --scope service',
      "one that reaches further",
    ],
  ],
  run: async (args, { openHere }) => {
    const app = await openHere();
    const files = args.files?.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
    const { record, supersededBefore } = await addDecision(app, {
      ...args,
      newCategory: args["new-category"] === true,
      me: actingAs(app, args.as),
      files,
    });
    const { decision_id, supersedes } = record;
    return {
      warnings:
        supersededBefore === null
          ? []
          : [
              `${supersedes ?? ""} was superseded already, by ${supersededBefore}, which stays as it is; to replace that one: --supersedes ${supersededBefore}`,
            ],
      json: { decision_id },
      text: () => `Decision logged: ${escapeForTerminal(decision_id)}`,
    };
  },
});
