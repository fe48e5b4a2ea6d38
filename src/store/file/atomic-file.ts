/**
 * Publishing a file whole or not at all.
 *
 * publish(): the bytes go to a fresh, random name in `tmp/`, all of them, the size is checked, and one rename puts the
 * file in place. Readers see the old content or the new, never a part. On any failure the target is untouched and the
 * scratch file is removed; scratch of killed processes is removed by cleanup after an hour.
 * Nothing is fsynced: after a power cut every holder is dead anyway (RELIABILITY section 3).
 */
import { coordError, type CoordError } from "../../domain/errors.ts";
import { randomName } from "../../platform/random-name.ts";
import { writeAll } from "../../platform/text-file.ts";
import { failed, type Done, type Errno, type Sys } from "../../platform/sys/types.ts";

export interface Scratch {
  readonly sys: Sys;
  /** The state's own `tmp/`: the same file system as the targets. */
  readonly tmp: string;
}

const encoder = new TextEncoder();

export function publish(scratch: Scratch, target: string, text: string): void {
  const from = writeScratch(scratch, target, text);
  const renamed = scratch.sys.rename(from, target);
  if (renamed === "") return;
  scratch.sys.unlink(from);
  throw ioError("publish", target, renamed);
}

/**
 * Writes `text` to a new file in `tmp/` and answers its path; "durable": once it is on the disk. Throws IO and leaves
 * nothing behind when it cannot.
 */
export function writeScratch(scratch: Scratch, target: string, text: string, how: "" | "durable" = ""): string {
  const { sys } = scratch;
  const bytes = encoder.encode(text);
  const path = `${scratch.tmp}/${randomName()}`;
  const fd = sys.open(path, "create");
  if (failed(fd)) throw ioError("write", target, fd);
  const filled = fill(sys, fd, bytes);
  const problem = filled === "" && how === "durable" ? sys.fsync(fd) : filled;
  const closed = sys.close(fd);
  const result = problem === "" ? closed : problem;
  if (result === "") return path;
  sys.unlink(path);
  throw ioError("write", target, result);
}

function fill(sys: Sys, fd: number, bytes: Uint8Array<ArrayBuffer>): Done {
  const written = writeAll(sys, fd, bytes);
  if (written !== "") return written;
  const stat = sys.fstat(fd);
  if (failed(stat)) return stat;
  return stat.size === bytes.length ? "" : "EIO";
}

const ADVICE: Partial<Record<Errno, string>> = {
  ENOSPC: "the disk is full: free some space and try again",
  EDQUOT: "your disk quota is used up: free some space and try again",
  EFBIG: "files may not be that large: raise the limit (ulimit -f)",
  EACCES: "no permission: check who owns the folder and its mode (coord doctor)",
  EPERM: "no permission: check who owns the folder and its mode (coord doctor)",
  EROFS: "the file system is read-only",
  ENOENT: "the folder is gone: run coord init",
  EMFILE: "too many open files: raise the limit (ulimit -n)",
};

export function ioError(what: string, path: string, errno: Errno): CoordError {
  const hint = ADVICE[errno] ?? "run coord doctor";
  return coordError("IO", `Cannot ${what} "${path}": ${errno}`, { hint, data: { path, errno } });
}
