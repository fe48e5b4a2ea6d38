import * as v from "valibot";
import { parseText, type Check, type Parsed } from "./json.ts";

/** The same as in json.ts for schemas that are not compiled: off the hook path. */
export function parseValid<T>(schema: v.GenericSchema<unknown, T>, text: string): Parsed<T> {
  const parsed = parseText(text);
  return parsed.ok ? valid(schema, parsed.value) : parsed;
}

export function valid<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Parsed<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  return { ok: false, reason: where === null ? issue.message : `${where}: ${issue.message}` };
}

/** A schema as a check, for readers that take compiled ones. Fills in defaults as those do. */
export function checkOf<T>(schema: v.GenericSchema<unknown, T>): Check<T> {
  return (value, say): value is T => {
    const parsed = valid(schema, value);
    if (!parsed.ok) return say("", parsed.reason);
    if (typeof value === "object" && value !== null) Object.assign(value, parsed.value);
    return true;
  };
}
