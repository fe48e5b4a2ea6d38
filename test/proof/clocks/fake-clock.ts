/**
 * A wall clock that lies to one process: libfaketime, preloaded. What it does to a Bun binary: `Date` lies, the
 * monotonic clock does not (coord asks the kernel by number, which no preloaded library sees), nor do file times.
 */
import { existsSync } from "node:fs";
import type { Vars } from "../../hooks/project.ts";

const LIBRARY = ["x86_64", "aarch64"]
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));

/** `+301s`, `-1d`: so far off. `@1970-01-01 00:00:10`: it shows that at the start. Without the `@` it stands still. */
export interface FakeClock {
  readonly name: string;
  readonly shows: string;
  /** What it should show to a process that starts `atMs`, milliseconds since 1970. */
  readonly expectedMs: (atMs: number) => number;
}

function off(name: string, seconds: number): FakeClock {
  return { name, shows: `${seconds < 0 ? "" : "+"}${seconds}s`, expectedMs: (atMs) => atMs + seconds * 1000 };
}

function starting(time: string): FakeClock {
  return { name: `from ${time}`, shows: `@${time}`, expectedMs: () => Date.parse(`${time.replace(" ", "T")}Z`) };
}

function frozen(time: string): FakeClock {
  return { name: `standing still at ${time}`, shows: time, expectedMs: () => Date.parse(`${time.replace(" ", "T")}Z`) };
}

const DAY_S = 86_400;

export const CLOCKS: readonly FakeClock[] = [
  off("1 s ahead", 1),
  off("1 s behind", -1),
  off("301 s ahead", 301),
  off("301 s behind", -301),
  off("a day ahead", DAY_S),
  off("a day behind", -DAY_S),
  starting("1970-01-01 00:00:10"),
  starting("2038-01-19 03:14:05"),
  starting("2038-01-20 00:00:00"),
  starting("2106-02-07 06:28:13"),
  frozen("2026-06-01 12:00:00"),
  frozen("1970-01-01 00:00:00"),
];

/** What makes a process that gets these variables see that clock. */
export function underClock(clock: Pick<FakeClock, "shows">): Vars {
  return { ...preload(), FAKETIME: clock.shows };
}

/** The clock that is written in the file, looked up at every question: it can be set while the process runs. */
export function underClockOf(file: string): Vars {
  return { ...preload(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1" };
}

function preload(): Vars {
  if (LIBRARY === undefined) throw new Error("libfaketime is not installed: apt-get install libfaketime");
  return { LD_PRELOAD: LIBRARY, TZ: "UTC", FAKETIME_DONT_FAKE_MONOTONIC: "1", NO_FAKE_STAT: "1" };
}
