import type { DecisionRecord } from "../domain/decision.ts";
import { parseFullDecisionId, type DecisionId } from "../domain/decision-id.ts";
import { asStored, importedId, importedRecord, SUFFIXES } from "../domain/imported-decision.ts";
import { canonicalJson, sortedKeys } from "../schema/canonical.ts";
import { decisionEntrySchema } from "../schema/decision.ts";
import { valid } from "../schema/valid.ts";
import type { TakeOptions, Taken } from "./decision-log.ts";

/** new: it was put there. known: it is there, with this content. other: its ID belongs to another content. */
export type PutResult = "new" | "known" | "other" | "too large";

export type Put = (record: DecisionRecord, id: DecisionId) => PutResult;

/** Gives each entry of another log its ID and puts it in place with `put`: the part that all stores share. */
export function takeEntries(entries: readonly unknown[], given: Put, { dryRun, onProgress }: TakeOptions): Taken {
  const put = dryRun === true ? planning(given) : given;
  const unusable: string[] = [];
  const differing: string[] = [];
  let [taken, known] = [0, 0];
  for (const [index, raw] of entries.entries()) {
    const parsed = valid(decisionEntrySchema, sortedKeys(raw));
    const result = parsed.ok ? putEntry(parsed.value, raw, put) : parsed.reason;
    if (result === "new") taken += 1;
    else if (result === "known") known += 1;
    else if (result === "other" && parsed.ok) differing.push(parsed.value.decision_id);
    else unusable.push(`entry ${index + 1}: ${result}`);
    onProgress?.(index + 1, entries.length);
  }
  return { taken, known, differing, unusable };
}

function putEntry(entry: DecisionRecord, raw: unknown, put: Put): PutResult {
  const own = parseFullDecisionId(entry.decision_id);
  if (own !== undefined) return put(asStored(entry), own);
  const hash = new Bun.CryptoHasher("sha256").update(canonicalJson(raw)).digest("hex");
  for (let window = 0; window < SUFFIXES; window += 1) {
    const id = importedId(entry, hash, window);
    const result = put(importedRecord(entry, id), id);
    if (result !== "other") return result;
  }
  return "other";
}

/** For a `put` that only looks: what was new once is known after. */
function planning(look: Put): Put {
  const planned = new Map<string, string>();
  return (record, id) => {
    const result = look(record, id);
    if (result !== "new") return result;
    const text = canonicalJson(record);
    const same = planned.get(record.decision_id);
    planned.set(record.decision_id, same ?? text);
    return same === undefined ? "new" : same === text ? "known" : "other";
  };
}
