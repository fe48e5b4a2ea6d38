import { closeSync, openSync, readSync, statSync } from "node:fs";

const CHUNK = 1024 * 1024;

/** True when two files hold the same bytes; false also for one that cannot be read. */
export function sameContent(a: string, b: string): boolean {
  const open: number[] = [];
  try {
    if (statSync(a).size !== statSync(b).size) return false;
    const [left, right] = [openSync(a, "r"), openSync(b, "r")];
    open.push(left, right);
    const [mine, theirs] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
    for (;;) {
      const n = readSync(left, mine, 0, CHUNK, null);
      const m = readSync(right, theirs, 0, CHUNK, null);
      if (n !== m || !mine.subarray(0, n).equals(theirs.subarray(0, m))) return false;
      if (n === 0) return true;
    }
  } catch {
    return false;
  } finally {
    for (const fd of open) closeSync(fd);
  }
}
