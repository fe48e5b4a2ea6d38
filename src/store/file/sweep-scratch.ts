import { failed, mtimeMs, type FileStat } from "../../platform/sys/types.ts";
import type { Scratch } from "./atomic-file.ts";
import type { Layout } from "./layout.ts";

/** Names of randomName(), and the marks that keep a hook from telling a user the same thing twice. */
const SCRATCH_NAME = /^([0-9a-f]{12}-[0-9a-f]+-[0-9a-f]+|told-[0-9a-f]{24})$/;

/** Scratch files of killed processes go after this long: RELIABILITY section 4 (7). */
export const SCRATCH_AGE_MS = 60 * 60 * 1000;

/** True for names that only we give. */
export function isScratchName(name: string): boolean {
  return SCRATCH_NAME.test(name);
}

/** Removes scratch files and half-made guards older than `ageMs`. Only what has a name of ours, and no folder's content but a guard's. */
export function sweepScratch(scratch: Scratch, layout: Layout, ageMs: number, wallMs: number): number {
  const { sys } = scratch;
  const old = (path: string, kind?: FileStat["kind"]): boolean => {
    const stat = sys.lstat(path);
    if (failed(stat) || (kind !== undefined && stat.kind !== kind)) return false;
    // One that is that far ahead was left when the clock was wrong.
    return Math.abs(wallMs - mtimeMs(stat)) > ageMs;
  };
  let removed = 0;
  for (const name of listed(scratch, layout.tmp)) {
    if (!isScratchName(name)) continue;
    if (old(`${layout.tmp}/${name}`) && sys.unlink(`${layout.tmp}/${name}`) === "") removed += 1;
  }
  for (const name of listed(scratch, layout.top)) {
    // A link of that name leads to somebody else's `free`.
    if (!/^guard\.tmp\.[0-9a-f]+$/.test(name) || !old(`${layout.top}/${name}`, "directory")) continue;
    sys.unlink(`${layout.top}/${name}/free`);
    if (sys.rmdir(`${layout.top}/${name}`) === "") removed += 1;
  }
  return removed;
}

function listed(scratch: Scratch, dir: string): readonly string[] {
  const names = scratch.sys.list(dir);
  return failed(names) ? [] : names;
}
