import { coordError, type CoordError } from "../domain/errors.ts";
import { pathWord } from "../domain/quote.ts";
import type { Stake } from "../domain/release.ts";

/** The ways of having no lock (any more). */
export type NoLock = Extract<Stake, { readonly stake: "held" | "expired" | "lost" }>;

const DONE = { release: "released", renew: "renewed" } as const;

/** LOCK_HELD, LOCK_EXPIRED or CONFLICT for somebody who wanted to do something with a lock that he has not, on a path as typed. */
export function stakeError(stake: NoLock, typed: string, verb: "release" | "renew"): CoordError {
  const subject = `"${typed}"`;
  const word = pathWord(typed);
  switch (stake.stake) {
    case "held":
      return coordError("LOCK_HELD", `Cannot ${verb} ${subject}: held by ${stake.by.locked_by.instance_id}`, {
        hint: verb === "release" ? `coord lock check ${word}` : `coord lock wait ${word} --timeout 60s`,
      });
    case "expired":
      return coordError("LOCK_EXPIRED", `The lock on ${subject} ${howEnded(stake, verb)}; nobody has had it since`, {
        hint: verb === "release" ? "nothing is left to release" : `coord lock acquire ${word}`,
      });
    case "lost":
      return coordError(
        "CONFLICT",
        `The lock on ${subject} ${howEnded(stake, verb)}, and ${stake.to} was granted it since`,
        {
          hint: `compare before you go on: git diff -- ${word}`,
        },
      );
  }
  return stake satisfies never;
}

function howEnded({ forced }: Exclude<NoLock, { readonly stake: "held" }>, verb: keyof typeof DONE): string {
  return forced === undefined
    ? `had ended before it was ${DONE[verb]}`
    : `was ended by force by ${forced.by} at ${forced.at}`;
}
