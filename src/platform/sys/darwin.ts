/**
 * What macOS gives only through system calls: the clock that neither jumps nor counts sleep, the identities of machine
 * and boot, what is known of a process, and flushing a disk's own cache. Files go through `node:fs` there.
 */
import { dlopen } from "bun:ffi";

/** Each is in <time.h>, <sys/sysctl.h>, <unistd.h>, <libproc.h>, <poll.h>, <signal.h>, <fcntl.h> of macOS since 10.12. */
export const SYMBOLS = {
  clock_gettime_nsec_np: { args: ["u32"], returns: "u64" },
  sysctlbyname: { args: ["ptr", "ptr", "ptr", "ptr", "u64"], returns: "i32" },
  gethostuuid: { args: ["ptr", "ptr"], returns: "i32" },
  proc_pidinfo: { args: ["i32", "i32", "u64", "ptr", "i32"], returns: "i32" },
  proc_pidpath: { args: ["i32", "ptr", "u32"], returns: "i32" },
  poll: { args: ["ptr", "u32", "i32"], returns: "i32" },
  sigaction: { args: ["i32", "ptr", "ptr"], returns: "i32" },
  fcntl: { args: ["i32", "i32"], returns: "i32" },
} as const;

/** A whole path: a name alone dlopen(3) would look for in the current folder too, which is the project's. */
export const LIBRARY = "/usr/lib/libSystem.B.dylib";

const CLOCK_UPTIME_RAW = 8;
const PROC_PIDTBSDINFO = 3;
/** The argument of that flavor: look among the zombies too. Without it the system denies knowing one (xnu, proc_info.c). */
const ZOMBIES_TOO = 1;
const PROC_PIDPATHINFO_MAXSIZE = 4096;
const SIG_IGN = 1n;
/** fsync(2) of macOS leaves what it was given in the disk's cache; this does not. It takes no third argument. */
const F_FULLFSYNC = 51;
/** sizeof(struct proc_bsdinfo), <sys/proc_info.h>. */
export const BSDINFO_SIZE = 136;

type Bytes = Uint8Array<ArrayBuffer>;

/** Methods, not properties: bun:ffi's own types take only opaque pointers where the system takes any memory. */
export interface DarwinLibrary {
  clock_gettime_nsec_np(clock: number): number | bigint;
  sysctlbyname(name: Bytes, value: Bytes, size: BigUint64Array, into: null, length: number): number;
  gethostuuid(uuid: Bytes, timeout: BigInt64Array): number;
  proc_pidinfo(pid: number, flavor: number, arg: number, into: Bytes, size: number): number;
  proc_pidpath(pid: number, into: Bytes, size: number): number;
  poll(fds: Int32Array, count: number, ms: number): number;
  sigaction(signal: number, action: null, into: BigUint64Array): number;
  fcntl(fd: number, command: number): number;
}

export interface Darwin {
  readonly monotonicMs: () => number;
  readonly bootSession: () => string | undefined;
  readonly hostUuid: () => string | undefined;
  /** The raw proc_bsdinfo of a process, zombies included, or undefined when the system does not tell. */
  readonly bsdInfo: (pid: number) => Uint8Array | undefined;
  /** The file that a process runs, its links resolved. */
  readonly programPath: (pid: number) => string | undefined;
  readonly readable: (fd: number, ms: number) => boolean;
  /** Whether this process ignores a signal. */
  readonly ignores: (signal: number) => boolean;
  /** Flushes a file to the disk and the disk's cache; false where the file system cannot, and fsync(2) has to do. */
  readonly fullSync: (fd: number) => boolean;
}

export function loadDarwin(): Darwin {
  return darwinOn(dlopen(LIBRARY, SYMBOLS).symbols);
}

export function darwinOn(lib: DarwinLibrary): Darwin {
  return {
    monotonicMs: () => Number(lib.clock_gettime_nsec_np(CLOCK_UPTIME_RAW)) / 1e6,
    bootSession: () => {
      const value = new Uint8Array(64);
      const size = new BigUint64Array([64n]);
      const name = new TextEncoder().encode("kern.bootsessionuuid\0");
      return lib.sysctlbyname(name, value, size, null, 0) === 0 ? cText(value) : undefined;
    },
    hostUuid: () => {
      const uuid = new Uint8Array(16);
      // A timeout of one second: the call may ask a daemon.
      if (lib.gethostuuid(uuid, new BigInt64Array([1n, 0n])) !== 0) return undefined;
      return uuid.toHex();
    },
    bsdInfo: (pid) => {
      const info = new Uint8Array(BSDINFO_SIZE);
      const size = lib.proc_pidinfo(pid, PROC_PIDTBSDINFO, ZOMBIES_TOO, info, BSDINFO_SIZE);
      return size === BSDINFO_SIZE ? info : undefined;
    },
    programPath: (pid) => {
      const path = new Uint8Array(PROC_PIDPATHINFO_MAXSIZE);
      return lib.proc_pidpath(pid, path, PROC_PIDPATHINFO_MAXSIZE) > 0 ? cText(path) : undefined;
    },
    readable: (fd, ms) => {
      // struct pollfd: int fd; short events; short revents. POLLIN is 1.
      return lib.poll(new Int32Array([fd, 1]), 1, Math.max(0, Math.ceil(ms))) > 0;
    },
    ignores: (signal) => {
      // struct sigaction: the handler's address, then a mask and flags of 32 bits each.
      const action = new BigUint64Array(2);
      return lib.sigaction(signal, null, action) === 0 && action[0] === SIG_IGN;
    },
    fullSync: (fd) => lib.fcntl(fd, F_FULLFSYNC) === 0,
  };
}

function cText(bytes: Bytes): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

export interface BsdInfo {
  /** `pbi_start_tvsec.pbi_start_tvusec`, microseconds since 1970. */
  readonly start: string;
  /** True in the state SZOMB. */
  readonly zombie: boolean;
  readonly ppid: number;
  /** The name of the file that it runs, links resolved, cut to 15 bytes. */
  readonly command: string;
}

/** What coord asks of a proc_bsdinfo. */
export function parseBsdInfo(info: Uint8Array): BsdInfo {
  const view = new DataView(info.buffer, info.byteOffset, info.byteLength);
  const micros = view.getBigUint64(120, true) * 1_000_000n + view.getBigUint64(128, true);
  return {
    start: micros.toString(),
    zombie: view.getUint32(4, true) === 5,
    ppid: view.getUint32(16, true),
    command: cText(Uint8Array.from(info.subarray(48, 64))),
  };
}
