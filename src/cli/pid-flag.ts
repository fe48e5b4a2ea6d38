import { coordError } from "../domain/errors.ts";

/** The value of `--pid`. Throws USAGE for what is no process ID. */
export function pidFlag(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  // Linux ends at 2^22; nothing has more than nine digits.
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw coordError("USAGE", `--pid "${value}" is not a process ID`, { hint: "Write a number, for example --pid $$" });
}
