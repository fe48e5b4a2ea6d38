import * as v from "valibot";

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Deeper than any record of ours by far; what is deeper could exhaust the stack when it is written back. */
const MAX_DEPTH = 64;
/** Below this size no nesting can do harm, and the scan is not worth its time on the hook path. */
const SCAN_ABOVE = 4096;

/** Text from outside becomes a value of a schema, or a reason in one line. Never throws. */
export function parseJson<T>(schema: v.GenericSchema<unknown, T>, text: string): Parsed<T> {
  let value: unknown;
  try {
    if (text.length > SCAN_ABOVE && nesting(text) > MAX_DEPTH) return { ok: false, reason: "nested too deeply" };
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: text.trim() === "" ? "empty" : "not JSON" };
  }
  return check(schema, value);
}

export function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Parsed<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  return { ok: false, reason: where === null ? issue.message : `${where}: ${issue.message}` };
}

/** The deepest nesting of brackets outside of strings. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 92) i += 1;
      else if (c === 34) inString = false;
    } else if (c === 34) inString = true;
    else if (c === 91 || c === 123) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (c === 93 || c === 125) depth -= 1;
  }
  return deepest;
}
