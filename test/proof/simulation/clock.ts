/** The time of a simulated machine: it goes on only when it is told to. */
import type { Stamp } from "../../../src/domain/time.ts";

export interface Clock {
  readonly now: () => Stamp;
  /** Time goes by, on both clocks. Milliseconds. */
  readonly pass: (ms: number) => void;
  /** Time goes by until the monotonic clock shows this; nothing if it does already. */
  readonly passUntil: (monoMs: number) => void;
  /** The machine is asleep: the wall clock goes on, the monotonic clock does not count it. Milliseconds. */
  readonly sleep: (ms: number) => void;
  /** Somebody sets the wall clock, ahead or back. Milliseconds. */
  readonly set: (ms: number) => void;
  /** The machine is off for so long, and then another boot has a monotonic clock of its own. Milliseconds. */
  readonly reboot: (ms: number) => void;
  /** How often the two clocks have come apart so far: one jump may undo another. */
  readonly jumps: () => number;
}

const MORNING_MS = Date.UTC(2026, 0, 8, 8);
const SINCE_BOOT_MS = 3_600_000;

/** What the wall clock is ahead of the monotonic one until the machine sleeps. Milliseconds. */
export const WALL_AHEAD_MS = MORNING_MS - SINCE_BOOT_MS;

export function virtualClock(): Clock {
  let [wall, mono, boot] = [MORNING_MS, SINCE_BOOT_MS, 1];
  let jumps = 0;
  const jump = (ms: number): void => {
    wall += ms;
    jumps += 1;
  };
  const pass = (ms: number): void => {
    wall += ms;
    mono += ms;
  };
  return {
    now: () => ({ wall_ms: wall, mono_ms: mono, boot: `boot${boot}` }),
    pass,
    passUntil: (monoMs) => pass(Math.max(0, monoMs - mono)),
    sleep: jump,
    set: jump,
    reboot: (ms) => {
      jump(ms);
      mono = SINCE_BOOT_MS;
      boot += 1;
    },
    jumps: () => jumps,
  };
}

/** How long ago a moment was, as DESIGN section 2 has it: the monotonic clock within a boot, else the wall clock. Milliseconds. */
export function sinceMs(then: Stamp, now: Stamp): number {
  return Math.max(0, then.boot === now.boot ? now.mono_ms - then.mono_ms : now.wall_ms - then.wall_ms);
}
