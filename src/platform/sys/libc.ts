/**
 * `Sys` on libc through `bun:ffi`, for Linux. It exists because importing `node:fs` costs a hook a quarter of the time
 * that an empty program takes to start, and this costs a fiftieth (docs: CONTRIBUTING "Speed").
 *
 * errno lies in thread-local memory which is read through a view made once, right after each call. The runtime could in
 * theory change it in between (a collector's signal); an errno that does not belong to the call is then "EUNKNOWN" or
 * "EINTR", which callers treat as a failure, never as ENOENT or EEXIST.
 */
import { CString, dlopen, read, toArrayBuffer } from "bun:ffi";
import { errnoFromNumber } from "./errno.ts";
import type { Done, Errno, FileStat, OpenMode, Sys } from "./types.ts";

const SYMBOLS = {
  open: { args: ["ptr", "i32", "i32"], returns: "i32" },
  read: { args: ["i32", "ptr", "u64"], returns: "i64" },
  pread: { args: ["i32", "ptr", "u64", "i64"], returns: "i64" },
  write: { args: ["i32", "ptr", "u64"], returns: "i64" },
  close: { args: ["i32"], returns: "i32" },
  fsync: { args: ["i32"], returns: "i32" },
  fstat: { args: ["i32", "ptr"], returns: "i32" },
  lstat: { args: ["ptr", "ptr"], returns: "i32" },
  stat: { args: ["ptr", "ptr"], returns: "i32" },
  rename: { args: ["ptr", "ptr"], returns: "i32" },
  link: { args: ["ptr", "ptr"], returns: "i32" },
  unlink: { args: ["ptr"], returns: "i32" },
  mkdir: { args: ["ptr", "u32"], returns: "i32" },
  rmdir: { args: ["ptr"], returns: "i32" },
  chmod: { args: ["ptr", "u32"], returns: "i32" },
  opendir: { args: ["ptr"], returns: "ptr" },
  readdir: { args: ["ptr"], returns: "ptr" },
  closedir: { args: ["ptr"], returns: "i32" },
  readlink: { args: ["ptr", "ptr", "u64"], returns: "i64" },
  realpath: { args: ["ptr", "ptr"], returns: "ptr" },
  poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
  clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
  getuid: { args: [], returns: "u32" },
  __errno_location: { args: [], returns: "ptr" },
  _exit: { args: ["i32"], returns: "void" },
} as const;

// Linux, generic and x86; O_NOFOLLOW differs on arm64.
const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_APPEND = 0o2000;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const CLOCK_MONOTONIC = 1;
const POLLIN = 1;
/** Offset of d_name in struct dirent: glibc and musl, 64 bit. */
const D_NAME = 19;
const PATH_MAX = 4096;

type Arch = "x64" | "arm64";
const STAT_LAYOUT: Readonly<Record<Arch, { readonly mode: number; readonly uid: number }>> = {
  x64: { mode: 24, uid: 28 },
  arm64: { mode: 16, uid: 24 },
};

function openFlags(arch: Arch): Readonly<Record<OpenMode, number>> {
  const noFollow = arch === "x64" ? 0o400000 : 0o100000;
  return {
    read: O_NONBLOCK | O_CLOEXEC | noFollow,
    "read-through": O_NONBLOCK | O_CLOEXEC,
    create: O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | noFollow,
    append: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC | noFollow,
  };
}

function kindOf(mode: number): FileStat["kind"] {
  switch (mode & 0o170000) {
    case 0o100000:
      return "file";
    case 0o040000:
      return "directory";
    case 0o120000:
      return "symlink";
    default:
      return "other";
  }
}

/** Opens libc under the first of `names` that loads. Throws when there is none, or a symbol is missing (old glibc). */
export function libcSys(arch: Arch, names: readonly string[]): Sys {
  const libc = load(names);
  const location = libc.__errno_location();
  if (location === null) throw new Error("__errno_location gave no address");
  const errnoView = new Int32Array(toArrayBuffer(location, 0, 4));
  const errno = (): Errno => errnoFromNumber(errnoView[0] ?? 0);

  const flags = openFlags(arch);
  const layout = STAT_LAYOUT[arch];
  const statBytes = new Uint8Array(256);
  const statView = new DataView(statBytes.buffer);
  const timeBytes = new BigInt64Array(2);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  const path = (text: string): Uint8Array<ArrayBuffer> | undefined =>
    text.includes("\0") ? undefined : encoder.encode(`${text}\0`);
  const done = (result: number): Done => (result === 0 ? "" : errno());
  const onPath = (text: string, call: (p: Uint8Array<ArrayBuffer>) => number): Done => {
    const p = path(text);
    return p === undefined ? "EINVAL" : done(call(p));
  };
  const count = (result: number | bigint): number | Errno => (result < 0 ? errno() : Number(result));
  const nanos = (at: number): string =>
    (statView.getBigInt64(at, true) * 1_000_000_000n + statView.getBigInt64(at + 8, true)).toString();
  const statResult = (result: number): FileStat | Errno => {
    if (result !== 0) return errno();
    const mode = statView.getUint32(layout.mode, true);
    return {
      kind: kindOf(mode),
      dev: statView.getBigUint64(0, true).toString(),
      ino: statView.getBigUint64(8, true).toString(),
      mode: mode & 0o7777,
      uid: statView.getUint32(layout.uid, true),
      size: Number(statView.getBigInt64(48, true)),
      mtimeNs: nanos(88),
      ctimeNs: nanos(104),
    };
  };
  const statPath = (text: string, call: (p: Uint8Array<ArrayBuffer>) => number): FileStat | Errno => {
    const p = path(text);
    return p === undefined ? "EINVAL" : statResult(call(p));
  };

  return {
    name: "libc",
    open: (text, mode) => {
      const p = path(text);
      return p === undefined ? "EINVAL" : count(libc.open(p, flags[mode], 0o600));
    },
    read: (fd, into) => count(libc.read(fd, into, into.length)),
    readAt: (fd, into, at) => count(libc.pread(fd, into, into.length, at)),
    write: (fd, bytes) => count(libc.write(fd, bytes, bytes.length)),
    close: (fd) => done(libc.close(fd)),
    fsync: (fd) => done(libc.fsync(fd)),
    fstat: (fd) => statResult(libc.fstat(fd, statBytes)),
    lstat: (text) => statPath(text, (p) => libc.lstat(p, statBytes)),
    stat: (text) => statPath(text, (p) => libc.stat(p, statBytes)),
    rename: (from, to) => {
      const target = path(to);
      return target === undefined ? "EINVAL" : onPath(from, (p) => libc.rename(p, target));
    },
    link: (from, to) => {
      const target = path(to);
      return target === undefined ? "EINVAL" : onPath(from, (p) => libc.link(p, target));
    },
    unlink: (text) => onPath(text, (p) => libc.unlink(p)),
    mkdir: (text, mode) => onPath(text, (p) => libc.mkdir(p, mode)),
    rmdir: (text) => onPath(text, (p) => libc.rmdir(p)),
    chmod: (text, mode) => onPath(text, (p) => libc.chmod(p, mode)),
    list: (text) => {
      const p = path(text);
      if (p === undefined) return "EINVAL";
      const dir = libc.opendir(p);
      if (dir === null) return errno();
      const names: string[] = [];
      for (;;) {
        errnoView[0] = 0;
        const entry = libc.readdir(dir);
        if (entry === null) break;
        // A name starts with "." only for the folder itself, its parent, and what is not ours to skip.
        const first = read.u8(entry, D_NAME);
        const name = new CString(entry, D_NAME).toString();
        if (first === 46 && (name === "." || name === "..")) continue;
        names.push(name);
      }
      const error = errnoView[0] ?? 0;
      libc.closedir(dir);
      return error === 0 ? names : errnoFromNumber(error);
    },
    readlink: (text) => {
      const p = path(text);
      if (p === undefined) return "EINVAL";
      const into = new Uint8Array(PATH_MAX);
      const length = count(libc.readlink(p, into, PATH_MAX));
      return typeof length === "string" ? length : { target: decoder.decode(into.subarray(0, length)) };
    },
    realpath: (text) => {
      const p = path(text);
      if (p === undefined) return "EINVAL";
      const into = new Uint8Array(PATH_MAX + 1);
      if (libc.realpath(p, into) === null) return errno();
      return { path: decoder.decode(into.subarray(0, into.indexOf(0))) };
    },
    readable: (fd, ms) => {
      const request = new Int32Array([fd, POLLIN]);
      return libc.poll(request, 1, Math.max(0, Math.ceil(ms))) > 0;
    },
    sleepMs: (ms) => Bun.sleepSync(ms),
    monotonicMs: () => {
      libc.clock_gettime(CLOCK_MONOTONIC, timeBytes);
      return Number(timeBytes[0] ?? 0n) * 1000 + Number(timeBytes[1] ?? 0n) / 1e6;
    },
    uid: () => libc.getuid(),
    exit: (code) => {
      libc._exit(code);
      throw new Error("_exit returned");
    },
  };
}

function load(names: readonly string[]) {
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
