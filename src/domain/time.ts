/**
 * A moment as it is stored: both clocks, and the boot whose monotonic clock it was.
 * Field names are those on disk.
 */
export interface Stamp {
  /** Milliseconds since 1970, UTC. */
  readonly wall_ms: number;
  /** Milliseconds of the monotonic clock. */
  readonly mono_ms: number;
  readonly boot: string;
}

/**
 * Milliseconds from `then` to `now`, never negative. Within one boot the monotonic clock counts, because wall clocks
 * jump; across boots only the wall clock is left (DESIGN section 2).
 */
export function ageMs(then: Stamp, now: Stamp): number {
  return Math.max(0, signedAgeMs(then, now));
}

/** True when `then` lies after `now`: it was written by a clock that was set back since, or is forged. */
export function liesAhead(then: Stamp, now: Stamp): boolean {
  return signedAgeMs(then, now) < 0;
}

/** Milliseconds by which `then` lies after `now`, 0 when it does not. */
export function aheadMs(then: Stamp, now: Stamp): number {
  return Math.max(0, -signedAgeMs(then, now));
}

function signedAgeMs(then: Stamp, now: Stamp): number {
  return then.boot === now.boot && then.boot !== "0" ? now.mono_ms - then.mono_ms : now.wall_ms - then.wall_ms;
}

/** `YYYY-MM-DDTHH:MM:SSZ`, the format of the bash edition: whole seconds, UTC. */
export function isoSeconds(wallMs: number): string {
  return `${new Date(clampWall(wallMs)).toISOString().slice(0, 19)}Z`;
}

/** What `Date` can hold; years beyond 9999 would not print as four digits. */
function clampWall(wallMs: number): number {
  return Number.isFinite(wallMs) ? Math.min(Math.max(wallMs, 0), 253_402_300_799_000) : 0;
}

/** The moment `ms` after `stamp`, on both clocks. */
export function later(stamp: Stamp, ms: number): Stamp {
  return { wall_ms: stamp.wall_ms + ms, mono_ms: stamp.mono_ms + ms, boot: stamp.boot };
}
