import * as v from "valibot";
import type { DecisionRecord } from "../domain/decision.ts";
import { SCHEMA_VERSION } from "../domain/view.ts";

// Without limits of length: what was imported keeps its texts.
const word = v.string();
const list = v.array(v.unknown());

const maker = v.looseObject({ instance_id: word, agent_role: word });
const context = v.looseObject({ problem: word, alternatives_considered: list, rationale: word });
const impact = v.looseObject({ scope: word, files_affected: list, dependencies: list });

/** `decisions/<YYYY-MM>/<id>.json` */
export const decisionSchema = v.looseObject({
  schema_version: word,
  decision_id: v.pipe(word, v.regex(/^DEC-\d{8}-\d{4,12}-[0-9a-f]{6}$/)),
  timestamp: word,
  made_by: maker,
  category: word,
  title: word,
  description: word,
  context,
  impact,
  status: word,
  superseded_by: v.nullable(word),
  supersedes: v.optional(v.nullable(word), null),
}) satisfies v.GenericSchema<unknown, DecisionRecord>;

const nothing = { problem: "", alternatives_considered: [], rationale: "" };
const nowhere = { scope: "local", files_affected: [], dependencies: [] };

/** The same as it may be found in another log: what is missing is filled in, what has another type is refused. */
export const decisionEntrySchema = v.looseObject({
  schema_version: v.nullish(word, SCHEMA_VERSION),
  decision_id: v.nullish(word, ""),
  timestamp: v.nullish(word, "1970-01-01T00:00:00Z"),
  made_by: v.nullish(
    v.looseObject({ instance_id: v.nullish(word, "unknown"), agent_role: v.nullish(word, "unknown") }),
    { instance_id: "unknown", agent_role: "unknown" },
  ),
  category: v.nullish(word, "uncategorized"),
  title: word,
  description: v.nullish(word, ""),
  context: v.nullish(
    v.looseObject({
      problem: v.nullish(word, ""),
      alternatives_considered: v.nullish(list, []),
      rationale: v.nullish(word, ""),
    }),
    nothing,
  ),
  impact: v.nullish(
    v.looseObject({
      scope: v.nullish(word, "local"),
      files_affected: v.nullish(list, []),
      dependencies: v.nullish(list, []),
    }),
    nowhere,
  ),
  status: v.nullish(word, "accepted"),
  superseded_by: v.nullish(word, null),
  supersedes: v.nullish(word, null),
}) satisfies v.GenericSchema<unknown, DecisionRecord>;
