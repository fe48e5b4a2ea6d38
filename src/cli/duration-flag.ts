import { DURATION_EXAMPLES, parseDuration } from "../domain/duration.ts";
import { coordError } from "../domain/errors.ts";

/** A year: longer than any lock or wait makes sense, and far from where dates overflow. */
const LONGEST_MS = 365 * 86_400_000;

/**
 * The value of a duration flag in milliseconds.
 * @throws USAGE, naming the flag and what would parse, when the value does not, or lies outside `leastMs` to a year.
 */
export function durationFlag(flag: string, value: string, leastMs = 0): number {
  const ms = parseDuration(value);
  const what = `--${flag} "${value}"`;
  if (ms === undefined) {
    throw coordError("USAGE", `${what} is not a duration`, { hint: `Write a number and a unit: ${DURATION_EXAMPLES}` });
  }
  if (ms >= leastMs && ms <= LONGEST_MS) return ms;
  throw coordError("USAGE", `${what} is too ${ms < leastMs ? "short" : "long"}`, {
    hint: `Between ${leastMs}ms and 365d, for example --${flag} 10m`,
  });
}
