/**
 * Linux can shift the monotonic clock and the start times of processes for a group of processes, as it does for a
 * container that was moved to another machine: time_namespaces(7). The boot is the same, the numbers are not.
 */
import { failed, type Sys } from "./sys/types.ts";
import { readText } from "./text-file.ts";

export interface TimeShift {
  /** How far the monotonic clock is ahead of the machine's own. Milliseconds; undefined when nobody can tell. */
  readonly monotonicMs: number | undefined;
  /** Names the shift of start times, "" for none: equal texts are equal shifts. */
  readonly starts: string;
}

const NONE: TimeShift = { monotonicMs: 0, starts: "" };
/** TIME_NS_INIT_INO of linux/nsfs.h: the namespace that shifts nothing. */
const FIRST = "time:[4026531834]";

export function timeShift(sys: Sys): TimeShift {
  const ns = sys.readlink("/proc/self/ns/time");
  // A kernel without time namespaces has no such link.
  if (failed(ns) || ns.target === FIRST) return NONE;
  const offsets = readText(sys, "/proc/self/timens_offsets", 256);
  return (failed(offsets) ? undefined : parseOffsets(offsets.text)) ?? { monotonicMs: undefined, starts: ns.target };
}

/** Parses `monotonic SECONDS NANOSECONDS` and `boottime SECONDS NANOSECONDS`, a line each. */
export function parseOffsets(text: string): TimeShift | undefined {
  const monotonic = /^monotonic\s+(-?\d+)\s+(\d+)$/m.exec(text);
  const boottime = /^boottime\s+(-?\d+)\s+(\d+)$/m.exec(text);
  if (monotonic === null || boottime === null) return undefined;
  const [, seconds, nanos] = boottime;
  return {
    monotonicMs: Number(monotonic[1]) * 1000 + Number(monotonic[2]) / 1e6,
    starts: Number(seconds) === 0 && Number(nanos) === 0 ? "" : `${seconds}.${nanos}`,
  };
}
