import * as v from "valibot";

/** One line of `events.jsonl`: what happened, to whom, and flat facts about it. */
export const eventSchema = v.objectWithRest(
  { event: v.string(), instance: v.string() },
  v.nullable(v.union([v.string(), v.number(), v.boolean()])),
);
