import { readFileSync } from "node:fs";
import type { Call } from "../stand-in/client.ts";

/**
 * The most memory that a process had, in MB, the largest of `runs`.
 *
 * On Linux not from its rusage: Bun starts it with vfork, and the kernel counts what the parent had before exec as the
 * child's. VmHWM (proc(5)) is its own, but is gone with it, so it is read all the time while the process runs; what
 * is missed at the end of one run is seen in another.
 */
export async function peakMemory({ command, env, stdin }: Call, cwd: string, runs: number): Promise<number> {
  let peak = 0;
  for (let run = 0; run < runs; run += 1) {
    const child = Bun.spawn([...command], {
      cwd,
      env,
      stdin: new Blob([stdin]),
      stdout: Bun.file("/dev/null"),
      stderr: "ignore",
    });
    if (process.platform === "linux") peak = Math.max(peak, watch(child.pid));
    await child.exited;
    if (process.platform !== "linux") peak = Math.max(peak, (child.resourceUsage()?.maxRSS ?? 0) / 1e6);
  }
  return peak;
}

/** Reads until the process has no memory any more. */
function watch(pid: number): number {
  let peakKb = 0;
  for (;;) {
    const kb = highWaterKb(pid);
    if (kb === undefined) return (peakKb * 1024) / 1e6;
    peakKb = Math.max(peakKb, kb);
  }
}

function highWaterKb(pid: number): number | undefined {
  try {
    const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kb === undefined ? undefined : Number(kb);
  } catch {
    return undefined;
  }
}
