import { addDecision } from "../../app/add-decision.ts";
import { CATEGORIES, DEFAULT_SCOPE, SCOPES } from "../../domain/decision.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { nearestWord } from "../../domain/nearest-word.ts";

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
    ...AS,
  },
  notes: [
    `Categories: ${CATEGORIES.join(", ")}, or any other.`,
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
    const { decision_id } = await addDecision(app, {
      ...args,
      me: actingAs(app, args.as),
      files,
    });
    return {
      warnings: unusual(args.category),
      json: { decision_id },
      text: () => `Decision logged: ${escapeForTerminal(decision_id)}`,
    };
  },
});

/** A typo makes a category of its own, in which nobody will look. */
function unusual(category: string): readonly string[] {
  if (CATEGORIES.some((known) => known === category)) return [];
  const meant = nearestWord(category, CATEGORIES);
  return meant === undefined ? [] : [`"${category}" is a category of its own; the usual one is "${meant}"`];
}
