import { mapped } from "../../domain/list.ts";
import type { History, HistoryEvent, PastEvent } from "../store.ts";
import { parseJson } from "../../schema/json.ts";
import { isEvent } from "../../schema/compiled.ts";
import { writeAll } from "../../platform/text-file.ts";
import { failed, type Errno, type FileStat, type Sys } from "../../platform/sys/types.ts";

/** Above this size the history starts anew; one older file is kept. */
export const ROTATE_BYTES = 4 * 1024 * 1024;

/** A FIFO, a device, or a file that somebody knows by another name too, is not for us to write to. */
function isOurs(stat: FileStat | Errno): stat is FileStat {
  return !failed(stat) && stat.kind === "file" && stat.nlink === 1;
}

/**
 * Appends lines with one write. Best effort: a history that cannot be written stops nobody. True when it had grown so
 * large before that it is due to be rotated.
 */
export function appendEvents(sys: Sys, path: string, at: string, events: readonly HistoryEvent[]): boolean {
  if (events.length === 0) return false;
  const text = mapped(events, (event) => `${JSON.stringify({ at, ...event })}\n`).join("");
  const fd = sys.open(path, "append");
  if (failed(fd)) return false;
  const stat = sys.fstat(fd);
  const isWritten = isOurs(stat);
  if (isWritten) writeAll(sys, fd, new TextEncoder().encode(text));
  sys.close(fd);
  return isWritten && stat.size > ROTATE_BYTES;
}

/**
 * Lets the history start anew when it has grown large, or is none that we would write to. Call it inside the guard: two
 * processes that both rotate would lose the newer half.
 */
export function rotateEvents(sys: Sys, path: string): void {
  const stat = sys.lstat(path);
  if (failed(stat)) return;
  if (stat.size > ROTATE_BYTES || !isOurs(stat)) sys.rename(path, path.replace(/\.jsonl$/, ".1.jsonl"));
}

/**
 * The lines from `fromByte` on, at most the last `maxBytes` of them; broken lines are skipped. `fromByte` -1 means the
 * last `maxBytes`. A file shorter than `fromByte` was rotated: then from its start.
 */
export function readEvents(sys: Sys, path: string, fromByte: number, maxBytes: number): History {
  const fd = sys.open(path, "read");
  if (failed(fd)) return { events: [], next: 0 };
  const stat = sys.fstat(fd);
  const size = !failed(stat) && stat.kind === "file" ? stat.size : 0;
  const wanted = fromByte < 0 ? size - maxBytes : fromByte > size ? 0 : fromByte;
  const start = Math.max(0, wanted, size - maxBytes);
  const bytes = size === 0 ? new Uint8Array() : tail(sys, fd, start, size);
  sys.close(fd);
  const lines = new TextDecoder().decode(bytes).split("\n");
  // A start in the middle of the file cuts a line, unless it is where an earlier reading ended.
  if (start > 0 && start !== fromByte) lines.shift();
  const end = bytes.lastIndexOf(10);
  return { events: lines.flatMap(parseLine), next: start + end + 1 };
}

function tail(sys: Sys, fd: number, start: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size - start);
  let length = 0;
  while (length < bytes.length) {
    const n = sys.readAt(fd, bytes.subarray(length), start + length);
    if (failed(n) || n === 0) break;
    length += n;
  }
  return bytes.subarray(0, length);
}

function parseLine(line: string): readonly PastEvent[] {
  if (line === "") return [];
  const parsed = parseJson(isEvent, line);
  return parsed.ok ? [parsed.value] : [];
}
