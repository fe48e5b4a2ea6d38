import * as v from "valibot";
import type { DecisionCounter } from "../domain/decision-counter.ts";
import { count, text } from "./parts.ts";

/** `decision-counter.json` */
export const decisionCounterSchema = v.looseObject({
  schema_version: text,
  seq: v.optional(count, 0),
  day: v.pipe(v.string(), v.regex(/^\d{8}$/)),
  last: v.pipe(count, v.maxValue(1_000_000_000)),
  recent: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(1000)), []),
}) satisfies v.GenericSchema<unknown, DecisionCounter>;
