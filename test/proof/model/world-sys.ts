import type { FileStat, Sys } from "../../../src/platform/sys/types.ts";
import { contentOf, STATE_DIR, TOP } from "./world.ts";

const ENTRY = { dev: "1", mode: 0o700, uid: 0, nlink: 1, size: 0, mtimeNs: "0", ctimeNs: "0" } as const;

/** A system with the files f0, f1 … in one folder and nothing else. `writes` says how often a file has been written by now. */
export function worldSys(writes: (path: number) => number): Sys {
  let open: Uint8Array<ArrayBuffer> | undefined;
  const fileAt = (path: string): number | undefined =>
    path.startsWith(`${TOP}/f`) ? Number(path.slice(4)) : undefined;
  const stat = (path: string): FileStat | "ENOENT" => {
    const file = fileAt(path);
    if (file !== undefined) {
      const version = writes(file);
      return { ...ENTRY, kind: "file", ino: `${file}`, size: 10 + version, mtimeNs: `${version}000000` };
    }
    return path === "/" || path === TOP || path === STATE_DIR ? { ...ENTRY, kind: "directory", ino: path } : "ENOENT";
  };
  const beyond = (): never => {
    throw new Error("A call that the lock machine does not know");
  };
  return {
    name: "libc",
    stat,
    lstat: stat,
    realpath: (path) => (stat(path) === "ENOENT" ? "ENOENT" : { path }),
    list: () => [],
    open: (path) => {
      const file = fileAt(path);
      if (file === undefined) return "ENOENT";
      open = new TextEncoder().encode(contentOf(writes(file)));
      return 3;
    },
    read: (_fd, into) => {
      const bytes = open ?? new Uint8Array();
      into.set(bytes);
      open = new Uint8Array();
      return bytes.length;
    },
    close: () => "",
    uid: () => 0,
    monotonicMs: () => 0,
    sleepMs: beyond,
    readAt: beyond,
    write: beyond,
    fsync: beyond,
    fstat: beyond,
    rename: beyond,
    link: beyond,
    symlink: beyond,
    unlink: beyond,
    mkdir: beyond,
    rmdir: beyond,
    fchmod: beyond,
    readlink: () => "EINVAL",
    readable: beyond,
    exit: beyond,
  };
}
