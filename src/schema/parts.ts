/**
 * Pieces that the files of the state are made of. Objects are loose: fields of a newer version are kept and written
 * back, so that an older and a newer binary can share a folder (DESIGN section 3).
 */
import * as v from "valibot";
import { MAX_FENCE } from "../domain/ledger.ts";

const MAX_TEXT = 10_000;

export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
export const instanceId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/));
export const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
export const key = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** One that is larger is no fence, and one more than it could be no other number: then fences would stand still. */
export const fence = v.pipe(count, v.maxValue(MAX_FENCE));
/** A path as stored. Linux allows 4,096 bytes. */
export const path = v.pipe(v.string(), v.maxLength(8192));

export const stamp = v.looseObject({ wall_ms: v.number(), mono_ms: v.number(), boot: text });

export const processRef = v.looseObject({
  host: text,
  boot: text,
  pidns: text,
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  start: text,
});
