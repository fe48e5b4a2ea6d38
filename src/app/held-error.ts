import { coordError, type CoordError } from "../domain/errors.ts";
import { pathWord } from "../domain/quote.ts";
import { durationText } from "../domain/duration.ts";
import type { PathId } from "../domain/path.ts";
import type { LockInfo } from "./lock-view.ts";

/** A lock in somebody's way, on a path that he asked for. */
export interface Barred {
  /** The path as it was typed: a command that names it works in the same folder. */
  readonly typed: string;
  readonly path: PathId;
  readonly lock: LockInfo;
}

/** What was attempted in vain. */
export interface Attempt {
  readonly what: "lock" | "wait";
  /** Every path that was asked for, as typed. */
  readonly asked: readonly string[];
  /** How long it was tried; undefined: not at all. Milliseconds. */
  readonly waitedMs: number | undefined;
}

/** LOCK_HELD: names every path that is held, with all of its holders, and what to type next. */
export function heldError(barred: readonly Barred[], { what, asked, waitedMs }: Attempt): CoordError {
  const holders = barred.map(({ lock }) => lock);
  const paths = [...Map.groupBy(barred, ({ path }) => path.key).values()].map((bars) => heldPath(bars, what, waitedMs));
  const nothing = asked.length > 1 ? "; nothing was locked" : "";
  const message =
    what === "lock"
      ? `Cannot lock ${paths.join("; nor ")}${nothing}`
      : `Waited ${durationText(waitedMs ?? 0)} for ${paths.join("; and for ")}`;
  return coordError("LOCK_HELD", message, {
    hint: nextStep(asked, barred, what === "lock" && waitedMs !== undefined),
    data: { holders, queue_position: null },
  });
}

function heldPath(bars: readonly Barred[], what: Attempt["what"], waitedMs: number | undefined): string {
  const name = `"${bars[0]?.typed ?? ""}"`;
  const after = what === "wait" || waitedMs === undefined ? "" : ` after waiting ${durationText(waitedMs)}`;
  const holders = bars.map(
    ({ lock }) => `by ${lock.locked_by.instance_id} since ${lock.locked_at}, until ${lock.expires_at} unless renewed`,
  );
  return `${name}${after}: ${waitedMs === undefined ? "" : "still "}held ${holders.join(", and ")}`;
}

function nextStep(asked: readonly string[], barred: readonly Barred[], hasWaited: boolean): string {
  if (hasWaited) return "coord status --verbose";
  if (asked.length > 1) return `coord lock acquire ${asked.map(pathWord).join(" ")} --wait 60s`;
  return `coord lock wait ${pathWord(barred[0]?.typed ?? "")} --timeout 60s`;
}
