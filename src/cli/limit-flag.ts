import { coordError } from "../domain/errors.ts";

export const DEFAULT_LIMIT = 10;
export const MAX_LIMIT = 1_000_000;

/** The value of `--limit`. Throws USAGE for what is no number or too large. */
export function limitFlag(value: string | undefined): number {
  if (value === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,7}$/.test(value) ? Number(value) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw coordError("USAGE", `--limit "${value}" is not a number from 1 to ${MAX_LIMIT}`, {
    hint: `for example --limit ${DEFAULT_LIMIT}`,
  });
}
