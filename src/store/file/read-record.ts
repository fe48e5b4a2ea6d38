import { coordError, type CoordError } from "../../domain/errors.ts";
import { readAll } from "../../platform/text-file.ts";
import { failed, mtimeMs, type Errno, type FileStat, type Sys } from "../../platform/sys/types.ts";
import { parseJson, type Check } from "../../schema/json.ts";

/** No record of ours comes near this; a larger file is not one. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;

export type ReadResult<T> =
  | { readonly state: "absent" }
  | { readonly state: "ok"; readonly value: T }
  /** There is something, and it cannot be used. `mtimeMs` as far as it can be known, else 0; never ahead of its coming. */
  | {
      readonly state: "broken";
      readonly reason: string;
      readonly mtimeMs: number;
      readonly text: string;
      /** It is the system that cannot read it now: nothing is wrong with the record. */
      readonly passing: boolean;
    };

/** Errors that say nothing about the file. */
const PASSING: readonly string[] = ["EMFILE", "ENFILE", "EIO", "EINTR", "EAGAIN", "EUNKNOWN"];

/** Not broken, only out of reach at the moment: nothing may be decided without it, and it stays where it is. */
export function outOfReach(path: string, reason: string): CoordError {
  return coordError("IO", `Cannot read "${path}": ${reason}`, { hint: "try again; if it stays so: coord doctor" });
}

export interface ReadOptions {
  /** What is larger is no such record. */
  readonly maxBytes?: number;
  /** Saves those who read thousands an allocation for each. */
  readonly room?: Uint8Array<ArrayBuffer>;
}

/**
 * Reads one record: no link is followed, no FIFO waited on, nothing but a regular file of a sane size is parsed.
 * Unreadable is not absent: only ENOENT is.
 */
export function readRecord<T>(
  sys: Sys,
  path: string,
  check: Check<T>,
  { maxBytes = MAX_RECORD_BYTES, room }: ReadOptions = {},
): ReadResult<T> {
  const fd = sys.open(path, "read");
  if (fd === "ENOENT") return { state: "absent" };
  if (failed(fd)) return unopened(sys, path, fd);
  const stat = sys.fstat(fd);
  if (failed(stat)) {
    sys.close(fd);
    return broken(stat, 0);
  }
  if (stat.kind !== "file" || stat.size > maxBytes) {
    sys.close(fd);
    return broken(stat.kind === "file" ? `${stat.size} bytes` : stat.kind, sinceMs(stat));
  }
  const bytes = readWhole(sys, fd, stat.size, maxBytes, room);
  sys.close(fd);
  if (typeof bytes === "string") return broken(bytes, sinceMs(stat));
  const text = new TextDecoder().decode(bytes);
  const parsed = parseJson(check, text);
  return parsed.ok ? { state: "ok", value: parsed.value } : broken(parsed.reason, sinceMs(stat), text);
}

/** A published record never changes: a read of its whole size, with room for one byte more, needs no second one. */
function readWhole(
  sys: Sys,
  fd: number,
  size: number,
  maxBytes: number,
  room: Uint8Array<ArrayBuffer> | undefined,
): Uint8Array<ArrayBuffer> | Errno {
  const bytes = room !== undefined && size < room.length ? room.subarray(0, size + 1) : new Uint8Array(size + 1);
  const n = sys.read(fd, bytes);
  if (n === size) return bytes.subarray(0, size);
  if (failed(n) && n !== "EINTR") return n;
  const rest = readAll(sys, fd, maxBytes);
  if (typeof rest === "string") return rest;
  const start = failed(n) ? 0 : n;
  const whole = new Uint8Array(start + rest.length);
  whole.set(bytes.subarray(0, start));
  whole.set(rest, start);
  return whole;
}

function unopened<T>(sys: Sys, path: string, errno: string): ReadResult<T> {
  const stat = sys.lstat(path);
  if (stat === "ENOENT") return { state: "absent" };
  if (failed(stat)) return broken(errno, 0);
  if (stat.kind !== "file") return broken(stat.kind, sinceMs(stat));
  // What keeps the owner from reading a file that is open to him is not in the file.
  const isRefused = errno === "EACCES" && stat.uid === sys.uid() && (stat.mode & 0o400) !== 0;
  return broken(errno, sinceMs(stat), "", isRefused || PASSING.includes(errno));
}

/** A time of change may be any, also one that never comes; that of the entry itself is the system's. */
function sinceMs(stat: FileStat): number {
  return Math.min(mtimeMs(stat), Number(stat.ctimeNs) / 1e6);
}

function broken<T>(reason: string, mtimeMs: number, text = "", passing = PASSING.includes(reason)): ReadResult<T> {
  return { state: "broken", reason, mtimeMs, text, passing };
}
