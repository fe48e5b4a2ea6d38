import { parseFullDecisionId, type DecisionId } from "./decision-id.ts";
import { SCHEMA_VERSION } from "./view.ts";

/** `decision-counter.json`: which number was last given out, and to whom. A hint that may be lost: IDs are unique without. */
export interface DecisionCounter {
  readonly schema_version: string;
  readonly day: string;
  readonly last: number;
  /** The last IDs that were given out, oldest first. Some may never have been used. */
  readonly recent: readonly string[];
}

/** As many as the derived log holds: then those who add at the same time find each other's. */
export const MAX_RECENT = 100;

/**
 * True when the counter cannot say how far the day's numbers have gone: missing, or of another day. Also of an earlier
 * one: a clock that was set back counts there, and this day may have been before.
 */
export function needsFloor(counter: DecisionCounter | undefined, day: string): boolean {
  return counter?.day !== day;
}

/** The day's next number. `floor` is the highest that is known to be taken, 0 for none. */
export function nextNumber(counter: DecisionCounter | undefined, day: string, floor: number): number {
  const last = counter?.day === day ? counter.last : highestNumber(parsed(counter?.recent ?? []), day);
  return Math.max(last, floor) + 1;
}

function parsed(ids: readonly string[]): readonly DecisionId[] {
  return ids.flatMap((id) => parseFullDecisionId(id) ?? []);
}

/** The counter after `number` of `day` was given out as `id`. */
export function advanced(
  counter: DecisionCounter | undefined,
  day: string,
  number: number,
  id: string,
): DecisionCounter {
  const recent = [...(counter?.recent ?? []), id].slice(-MAX_RECENT);
  return { schema_version: SCHEMA_VERSION, ...counter, day, last: number, recent };
}

/** Numbers above this are somebody's joke and do not move the counter. */
const HIGHEST_FLOOR = 99_999_999;

/** The highest number of a day. */
export function highestNumber(ids: Iterable<DecisionId>, day: string): number {
  let highest = 0;
  for (const id of ids) {
    if (id.day === day && id.number > highest && id.number <= HIGHEST_FLOOR) highest = id.number;
  }
  return highest;
}

/** The day that an ID gets which has to be newer than `older`: today, or that one's if it lies ahead of today. */
export function dayAfter(today: string, older: DecisionId | undefined): string {
  return older !== undefined && older.day > today ? older.day : today;
}

/** The highest number that an ID of `day` must exceed to be newer than `older`. */
export function floorAbove(older: DecisionId | undefined, day: string): number {
  return older?.day === day ? older.number : 0;
}
