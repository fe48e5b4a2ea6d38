/**
 * What macOS gives only through system calls: the clock that neither jumps nor counts sleep, the identities of machine
 * and boot, and the start time of a process. Files go through `node:fs` there.
 */
import { dlopen } from "bun:ffi";

const SYMBOLS = {
  clock_gettime_nsec_np: { args: ["u32"], returns: "u64" },
  sysctlbyname: { args: ["ptr", "ptr", "ptr", "ptr", "u64"], returns: "i32" },
  gethostuuid: { args: ["ptr", "ptr"], returns: "i32" },
  proc_pidinfo: { args: ["i32", "i32", "u64", "ptr", "i32"], returns: "i32" },
  poll: { args: ["ptr", "u32", "i32"], returns: "i32" },
} as const;

const CLOCK_UPTIME_RAW = 8;
const PROC_PIDTBSDINFO = 3;
/** sizeof(struct proc_bsdinfo), <sys/proc_info.h>. */
export const BSDINFO_SIZE = 136;

export interface Darwin {
  readonly monotonicMs: () => number;
  readonly bootSession: () => string | undefined;
  readonly hostUuid: () => string | undefined;
  /** The raw proc_bsdinfo of a process, or undefined when the system does not tell. */
  readonly bsdInfo: (pid: number) => Uint8Array | undefined;
  readonly readable: (fd: number, ms: number) => boolean;
}

export function loadDarwin(): Darwin {
  const lib = dlopen("libSystem.B.dylib", SYMBOLS).symbols;
  return {
    monotonicMs: () => Number(lib.clock_gettime_nsec_np(CLOCK_UPTIME_RAW)) / 1e6,
    bootSession: () => {
      const value = new Uint8Array(64);
      const size = new BigUint64Array([64n]);
      const name = new TextEncoder().encode("kern.bootsessionuuid\0");
      if (lib.sysctlbyname(name, value, size, null, 0) !== 0) return undefined;
      return new TextDecoder().decode(value.subarray(0, value.indexOf(0)));
    },
    hostUuid: () => {
      const uuid = new Uint8Array(16);
      // A timeout of one second: the call may ask a daemon.
      if (lib.gethostuuid(uuid, new BigInt64Array([1n, 0n])) !== 0) return undefined;
      return uuid.toHex();
    },
    bsdInfo: (pid) => {
      const info = new Uint8Array(BSDINFO_SIZE);
      return lib.proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, info, BSDINFO_SIZE) === BSDINFO_SIZE ? info : undefined;
    },
    readable: (fd, ms) => {
      // struct pollfd: int fd; short events; short revents. POLLIN is 1.
      return lib.poll(new Int32Array([fd, 1]), 1, Math.max(0, Math.ceil(ms))) > 0;
    },
  };
}

/** Start time and state in a proc_bsdinfo: `pbi_start_tvsec.pbi_start_tvusec`, and whether it is a zombie (SZOMB). */
export function parseBsdInfo(info: Uint8Array): {
  readonly start: string;
  readonly zombie: boolean;
  readonly ppid: number;
} {
  const view = new DataView(info.buffer, info.byteOffset, info.byteLength);
  const micros = view.getBigUint64(120, true) * 1_000_000n + view.getBigUint64(128, true);
  return { start: micros.toString(), zombie: view.getUint32(4, true) === 5, ppid: view.getUint32(16, true) };
}
