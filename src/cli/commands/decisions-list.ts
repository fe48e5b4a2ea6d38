import { badCategory } from "../../app/add-decision.ts";
import { listDecisions } from "../../app/decisions.ts";
import { CATEGORIES, isCategory, SCOPES } from "../../domain/decision.ts";
import { ANY_DECISION } from "../../domain/decision-filter.ts";
import { nearestWord } from "../../domain/nearest-word.ts";
import { command } from "../command.ts";
import { listEntry, renderDecisionList } from "../decision-view.ts";
import { DEFAULT_LIMIT, limitFlag, MAX_LIMIT } from "../limit-flag.ts";
import { momentFlag } from "../moment-flag.ts";

export const list = command({
  args: {
    category: { type: "string", valueHint: "C", description: "only of this category" },
    since: { type: "string", valueHint: "2d", description: "made since: 2d, 90m, 2026-01-08, 2026-01-08T12:00:00Z" },
    until: { type: "string", valueHint: "2026-01-08", description: "made until then, that day included" },
    scope: { type: "enum", options: [...SCOPES], description: "only of this scope" },
    author: { type: "string", valueHint: "ID", description: "only by this instance and its subagents" },
    grep: { type: "string", valueHint: "WORDS", description: "only with all of these words, in any case" },
    "in-force": { type: "boolean", description: "only what no other decision has superseded" },
    limit: { type: "string", valueHint: "N", description: `how many at most (default: ${DEFAULT_LIMIT})` },
  },
  notes: ["Newest first. Times without a zone are UTC, as coord prints them."],
  examples: [
    ["coord decisions list", "the ten newest"],
    ["coord decisions list --in-force", "what counts today"],
    ["coord decisions list --category security --since 7d", "this week's about security"],
    ['coord decisions list --grep "cookie session" --limit 50', "all that mention both words"],
  ],
  onlyReads: true,
  run: async (args, { openHere }) => {
    const limit = limitFlag(args.limit);
    if (args.category !== undefined && !isCategory(args.category)) throw badCategory(args.category);
    const app = await openHere();
    const nowMs = app.now().wall_ms;
    const since = args.since === undefined ? undefined : momentFlag("since", args.since, nowMs);
    const until = args.until === undefined ? undefined : momentFlag("until", args.until, nowMs);
    const filter = {
      category: args.category,
      scope: args.scope,
      author: args.author,
      sinceMs: since?.fromMs,
      untilMs: until?.toMs,
      inForce: args["in-force"] === true,
      words: (args.grep ?? "").split(/\s+/).filter((word) => word !== ""),
    };
    const { decisions, more } = await listDecisions(app, filter, limit);
    const isFiltered = JSON.stringify(filter) !== JSON.stringify(ANY_DECISION);
    return {
      json: { decisions, more },
      text: () =>
        renderDecisionList({
          decisions,
          entry: listEntry,
          next: more ? `the same with --limit ${Math.min(limit * 10, MAX_LIMIT)}` : undefined,
          none: isFiltered
            ? `None that fits${categoryMeant(args.category)}\nTo see all: coord decisions list`
            : "None yet\nTo log one: coord decisions add --category C --title T --description D",
        }),
    };
  },
});

/** Nothing found may be a typo. */
function categoryMeant(category: string | undefined): string {
  if (category === undefined || CATEGORIES.some((usual) => usual === category)) return "";
  const meant = nearestWord(category, CATEGORIES);
  return meant === undefined ? "" : `; did you mean the category "${meant}"?`;
}
