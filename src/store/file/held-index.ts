import { where } from "../../domain/list.ts";
import { failed, type Sys } from "../../platform/sys/types.ts";
import { ioError } from "./atomic-file.ts";
import { namesIn } from "./folders.ts";
import type { Layout } from "./layout.ts";

/**
 * `held/<instance>/<key>`: an empty file for each path on which an instance may hold a grant, so that ending a turn
 * does not read every lock there is. The mark is made before the grant and removed after it: it may be one too many,
 * never one too few.
 */
export function markHeld(sys: Sys, layout: Layout, instance: string, key: string): void {
  const dir = `${layout.held}/${instance}`;
  const mark = `${dir}/${key}`;
  if (isOther(sys, dir)) throw ioError("write", mark, "ENOTDIR");
  for (let round = 0; ; round += 1) {
    const fd = sys.open(mark, "create");
    if (!failed(fd)) {
      sys.close(fd);
      return;
    }
    if (fd === "EEXIST") return;
    if (fd !== "ENOENT" || round > 0) throw ioError("write", mark, fd);
    const made = sys.mkdir(dir, 0o700);
    if (made !== "" && made !== "EEXIST") throw ioError("make", dir, made);
  }
}

export function unmarkHeld(sys: Sys, layout: Layout, instance: string, key: string): void {
  const dir = `${layout.held}/${instance}`;
  if (!isOther(sys, dir)) sys.unlink(`${dir}/${key}`);
}

/** True for what bears the name of an instance's folder and is none: a link would lead into somebody else's. */
function isOther(sys: Sys, dir: string): boolean {
  const stat = sys.lstat(dir);
  return !failed(stat) && stat.kind !== "directory";
}

/** Throws IO: an index that cannot be read says nothing. */
export function heldKeys(sys: Sys, layout: Layout, instance: string): readonly string[] {
  return where(namesIn(sys, `${layout.held}/${instance}`), isMark);
}

function isMark(name: string): boolean {
  return name.length === 32;
}

/** Removes the index of an instance that is no longer registered, but for the paths that it holds all the same. */
export function dropHeld(sys: Sys, layout: Layout, instance: string, stillHolds: (key: string) => boolean): void {
  const names = sys.list(`${layout.held}/${instance}`);
  // It is no longer registered by now: what stays in the index is one mark too many, and that is no failure.
  for (const key of failed(names) ? [] : where(names, isMark)) {
    if (!stillHolds(key)) unmarkHeld(sys, layout, instance, key);
  }
  sys.rmdir(`${layout.held}/${instance}`);
}
