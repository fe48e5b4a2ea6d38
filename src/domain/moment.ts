import { parseDuration } from "./duration.ts";

/** A day without a time is a whole one: it begins at `fromMs` and its last millisecond is `toMs`. Milliseconds, UTC. */
export interface Moment {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What parses, for messages. */
export const MOMENT_EXAMPLES = '"2d", "90m", "2026-01-08" or "2026-01-08T12:00:00Z"';

const DAY_MS = 86_400_000;
const FORM = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A time in the past as a person writes it: so long ago (`2d`), a day in UTC, or a time, in UTC unless it names its
 * zone, because that is how coord prints times. Undefined for anything else, such as a day that no calendar has.
 */
export function parseMoment(text: string, nowMs: number): Moment | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return { fromMs: nowMs - ago, toMs: nowMs - ago };
  const [, day, time, seconds = "00", zone = "Z"] = FORM.exec(text) ?? [];
  if (day === undefined) return undefined;
  const fromMs = Date.parse(`${day}T00:00:00Z`);
  // Date.parse takes the 30th of February for the 1st of March.
  if (Number.isNaN(fromMs) || new Date(fromMs).toISOString().slice(0, 10) !== day) return undefined;
  if (time === undefined) return { fromMs, toMs: fromMs + DAY_MS - 1 };
  const ms = Date.parse(`${day}T${time}:${seconds}${zone}`);
  if (Number.isNaN(ms) || time.startsWith("24")) return undefined;
  return { fromMs: ms, toMs: ms + 999 };
}
