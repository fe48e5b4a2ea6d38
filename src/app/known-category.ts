import { CATEGORIES, isCategory } from "../domain/decision.ts";
import { coordError } from "../domain/errors.ts";
import { nearestWord } from "../domain/nearest-word.ts";
import type { DecisionLog } from "../store/decision-log.ts";

/** A typo is most likely one of a category that was used lately. Adding must not cost more in a longer log. */
const LATELY = 100;

/**
 * Refuses a category that looks like a typo of a known one: nobody would look there, and a decision is never changed.
 * What the log has once is known. Throws USAGE.
 */
export function requireKnownCategory(log: DecisionLog, category: string): void {
  if (CATEGORIES.some((usual) => usual === category)) return;
  const known = new Set<string>([...CATEGORIES, ...categoriesOf(log, LATELY)]);
  if (known.has(category)) return;
  const meant = nearestWord(category, known);
  // Only whoever would be refused is worth the look at the whole log.
  if (meant === undefined || categoriesOf(log, Number.POSITIVE_INFINITY).has(category)) return;
  throw coordError("USAGE", `There is no category "${category}" yet; did you mean "${meant}"?`, {
    hint: `--category ${meant}, or to make a new one, add: --new-category`,
  });
}

function categoriesOf(log: DecisionLog, most: number): ReadonlySet<string> {
  const found = new Set<string>();
  let looked = 0;
  for (const { category } of log.newest()) {
    if (looked === most) break;
    // What cannot be a category of a new decision is nothing to propose either.
    if (isCategory(category)) found.add(category);
    looked += 1;
  }
  return found;
}
