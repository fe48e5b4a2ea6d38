/** What a process used, as getrusage(2) tells of children that have ended. Linux. */
import { dlopen, FFIType } from "bun:ffi";
import type { Call } from "../stand-in/client.ts";
import { timed } from "./process-run.ts";

export interface Usage {
  /** From spawn to exit. Milliseconds. */
  readonly wallMs: number;
  /** In user and kernel mode, all threads. Milliseconds. */
  readonly cpuMs: number;
  /** Pages that the kernel had to map or to clear. */
  readonly faults: number;
}

const RUSAGE_CHILDREN = -1;
/** Offsets in struct rusage (64 bit): two timevals, four longs, then ru_minflt and ru_majflt. */
const MINFLT = 8;
const MAJFLT = 9;

const libc = dlopen("libc.so.6", { getrusage: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 } });

function ofChildren(): { readonly cpuMs: number; readonly faults: number } {
  const words = new BigInt64Array(18);
  if (libc.symbols.getrusage(RUSAGE_CHILDREN, words) !== 0) throw new Error("getrusage failed");
  const word = (n: number): number => Number(words[n] ?? 0n);
  const seconds = word(0) + word(2);
  const micros = word(1) + word(3);
  return { cpuMs: seconds * 1000 + micros / 1000, faults: word(MINFLT) + word(MAJFLT) };
}

export function used(call: Call, cwd: string): Usage {
  const before = ofChildren();
  const { ms } = timed(call, cwd);
  const after = ofChildren();
  return { wallMs: ms, cpuMs: after.cpuMs - before.cpuMs, faults: after.faults - before.faults };
}
