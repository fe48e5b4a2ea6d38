import { shellWord } from "../../domain/quote.ts";

/** A path as a word of a command; `PATH` for a name that cannot be typed. */
export function word(path: string): string {
  return shellWord(path) ?? "PATH";
}
