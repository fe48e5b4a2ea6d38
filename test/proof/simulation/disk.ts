/** The files of a simulated project, and the calls that look at them. What no use case over the memory store calls is not there. */
import type { FileStat, Sys } from "../../../src/platform/sys/types.ts";
import type { Clock } from "./clock.ts";

export const TOP = "/work";
export const STATE = `${TOP}/.claude/coordination`;
const FOLDERS: ReadonlySet<string> = new Set(["/", TOP, `${TOP}/.claude`, STATE]);

interface File {
  readonly text: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ino: number;
  readonly mtimeNs: string;
}

export interface Disk {
  readonly sys: Sys;
  /** undefined where there is no file. */
  readonly read: (path: string) => string | undefined;
  readonly write: (path: string, text: string) => void;
  readonly remove: (path: string) => void;
}

export interface DiskPorts {
  readonly clock: Clock;
  /** A process sleeps: others go on meanwhile. Milliseconds. */
  readonly sleepMs: (ms: number) => void;
}

export function virtualDisk({ clock, sleepMs }: DiskPorts): Disk {
  const files = new Map<string, File>();
  const open = new Map<number, { readonly file: File; at: number }>();
  let [changes, fds] = [0, 2];
  const notHere = (call: string) => (): never => {
    throw new Error(`the simulated system has no ${call}`);
  };
  const stat = (path: string): FileStat | "ENOENT" => {
    const file = files.get(path);
    if (file === undefined) return FOLDERS.has(path) ? FOLDER : "ENOENT";
    const { ino, bytes, mtimeNs } = file;
    return { ...FOLDER, kind: "file", ino: `${ino}`, size: bytes.length, mtimeNs, ctimeNs: mtimeNs };
  };
  const sys: Sys = {
    name: "libc",
    open: (path, mode) => {
      const file = files.get(path);
      if (mode !== "read-through" && mode !== "read") return notHere("open for writing")();
      if (file === undefined) return "ENOENT";
      fds += 1;
      open.set(fds, { file, at: 0 });
      return fds;
    },
    read: (fd, into) => {
      const from = open.get(fd);
      if (from === undefined) return "EBADF";
      const part = from.file.bytes.subarray(from.at, from.at + into.length);
      into.set(part);
      from.at += part.length;
      return part.length;
    },
    close: (fd) => (open.delete(fd) ? "" : "EBADF"),
    stat,
    lstat: stat,
    readlink: (path) => (stat(path) === "ENOENT" ? "ENOENT" : "EINVAL"),
    realpath: (path) => (stat(path) === "ENOENT" ? "ENOENT" : { path }),
    sleepMs,
    monotonicMs: () => clock.now().mono_ms,
    uid: () => 0,
    readAt: notHere("readAt"),
    write: notHere("write"),
    fsync: notHere("fsync"),
    fstat: notHere("fstat"),
    rename: notHere("rename"),
    link: notHere("link"),
    symlink: notHere("symlink"),
    unlink: notHere("unlink"),
    mkdir: notHere("mkdir"),
    rmdir: notHere("rmdir"),
    fchmod: notHere("fchmod"),
    list: notHere("list"),
    readable: notHere("readable"),
    exit: notHere("exit"),
  };
  return {
    sys,
    read: (path) => files.get(path)?.text,
    write: (path, text) => {
      changes += 1;
      // Nanoseconds of a file system whose clock never ticks twice alike.
      const mtimeNs = `${Math.floor(clock.now().wall_ms)}${String(changes % 1_000_000).padStart(6, "0")}`;
      files.set(path, { text, bytes: new TextEncoder().encode(text), ino: changes, mtimeNs });
    },
    remove: (path) => {
      files.delete(path);
    },
  };
}

const FOLDER: FileStat = {
  kind: "directory",
  dev: "1",
  ino: "0",
  mode: 0o700,
  uid: 0,
  nlink: 1,
  size: 0,
  mtimeNs: "0",
  ctimeNs: "0",
};
