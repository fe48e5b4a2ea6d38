/** A log as it is after years: written as coord writes it, but for the syncing, which would take minutes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dayOfTime, formatDecisionId, monthOfDecision } from "../../../src/domain/decision-id.ts";
import { logged } from "../../../src/domain/decision.ts";
import { isoSeconds } from "../../../src/domain/time.ts";
import { draft } from "../../domain/samples.ts";

const HOUR_MS = 3_600_000;

/** One an hour, until yesterday. */
export function logDecisions(state: string, count: number): void {
  const fromMs = Date.now() - 24 * HOUR_MS;
  for (let i = 0; i < count; i += 1) {
    const at = isoSeconds(fromMs - i * HOUR_MS);
    const suffix = i.toString(16).padStart(6, "0");
    const id = { day: dayOfTime(at), number: Number(at.slice(11, 13)) + 1, suffix };
    const folder = join(state, "decisions", monthOfDecision(id));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = formatDecisionId(id);
    const text = JSON.stringify(logged(draft("Pages by cursor"), name, at), null, 2);
    writeFileSync(join(folder, `${name}.json`), `${text}\n`, { mode: 0o600 });
  }
}
