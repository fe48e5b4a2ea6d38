import { CATEGORIES } from "../domain/decision.ts";
import { coordError } from "../domain/errors.ts";
import { nearestWord } from "../domain/nearest-word.ts";
import type { DecisionLog } from "../store/decision-log.ts";

/**
 * Refuses a category that looks like a typo of a known one: nobody would look there, and a decision is never changed.
 * What the log has once is known. Throws USAGE.
 */
export function requireKnownCategory(log: DecisionLog, category: string): void {
  if (CATEGORIES.some((usual) => usual === category)) return;
  const known = new Set<string>(CATEGORIES);
  for (const record of log.newest()) {
    if (record.category === category) return;
    known.add(record.category);
  }
  const meant = nearestWord(category, known);
  if (meant === undefined) return;
  throw coordError("USAGE", `There is no category "${category}" yet; did you mean "${meant}"?`, {
    hint: `--category ${meant}, or to make a new one, add: --new-category`,
  });
}
