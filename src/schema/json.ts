export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Takes where and what is wrong; always answers false, so that a check can return it. */
export type Say = (where: string, reason: string) => false;

/** Tells whether a value is a `T`, and if not, why; fills in the defaults of fields that are not there. */
export type Check<T> = (value: unknown, say: Say) => value is T;

/** Deeper than any record of ours by far; what is deeper could exhaust the stack when it is written back. */
const MAX_DEPTH = 64;
/** Below this size no nesting can do harm, and the scan is not worth its time on the hook path. */
const SCAN_ABOVE = 4096;

/** Text from outside as a value, or a reason in one line. Never throws. */
export function parseText(text: string): Parsed<unknown> {
  try {
    if (text.length > SCAN_ABOVE && nesting(text) > MAX_DEPTH) return { ok: false, reason: "nested too deeply" };
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, reason: text.trim() === "" ? "empty" : "not JSON" };
  }
}

/** Text from outside becomes a value of a schema, or a reason in one line. Never throws. */
export function parseJson<T>(check: Check<T>, text: string): Parsed<T> {
  const parsed = parseText(text);
  return parsed.ok ? checked(check, parsed.value) : parsed;
}

export function checked<T>(check: Check<T>, value: unknown): Parsed<T> {
  let reason = "";
  const say: Say = (where, what) => {
    reason = where === "" ? what : `${where.slice(1)} ${what}`;
    return false;
  };
  return check(value, say) ? { ok: true, value } : { ok: false, reason };
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
