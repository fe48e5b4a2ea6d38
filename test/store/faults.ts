/** A real `Sys` with faults: it asks before each call whether to make it, to answer with an error instead, or to die. */
import type { Done, Errno, Sys } from "../../src/platform/sys/types.ts";

/** The calls that change something on the disk. */
export type Change =
  | "create"
  | "append"
  | "write"
  | "fsync"
  | "close"
  | "rename"
  | "link"
  | "symlink"
  | "unlink"
  | "mkdir"
  | "rmdir";

/** Answers "" for a call that may be made, else the error that it gets. May throw. `path` is a rename's target. */
export type Gate = (change: Change | "look", path: string) => Done;

export function gated(sys: Sys, gate: Gate): Sys {
  const look = <T>(path: string, call: () => T): T | Errno => {
    const refused = gate("look", path);
    return refused === "" ? call() : refused;
  };
  const change = <T>(what: Change, path: string, call: () => T): T | Errno => {
    const refused = gate(what, path);
    return refused === "" ? call() : refused;
  };
  return {
    ...sys,
    open: (path, mode) => {
      const call = (): number | Errno => sys.open(path, mode);
      return mode === "create" || mode === "append" ? change(mode, path, call) : look(path, call);
    },
    read: (fd, into) => look("", () => sys.read(fd, into)),
    readAt: (fd, into, at) => look("", () => sys.readAt(fd, into, at)),
    write: (fd, bytes) => change("write", "", () => sys.write(fd, bytes)),
    close: (fd) => change("close", "", () => sys.close(fd)),
    fsync: (fd) => change("fsync", "", () => sys.fsync(fd)),
    fstat: (fd) => look("", () => sys.fstat(fd)),
    lstat: (path) => look(path, () => sys.lstat(path)),
    stat: (path) => look(path, () => sys.stat(path)),
    rename: (from, to) => change("rename", to, () => sys.rename(from, to)),
    link: (from, to) => change("link", to, () => sys.link(from, to)),
    symlink: (target, path) => change("symlink", path, () => sys.symlink(target, path)),
    unlink: (path) => change("unlink", path, () => sys.unlink(path)),
    mkdir: (path, mode) => change("mkdir", path, () => sys.mkdir(path, mode)),
    rmdir: (path) => change("rmdir", path, () => sys.rmdir(path)),
    list: (path) => look(path, () => sys.list(path)),
  };
}

/** Thrown in place of a SIGKILL. */
const KILLED = "killed here";

export function wasKilled(error: unknown): boolean {
  return error instanceof Error && error.message === KILLED;
}

export interface Killable {
  readonly sys: Sys;
  /** True once it has died; it then does nothing any more, whatever is still called. */
  readonly dead: () => boolean;
}

/** A process that is killed right before the first change that `isLast` picks. */
export function killedWhen(sys: Sys, isLast: (change: Change, path: string) => boolean): Killable {
  let dead = false;
  const gate: Gate = (what, path) => {
    dead ||= what !== "look" && isLast(what, path);
    if (dead) throw new Error(KILLED);
    return "";
  };
  return { sys: gated(sys, gate), dead: () => dead };
}

/** A process that is killed right before its `n`th change, counted from 1. */
export function killedBefore(sys: Sys, n: number): Killable {
  let changes = 0;
  return killedWhen(sys, () => (changes += 1) >= n);
}

export interface Failing {
  readonly sys: Sys;
  /** True once a call was refused. */
  readonly refused: () => boolean;
}

/** The `n`th change, counted from 1, and only that one, answers `errno`. */
export function failingAt(sys: Sys, n: number, errno: Errno): Failing {
  let changes = 0;
  const gate: Gate = (what) => {
    if (what === "look") return "";
    changes += 1;
    return changes === n ? errno : "";
  };
  return { sys: gated(sys, gate), refused: () => changes >= n };
}
