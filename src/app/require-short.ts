import { coordError } from "../domain/errors.ts";
import { countCharacters } from "../domain/text.ts";

/** Throws USAGE when a text that others are to read is longer than `most` characters. */
export function requireShort(what: string, text: string, most: number): void {
  if (countCharacters(text) <= most) return;
  throw coordError("USAGE", `The ${what} is longer than ${most} characters`, { hint: "say it in a few words" });
}
