import { meansDecision, parseDecisionId, parseFullDecisionId } from "../domain/decision-id.ts";
import { coordError } from "../domain/errors.ts";
import { nearestWord } from "../domain/nearest-word.ts";

/** A typo is most likely one of an ID that was just seen. */
const NEAREST_OF = 1000;

/**
 * The decisions that an ID in either form means, newest first: at least one. `ids` are all there are, newest first.
 * Throws USAGE for one that is malformed or means none.
 */
export function findDecisionIds(text: string, ids: Iterable<string>): readonly string[] {
  const wanted = parseDecisionId(text);
  if (wanted === undefined) {
    throw coordError("USAGE", `"${text}" is not the ID of a decision`, {
      hint: "it looks like DEC-20260108-0001 or DEC-20260108-0001-a1b2c3; to see them: coord decisions list",
    });
  }
  const found: string[] = [];
  const others: string[] = [];
  for (const known of ids) {
    const id = parseFullDecisionId(known);
    if (id !== undefined && meansDecision(wanted, id)) found.push(known);
    else if (others.length < NEAREST_OF) others.push(known);
  }
  if (found.length > 0) return found;
  const meant = nearestWord(text, wanted.suffix === "" ? others.map((known) => known.slice(0, -7)) : others);
  throw coordError("USAGE", `No decision has the ID "${text}"`, {
    hint: meant === undefined ? "coord decisions list" : `coord decisions query ${meant}`,
  });
}
