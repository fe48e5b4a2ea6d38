import type { Darwin } from "./darwin.ts";
import { libcSys } from "./libc.ts";
import type { Sys } from "./types.ts";

export interface Native {
  readonly sys: Sys;
  /** Present on macOS only. */
  readonly darwin: Darwin | undefined;
}

/** glibc first, then the names under which musl installs itself. */
const LIBC_NAMES = {
  x64: ["libc.so.6", "libc.musl-x86_64.so.1"],
  arm64: ["libc.so.6", "libc.musl-aarch64.so.1"],
} as const;

/** Picks the system layer for this machine. `node:fs` is only loaded where libc cannot be called. */
export async function loadNative(): Promise<Native> {
  if (process.platform === "darwin") {
    const [{ loadDarwin }, { nodeSys }] = await Promise.all([import("./darwin.ts"), import("./node.ts")]);
    return darwinNative(loadDarwin(), nodeSys);
  }
  if (process.arch === "x64" || process.arch === "arm64") {
    try {
      return { sys: libcSys(process.arch, LIBC_NAMES[process.arch]), darwin: undefined };
    } catch {
      // A libc of another name: node:fs serves as well, only slower.
    }
  }
  const { nodeSys } = await import("./node.ts");
  // Bun's hrtime counts from the start of the process; the time since boot of /proc/uptime makes it comparable.
  return { sys: nodeSys(uptimeMs()), darwin: undefined };
}

/** `node:fs`, but for what it lacks or does less well than the system. */
export function darwinNative(darwin: Darwin, nodeSys: (monotonicMs: () => number) => Sys): Native {
  const node = nodeSys(darwin.monotonicMs);
  const sys: Sys = {
    ...node,
    readable: darwin.readable,
    ignores: darwin.ignores,
    fsync: (fd) => (darwin.fullSync(fd) ? "" : node.fsync(fd)),
  };
  return { sys, darwin };
}

/** A monotonic clock from process-relative time and the uptime, which unlike CLOCK_MONOTONIC counts sleep. */
function uptimeMs(): () => number {
  const base = Bun.nanoseconds() / 1e6;
  let offset: number | undefined;
  return () => {
    offset ??= osUptimeMs() - base;
    return offset + Bun.nanoseconds() / 1e6;
  };
}

function osUptimeMs(): number {
  const os = process.getBuiltinModule("os");
  return os.uptime() * 1000;
}
