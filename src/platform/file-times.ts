/**
 * What a file's times tell, and what not: a file that is written twice within one tick of their clock bears the time of
 * both writes.
 */
import type { FileStat } from "./sys/types.ts";

/** Kernels tick every 1 to 10 ms; a busy machine may be late. Milliseconds. */
const TICK_MS = 50;
/** The coarsest clock of a file system: FAT's. Milliseconds. */
const COARSE_MS = 2000;

/**
 * How much later than `ns` (nanoseconds since 1970, as text) what it tells of may have happened, but for the kernel's own
 * tick. Old file systems (ext4 with inodes of 128 bytes, ext3, HFS+, FAT) keep whole seconds. Milliseconds.
 */
function grainMs(ns: string): number {
  return ns.endsWith("000000000") ? COARSE_MS : 0;
}

/** The latest moment, in milliseconds since 1970, at which the content may have been written by its time of change. */
export function latestChangeMs({ mtimeNs }: FileStat): number {
  return Number(mtimeNs) / 1e6 + grainMs(mtimeNs);
}

/** True when the file may be written again at `wallMs` or later and bear the very same times. */
export function mayChangeUnseen({ mtimeNs, ctimeNs }: FileStat, wallMs: number): boolean {
  return isOfNow(mtimeNs, wallMs) || isOfNow(ctimeNs, wallMs);
}

function isOfNow(ns: string, wallMs: number): boolean {
  const sinceMs = wallMs - Number(ns) / 1e6;
  return sinceMs >= -TICK_MS && sinceMs <= grainMs(ns) + TICK_MS;
}

/** True when one of the times is of a clock so coarse that a program may well write twice within its tick. */
export function isCoarse({ mtimeNs, ctimeNs }: FileStat): boolean {
  return grainMs(mtimeNs) > 0 || grainMs(ctimeNs) > 0;
}
