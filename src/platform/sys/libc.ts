/**
 * `Sys` for Linux: system calls through libc's `syscall()`, called by `bun:ffi`. It exists because importing `node:fs`
 * costs a hook a quarter of the time that an empty program takes to start. Each symbol that is bound costs 20 µs, hence
 * one for all calls; and the kernel's ABI is the same under every libc of every age.
 *
 * errno lies in thread-local memory which is read through a view made once, right after each call. The runtime could in
 * theory change it in between (a collector's signal); an errno that does not belong to the call is then "EUNKNOWN" or
 * "EINTR", which callers treat as a failure, never as ENOENT or EEXIST.
 */
import { dlopen, FFIType, toArrayBuffer, type Pointer } from "bun:ffi";
import { errnoFromNumber } from "./errno.ts";
import { ABI, type Arch } from "./linux-abi.ts";
import type { Done, Errno, FileStat, OpenMode, Sys } from "./types.ts";

const SYMBOLS = {
  // Numbers and pointers alike go as pointers: both are one register wide.
  syscall: { args: ["i64", "ptr", "ptr", "ptr", "ptr", "ptr"], returns: FFIType.i64_fast },
  realpath: { args: ["ptr", "ptr"], returns: "ptr" },
  __errno_location: { args: [], returns: "ptr" },
} as const;

const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_APPEND = 0o2000;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
/** AT_FDCWD (-100) as the kernel reads it: the lower 32 bits. */
const AT_FDCWD = 0xff_ff_ff_9c;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_REMOVEDIR = 0x200;
const CLOCK_MONOTONIC = 1;
const POLLIN = 1;
const PATH_MAX = 4096;
const TWO_32 = 4_294_967_296;
/** Offsets in struct linux_dirent64. */
const D_RECLEN = 16;
const D_NAME = 19;

type Bytes = Uint8Array<ArrayBuffer>;
type Word = number | bigint | NodeJS.TypedArray | null;

/** A method, not a property: bun:ffi's own type takes only opaque pointers where the kernel takes any word. */
interface Libc {
  syscall(nr: number, a: Word, b: Word, c: Word, d: Word, e: Word): number | bigint;
  realpath(path: Bytes, into: Bytes): Pointer | bigint | null;
  __errno_location(): Pointer | bigint | null;
}

/** The upper four bits of the mode. Shifted, because a `switch` over large numbers makes a table of their range first. */
function kindOf(mode: number): FileStat["kind"] {
  switch (mode >> 12) {
    case 0o10:
      return "file";
    case 0o04:
      return "directory";
    case 0o12:
      return "symlink";
    default:
      return "special file";
  }
}

/** Opens libc under the first of `names` that loads. Throws when there is none. */
export function libcSys(arch: Arch, names: readonly string[]): Sys {
  const libc = load(names);
  const location = libc.__errno_location();
  if (location === null) throw new Error("__errno_location gave no address");
  const errnoView = new Int32Array(toArrayBuffer(location, 0, 4));
  const errno = (): Errno => errnoFromNumber(errnoView[0] ?? 0);

  const abi = ABI[arch];
  const flags: Readonly<Record<OpenMode, number>> = {
    read: O_NONBLOCK | O_CLOEXEC | abi.O_NOFOLLOW,
    "read-through": O_NONBLOCK | O_CLOEXEC,
    create: O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | abi.O_NOFOLLOW,
    append: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC | abi.O_NOFOLLOW,
  };
  const statBytes = new Uint8Array(256);
  const statView = new DataView(statBytes.buffer);
  const pollBytes = new Uint8Array(24);
  const pollView = new DataView(pollBytes.buffer);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  const call = (nr: number, a: Word = 0, b: Word = 0, c: Word = 0, d: Word = 0, e: Word = 0): number | Errno => {
    const result = libc.syscall(nr, a, b, c, d, e);
    return result < 0 ? errno() : Number(result);
  };
  const done = (result: number | Errno): Done => (typeof result === "string" ? result : "");
  /** A path for the kernel, or undefined for one that it could not tell from a shorter one. */
  const cPath = (text: string): Bytes | undefined => (text.includes("\0") ? undefined : encoder.encode(`${text}\0`));
  const at = (nr: number, text: string, b: Word = 0, c: Word = 0): number | Errno => {
    const path = cPath(text);
    return path === undefined ? "EINVAL" : call(nr, AT_FDCWD, path, b, c);
  };
  const twoPaths = (nr: number, from: string, to: string): Done => {
    const [a, b] = [cPath(from), cPath(to)];
    return a === undefined || b === undefined ? "EINVAL" : done(call(nr, AT_FDCWD, a, AT_FDCWD, b));
  };
  // Two halves instead of BigInt, whose first use in a process costs more than all of these calls.
  const whole = (offset: number): number =>
    statView.getUint32(offset, true) + statView.getUint32(offset + 4, true) * TWO_32;
  const exact = (offset: number): string =>
    `${statView.getUint32(offset + 4, true)}.${statView.getUint32(offset, true)}`;
  // The upper half is signed: a file may bear a time before 1970.
  const seconds = (offset: number): number =>
    statView.getUint32(offset, true) + statView.getInt32(offset + 4, true) * TWO_32;
  const nanos = (offset: number): string => `${seconds(offset)}${String(whole(offset + 8)).padStart(9, "0")}`;
  const statResult = (result: number | Errno): FileStat | Errno => {
    if (typeof result === "string") return result;
    const mode = statView.getUint32(abi.statMode, true);
    return {
      kind: kindOf(mode),
      dev: exact(0),
      ino: exact(8),
      mode: mode & 0o7777,
      uid: statView.getUint32(abi.statUid, true),
      nlink: statView.getUint32(abi.statNlink, true),
      size: whole(48),
      mtimeNs: nanos(88),
      ctimeNs: nanos(104),
    };
  };

  const sys: Sys = {
    name: "libc",
    open: (text, mode) => at(abi.openat, text, flags[mode], 0o600),
    read: (fd, into) => call(abi.read, fd, into, into.length),
    readAt: (fd, into, offset) => call(abi.pread, fd, into, into.length, offset),
    write: (fd, bytes) => call(abi.write, fd, bytes, bytes.length),
    close: (fd) => done(call(abi.close, fd)),
    fsync: (fd) => done(call(abi.fsync, fd)),
    fstat: (fd) => statResult(call(abi.fstat, fd, statBytes)),
    lstat: (text) => statResult(at(abi.fstatat, text, statBytes, AT_SYMLINK_NOFOLLOW)),
    stat: (text) => statResult(at(abi.fstatat, text, statBytes)),
    rename: (from, to) => twoPaths(abi.renameat, from, to),
    link: (from, to) => twoPaths(abi.linkat, from, to),
    symlink: (target, text) => {
      const [a, b] = [cPath(target), cPath(text)];
      return a === undefined || b === undefined ? "EINVAL" : done(call(abi.symlinkat, a, AT_FDCWD, b));
    },
    unlink: (text) => done(at(abi.unlinkat, text)),
    mkdir: (text, mode) => done(at(abi.mkdirat, text, mode)),
    rmdir: (text) => done(at(abi.unlinkat, text, AT_REMOVEDIR)),
    fchmod: (fd, mode) => done(call(abi.fchmod, fd, mode)),
    list: (text) => {
      const fd = at(abi.openat, text, O_NONBLOCK | O_CLOEXEC | abi.O_DIRECTORY | abi.O_NOFOLLOW);
      if (typeof fd === "string") return fd;
      const names: string[] = [];
      const into = new Uint8Array(32_768);
      let n = call(abi.getdents, fd, into, into.length);
      while (typeof n === "number" && n > 0) {
        addNames(names, into.subarray(0, n), decoder);
        n = call(abi.getdents, fd, into, into.length);
      }
      call(abi.close, fd);
      return typeof n === "string" ? n : names;
    },
    readlink: (text) => {
      const into = new Uint8Array(PATH_MAX);
      const length = at(abi.readlinkat, text, into, PATH_MAX);
      return typeof length === "string" ? length : { target: decoder.decode(into.subarray(0, length)) };
    },
    realpath: (text) => {
      const path = cPath(text);
      if (path === undefined) return "EINVAL";
      const into = new Uint8Array(PATH_MAX + 1);
      if (libc.realpath(path, into) === null) return errno();
      return { path: decoder.decode(into.subarray(0, into.indexOf(0))) };
    },
    readable: (fd, ms) => {
      const rest = Math.max(0, Math.ceil(ms));
      // struct pollfd, then struct timespec, little-endian: seconds and nanoseconds, 64 bits each.
      pollView.setInt32(0, fd, true);
      pollView.setInt32(4, POLLIN, true);
      pollView.setUint32(8, Math.floor(rest / 1000), true);
      pollView.setUint32(16, (rest % 1000) * 1_000_000, true);
      const ready = call(abi.ppoll, pollBytes, 1, pollBytes.subarray(8));
      return typeof ready === "number" && ready > 0;
    },
    sleepMs: (ms) => Bun.sleepSync(ms),
    monotonicMs: () => {
      call(abi.clockGettime, CLOCK_MONOTONIC, statBytes);
      return whole(0) * 1000 + whole(8) / 1e6;
    },
    uid: () => {
      const uid = call(abi.getuid);
      return typeof uid === "number" ? uid : 0;
    },
    exit: (code) => {
      call(abi.exitGroup, code);
      throw new Error("exit_group returned");
    },
  };
  return sys;
}

/** The names in a buffer of struct linux_dirent64, without `.` and `..`. */
function addNames(names: string[], entries: Bytes, decoder: TextDecoder): void {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.length);
  for (let start = 0; start < entries.length;) {
    const end = start + view.getUint16(start + D_RECLEN, true);
    const name = decoder.decode(entries.subarray(start + D_NAME, entries.indexOf(0, start + D_NAME)));
    if (name !== "." && name !== "..") names.push(name);
    start = end;
  }
}

function load(names: readonly string[]): Libc {
  let cause: unknown;
  for (const name of names) {
    try {
      return dlopen(name, SYMBOLS).symbols;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error("no usable libc", { cause });
}
