import { writeScratch, type Scratch } from "./atomic-file.ts";
import type { Layout } from "./layout.ts";
import type { BrokenSlot } from "./slots.ts";

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
