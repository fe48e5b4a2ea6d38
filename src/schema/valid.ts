import * as v from "valibot";
import { parseText, type Check } from "./json.ts";

/** Where in a document something is wrong. */
export interface Spot {
  /** Names and numbers from the outside in; empty for the whole document. */
  readonly path: readonly (string | number)[];
  /** True when it is the last name that is wrong, not its value. */
  readonly isName: boolean;
}

/** A value of a schema, or what is wrong and where; without a spot the text is no document at all. */
export type Valid<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string; readonly spot?: Spot };

/** The same as in json.ts for schemas that are not compiled: off the hook path. */
export function parseValid<T>(schema: v.GenericSchema<unknown, T>, text: string): Valid<T> {
  const parsed = parseText(text);
  return parsed.ok ? valid(schema, parsed.value) : parsed;
}

export function valid<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Valid<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  const what = issue.received === "undefined" ? "is missing" : issue.message;
  return { ok: false, reason: where === null ? what : `${where}: ${what}`, spot: spotOf(issue) };
}

function spotOf({ path }: v.BaseIssue<unknown>): Spot {
  const names = (path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
  return { path: names, isName: path?.at(-1)?.origin === "key" };
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
