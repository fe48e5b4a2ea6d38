const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a duration looks like; also part of the published schema of `config.json`. */
export const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** `500ms`, `90s`, `10m`, `2h`, `1d` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  const [, value, unit] = match ?? [];
  if (value === undefined || unit === undefined) return undefined;
  const factor = UNITS[unit];
  return factor === undefined ? undefined : Math.round(Number(value) * factor);
}

/** What parses, for messages. */
export const DURATION_EXAMPLES = '"500ms", "90s", "10m", "2h" or "1d"';

/** A span for people, as they would type it: `50ms`, `1.5s`, `90s`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  return `${ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)}s`;
}

/** An exact duration as it is written for `parseDuration`: `60s`, `5m`, `1500ms`; the largest unit of which it is at least two. */
export function writtenDuration(ms: number): string {
  const units = Object.entries(UNITS).toReversed();
  const unit = units.find(([, factor]) => ms >= 2 * factor && ms % factor === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}
