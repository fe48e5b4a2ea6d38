/** `Sys` on `node:fs`: for macOS, and wherever libc cannot be called (another name, another architecture). */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
  type BigIntStats,
} from "node:fs";
import { errnoFromException } from "./errno.ts";
import { failed, type Done, type Errno, type FileStat, type OpenMode, type Sys } from "./types.ts";

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NONBLOCK, O_NOFOLLOW } = constants;
const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY | O_NONBLOCK | O_NOFOLLOW,
  "read-through": O_RDONLY | O_NONBLOCK,
  create: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
  append: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW,
};

function done(call: () => void): Done {
  try {
    call();
    return "";
  } catch (error) {
    return errnoFromException(error);
  }
}

function attempt<T extends object | number>(call: () => T | Errno): T | Errno {
  try {
    return call();
  } catch (error) {
    return errnoFromException(error);
  }
}

function toStat(s: BigIntStats): FileStat {
  const kind = s.isFile() ? "file" : s.isDirectory() ? "directory" : s.isSymbolicLink() ? "symlink" : "special file";
  return {
    kind,
    dev: s.dev.toString(),
    ino: s.ino.toString(),
    mode: Number(s.mode) & 0o7777,
    uid: Number(s.uid),
    nlink: Number(s.nlink),
    size: Number(s.size),
    mtimeNs: s.mtimeNs.toString(),
    ctimeNs: s.ctimeNs.toString(),
  };
}

const BIG = { bigint: true } as const;

/** `monotonicMs` comes from the caller: Node's own clock starts with the process. */
export function nodeSys(monotonicMs: () => number): Sys {
  return {
    name: "node",
    open: (path, mode) => attempt(() => openSync(path, FLAGS[mode], 0o600)),
    read: (fd, into) => attempt(() => readSync(fd, into, 0, into.length, null)),
    readAt: (fd, into, at) => attempt(() => readSync(fd, into, 0, into.length, at)),
    write: (fd, bytes) => attempt(() => writeSync(fd, bytes, 0, bytes.length)),
    close: (fd) => done(() => closeSync(fd)),
    fsync: (fd) => done(() => fsyncSync(fd)),
    fstat: (fd) => attempt(() => toStat(fstatSync(fd, BIG))),
    lstat: (path) => attempt(() => toStat(lstatSync(path, BIG))),
    stat: (path) => attempt(() => toStat(statSync(path, BIG))),
    rename: (from, to) => done(() => renameSync(from, to)),
    link: (from, to) => done(() => linkSync(from, to)),
    symlink: (target, path) => done(() => symlinkSync(target, path)),
    unlink: (path) => done(() => unlinkSync(path)),
    mkdir: (path, mode) => done(() => mkdirSync(path, { mode })),
    rmdir: (path) => done(() => rmdirSync(path)),
    fchmod: (fd, mode) => done(() => fchmodSync(fd, mode)),
    list: (path) => {
      const stat = attempt(() => toStat(lstatSync(path, BIG)));
      if (failed(stat)) return stat;
      return stat.kind === "directory" ? attempt(() => readdirSync(path)) : "ENOTDIR";
    },
    readlink: (path) => attempt(() => ({ target: readlinkSync(path) })),
    realpath: (path) => attempt(() => ({ path: realpathSync.native(path) })),
    // Without poll(2) the read itself has to wait; the hook's own deadline then comes from the client's timeout.
    readable: () => true,
    sleepMs: (ms) => Bun.sleepSync(ms),
    monotonicMs,
    uid: () => process.getuid?.() ?? 0,
    exit: (code) => process.exit(code),
  };
}
