import type { App } from "../../app/context.ts";
import { randomName } from "../../platform/random-name.ts";
import { failed, type Sys } from "../../platform/sys/types.ts";
import { readText } from "../../platform/text-file.ts";
import { ioError, publish } from "../../store/file/atomic-file.ts";
import { makeFolder } from "../../store/file/folders.ts";
import { layoutOf, type Layout } from "../../store/file/layout.ts";
import { isCoordBinary } from "../own-handler.ts";
import { functionsText, isFunctionsText } from "./functions-text.ts";
import { TOOLS } from "./tool.ts";

/** A file that was in the way, most likely the bash edition's own, and where it is now. Relative to the state folder. */
export interface Kept {
  readonly from: string;
  readonly to: string;
}

const KEPT_SUFFIX = ".bash-edition";
const MAX_TEXT = 1024 * 1024;

/**
 * Lays down what users of the bash edition call and source: `bin/` with links to `binary` and `lib/coordination.sh`.
 * Right again after the binary has moved; idempotent. What is not ours is kept under another name. Throws IO, STATE_UNSAFE.
 */
export function layDropin(app: App, binary: string): readonly Kept[] {
  const { sys, workspace } = app;
  const layout = layoutOf(workspace.stateDir);
  makeFolder(sys, layout.bin);
  makeFolder(sys, layout.lib);
  const kept = TOOLS.map((tool) => layLink(sys, layout, `bin/${tool}`, binary));
  kept.push(layFunctions(sys, layout, "lib/coordination.sh", functionsText(binary)));
  return kept.filter((entry) => entry !== undefined);
}

function layLink(sys: Sys, layout: Layout, name: string, binary: string): Kept | undefined {
  const path = `${layout.top}/${name}`;
  const link = sys.readlink(path);
  if (!failed(link) && link.target === binary) return undefined;
  const isOurs = !failed(link) && isOwnTarget(link.target);
  const kept = isOurs ? undefined : keepAside(sys, layout, name);
  const scratch = `${layout.tmp}/${randomName()}`;
  const made = sys.symlink(binary, scratch);
  if (made !== "") throw ioError("link", path, made);
  const renamed = sys.rename(scratch, path);
  if (renamed === "") return kept;
  sys.unlink(scratch);
  throw ioError("link", path, renamed);
}

function isOwnTarget(target: string): boolean {
  return isCoordBinary(target) && !TOOLS.some((tool) => target.endsWith(`/${tool}`) || target === tool);
}

function layFunctions(sys: Sys, layout: Layout, name: string, text: string): Kept | undefined {
  const path = `${layout.top}/${name}`;
  const stat = sys.lstat(path);
  const old = failed(stat) || stat.kind !== "file" ? undefined : readText(sys, path, MAX_TEXT);
  // Whose it is cannot be told without reading it.
  if (typeof old === "string") throw ioError("read", path, old);
  const oldText = old?.text;
  if (oldText === text) return undefined;
  const kept = oldText !== undefined && isFunctionsText(oldText) ? undefined : keepAside(sys, layout, name);
  publish({ sys, tmp: layout.tmp }, path, text);
  return kept;
}

/** Gives what is there a second name that nobody has, so that two who do this at once lose nothing. */
function keepAside(sys: Sys, { top }: Layout, from: string): Kept | undefined {
  const path = `${top}/${from}`;
  for (let count = 0; ; count += 1) {
    const to = `${from}${KEPT_SUFFIX}${count === 0 ? "" : `.${count}`}`;
    const linked = sys.link(path, `${top}/${to}`);
    if (linked === "ENOENT") return undefined;
    if (linked === "EEXIST") continue;
    // A folder, or a disk without hard links.
    const renamed = linked === "" ? "" : sys.rename(path, `${top}/${to}`);
    if (renamed !== "") throw ioError("move", path, renamed);
    return { from, to };
  }
}
