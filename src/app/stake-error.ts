import { coordError, type CoordError } from "../domain/errors.ts";
import type { PathId } from "../domain/path.ts";
import { pathWord } from "../domain/quote.ts";
import type { Stake } from "../domain/release.ts";

/** The ways of having no lock (any more). */
export type NoLock = Extract<Stake, { readonly stake: "held" | "expired" | "lost" }>;

/** LOCK_HELD, LOCK_EXPIRED or CONFLICT for somebody who wanted to do something with a lock that he has not. */
export function stakeError(stake: NoLock, path: PathId, typed: string, verb: "release" | "renew"): CoordError {
  const subject = `"${path.file_path}"`;
  const word = pathWord(typed);
  switch (stake.stake) {
    case "held":
      return coordError("LOCK_HELD", `Cannot ${verb} ${subject}: held by ${stake.by.locked_by.instance_id}`, {
        hint: `coord lock wait ${word} --timeout 60s`,
      });
    case "expired":
      return coordError(
        "LOCK_EXPIRED",
        `The lock on ${subject} had ended before it was ${verb}d; nobody has had it since`,
        { hint: verb === "release" ? "nothing is left to release" : `coord lock acquire ${word}` },
      );
    case "lost": {
      const by = stake.by === undefined ? "another instance" : stake.by.locked_by.instance_id;
      return coordError(
        "CONFLICT",
        `The lock on ${subject} had ended before it was ${verb}d, and ${by} was granted it since`,
        { hint: `compare before you go on: git diff -- ${word}` },
      );
    }
  }
  return stake satisfies never;
}
