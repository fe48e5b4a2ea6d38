/**
 * What a suite hands to the report of `npm run proof`: one line of JSON for each check. Without the runner it is
 * printed, so that a suite run by itself says what it did.
 */
import { appendFileSync } from "node:fs";

/** One check that held. Recorded after its assertions, never before. */
export interface Held {
  /** What was checked, a phrase: "16 processes, holders killed and stopped". */
  readonly check: string;
  /** What it was put through, by name: { acknowledged: 81234, killed: 912 }. */
  readonly load: Readonly<Record<string, number | string>>;
  /** How many acknowledged things were gone, or rules broken. Counted, not assumed. */
  readonly losses: number;
  readonly seed?: number;
}

/** A broken variant that the suite noticed. */
export interface Caught {
  readonly mutant: string;
  /** What gave it away: "2 holders at once after 12 steps". */
  readonly by: string;
}

export type Evidence = Held | Caught;

export function record(evidence: Evidence): void {
  const line = JSON.stringify(evidence);
  const file = process.env["PROOF_EVIDENCE"];
  if (file === undefined) console.info("evidence:", line);
  else appendFileSync(file, `${line}\n`);
}
