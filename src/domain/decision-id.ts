/**
 * `DEC-YYYYMMDD-NNNN-<6 hex>`: the day in UTC, the day's number, and a suffix that keeps the IDs of branches and
 * machines apart. The bash edition's IDs have no suffix; so written, an ID means every decision of that day and number.
 */
export interface DecisionId {
  /** `20260108` */
  readonly day: string;
  readonly number: number;
  /** Empty in the short form. */
  readonly suffix: string;
}

const FORM = /^dec-(\d{8})-(\d{4,12})(?:-([0-9a-f]{6}))?$/;

/** Undefined for what is no ID, such as a day that no calendar has. Letters may be written in either case. */
export function parseDecisionId(text: string): DecisionId | undefined {
  const [, day, digits, suffix = ""] = FORM.exec(text.toLowerCase()) ?? [];
  if (day === undefined || digits === undefined || !isDay(day)) return undefined;
  if (digits.length > 4 && digits.startsWith("0")) return undefined;
  return { day, number: Number(digits), suffix };
}

const STORED = /^DEC-(\d{8})-(\d{4}|[1-9]\d{4,11})-([0-9a-f]{6})$/;

/** The same for an ID that names one decision, written exactly as it is stored. Quick: there may be many. */
export function parseFullDecisionId(text: string): DecisionId | undefined {
  const [, day, digits, suffix] = STORED.exec(text) ?? [];
  if (day === undefined || digits === undefined || suffix === undefined || !isDay(day)) return undefined;
  return { day, number: Number(digits), suffix };
}

export function formatDecisionId({ day, number, suffix }: DecisionId): string {
  const short = `DEC-${day}-${String(number).padStart(4, "0")}`;
  return suffix === "" ? short : `${short}-${suffix}`;
}

/** Below 0 when `a` is the older one: day, number, suffix. Numbers count as numbers. */
export function compareDecisionIds(a: DecisionId, b: DecisionId): number {
  if (a.day !== b.day) return a.day < b.day ? -1 : 1;
  if (a.number !== b.number) return a.number - b.number;
  return a.suffix === b.suffix ? 0 : a.suffix < b.suffix ? -1 : 1;
}

/** Newest first. */
export function newestFirst(ids: readonly DecisionId[]): readonly DecisionId[] {
  return ids.toSorted((a, b) => compareDecisionIds(b, a));
}

/** True when `wanted`, in either form, means `id`. */
export function meansDecision(wanted: DecisionId, id: DecisionId): boolean {
  return wanted.day === id.day && wanted.number === id.number && (wanted.suffix === "" || wanted.suffix === id.suffix);
}

/** The folder of a decision: `2026-01`. */
export function monthOfDecision({ day }: DecisionId): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}`;
}

/** The day of an ID that is given now, from a time as `isoSeconds` writes it. */
export function dayOfTime(isoTime: string): string {
  return isoTime.slice(0, 10).replaceAll("-", "");
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isDay(day: string): boolean {
  const [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(4, 6)), Number(day.slice(6, 8))];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year > 0 && date >= 1 && date <= (month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0));
}
