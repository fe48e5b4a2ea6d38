import { coordError } from "../domain/errors.ts";
import { MOMENT_EXAMPLES, parseMoment, type Moment } from "../domain/moment.ts";

/**
 * The value of a flag that names a time in the past.
 * @throws USAGE, naming the flag and what would parse; also for a time that has not come yet.
 */
export function momentFlag(flag: string, value: string, nowMs: number): Moment {
  const moment = parseMoment(value, nowMs);
  const what = `--${flag} "${value}"`;
  if (moment === undefined) {
    throw coordError("USAGE", `${what} is not a time`, { hint: `Write ${MOMENT_EXAMPLES}` });
  }
  if (moment.fromMs <= nowMs) return moment;
  throw coordError("USAGE", `${what} lies in the future`, { hint: `Write a time that has passed: ${MOMENT_EXAMPLES}` });
}
