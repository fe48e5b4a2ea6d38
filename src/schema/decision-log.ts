import * as v from "valibot";
import type { Supersedable } from "../domain/decision.ts";

const unchecked = v.unknown();

/** An entry of a log that coord wrote: its digest vouches for the rest. All fields, in the order of a record. */
const derivedEntry = v.looseObject({
  schema_version: unchecked,
  decision_id: v.string(),
  timestamp: unchecked,
  made_by: unchecked,
  category: unchecked,
  title: unchecked,
  description: unchecked,
  context: unchecked,
  impact: unchecked,
  status: v.string(),
  superseded_by: v.nullable(v.string()),
  supersedes: v.nullable(v.string()),
}) satisfies v.GenericSchema<unknown, Supersedable>;

/** `decision-log.json` as coord writes it: the bash edition's format, with a mark by which coord knows its own. */
export const decisionLogSchema = v.looseObject({
  schema_version: v.string(),
  log_created_at: v.string(),
  derived_by: v.literal("coord"),
  /** SHA-256 of the decisions as canonical JSON. A log that somebody else has changed does not fit it. */
  decisions_sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  decisions: v.array(derivedEntry),
});

/** A log that somebody else wrote. */
export const foreignLogSchema = v.looseObject({
  log_created_at: v.optional(v.unknown()),
  decisions: v.array(v.unknown()),
});

/** What `import` takes: a log or archive of the bash edition, or the list alone. */
export const importSchema = v.union(
  [
    v.array(v.unknown()),
    v.pipe(
      foreignLogSchema,
      v.transform((log) => log.decisions),
    ),
  ],
  "no list of decisions",
);
