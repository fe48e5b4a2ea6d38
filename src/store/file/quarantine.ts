import { isStat } from "../../platform/text-file.ts";
import { failed } from "../../platform/sys/types.ts";
import { writeScratch, type Scratch } from "./atomic-file.ts";
import type { Layout } from "./layout.ts";
import type { BrokenSlot } from "./slots.ts";

/** Where fences go on when the last ones cannot be known: microseconds of the wall clock are above all of them. */
export function wallFence(wallMs: number): number {
  return Math.round(wallMs * 1000);
}

/**
 * Moves a broken record out of the way, with the reason beside it. Inside the guard only: a reader without it might
 * move away the good one that has just taken its place. Answers a line for the user.
 */
export function quarantine(scratch: Scratch, layout: Layout, slot: BrokenSlot): string {
  const name = slot.path.slice(slot.path.lastIndexOf("/") + 1);
  const target = `${layout.corrupt}/${crypto.randomUUID().slice(0, 8)}.${name}`;
  const moved = scratch.sys.rename(slot.path, target);
  const shown = slot.path.slice(layout.top.length + 1);
  if (moved !== "") return `${shown} is broken (${slot.reason}) and cannot be moved away (${moved})`;
  const why = writeScratch(scratch, target, `${slot.path}\n${slot.reason}\n`);
  if (scratch.sys.rename(why, `${target}.reason`) !== "") scratch.sys.unlink(why);
  return `${shown} was broken (${slot.reason}) and is now corrupt/${target.slice(layout.corrupt.length + 1)}`;
}

/** Names of randomName(), and the marks that keep a hook from telling a user the same thing twice. */
const SCRATCH_NAME = /^([0-9a-f]{12}-[0-9a-f]+-[0-9a-f]+|told-[0-9a-f]{24})$/;

/** Removes scratch files and half-made guards older than `ageMs`. Only what has a name of ours, and no folder's content but a guard's. */
export function sweepScratch(scratch: Scratch, layout: Layout, ageMs: number, wallMs: number): number {
  const { sys } = scratch;
  const old = (path: string): boolean => {
    const stat = sys.lstat(path);
    return isStat(stat) && wallMs - Number(stat.mtimeNs) / 1e6 > ageMs;
  };
  let removed = 0;
  for (const name of listed(scratch, layout.tmp)) {
    if (!SCRATCH_NAME.test(name)) continue;
    if (old(`${layout.tmp}/${name}`) && sys.unlink(`${layout.tmp}/${name}`) === "") removed += 1;
  }
  for (const name of listed(scratch, layout.top)) {
    if (!/^guard\.tmp\.[0-9a-f]+$/.test(name) || !old(`${layout.top}/${name}`)) continue;
    sys.unlink(`${layout.top}/${name}/free`);
    if (sys.rmdir(`${layout.top}/${name}`) === "") removed += 1;
  }
  return removed;
}

function listed(scratch: Scratch, dir: string): readonly string[] {
  const names = scratch.sys.list(dir);
  return failed(names) ? [] : names;
}
