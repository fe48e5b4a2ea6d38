/**
 * What a suite hands to the report of `npm run proof`: one line of JSON for each check. Without the runner it is
 * printed, so that a suite run by itself says what it did.
 */
import { appendFileSync } from "node:fs";
import * as v from "valibot";

const figures = v.record(v.string(), v.union([v.number(), v.string()]));

/** One check that held. Recorded after its assertions, never before. */
const heldSchema = v.strictObject({
  /** What was checked, a phrase: "16 processes, holders killed and stopped". */
  check: v.string(),
  /** What it was put through, by name: { acknowledged: 81234, killed: 912 }. */
  load: figures,
  /** How many acknowledged things were gone, or rules broken. Counted, not assumed. */
  losses: v.number(),
  seed: v.optional(v.number()),
});

/** A broken variant that the suite noticed. */
const caughtSchema = v.strictObject({
  mutant: v.string(),
  /** What gave it away: "2 holders at once after 12 steps". */
  by: v.string(),
});

export const evidenceSchema = v.union([heldSchema, caughtSchema]);

export type Held = v.InferOutput<typeof heldSchema>;
export type Caught = v.InferOutput<typeof caughtSchema>;
export type Evidence = Held | Caught;

export function record(evidence: Evidence): void {
  const line = JSON.stringify(evidence);
  const file = process.env["PROOF_EVIDENCE"];
  if (file === undefined) console.info("evidence:", line);
  else appendFileSync(file, `${line}\n`);
}
