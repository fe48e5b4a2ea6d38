import { parentOf } from "./git-layout.ts";
import { failed, type Sys } from "./sys/types.ts";

/** As many as the system follows itself. */
const MAX_LINKS = 40;

/**
 * The real path of a file that need not exist yet: links in every existing part are resolved, also a dangling one at
 * the end, so that the same file by any name is one path. Undefined when it cannot be known (a loop of links).
 *
 * `..` behind a link leads to the parent of where the link leads, as the system has it, so no path may be folded by its
 * text before it gets here; a `..` behind what does not exist can mean only the text's parent.
 */
export function realPath(sys: Sys, path: string, links = 0): string | undefined {
  const whole = sys.realpath(path);
  if (!failed(whole)) return whole.path;
  if ((whole !== "ENOENT" && whole !== "ENOTDIR") || path === "/") return undefined;
  const parent = realPath(sys, parentOf(path), links);
  if (parent === undefined) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "..") return parentOf(parent);
  const at = parent === "/" ? `/${name}` : `${parent}/${name}`;
  const link = sys.readlink(at);
  if (failed(link)) return at;
  return links >= MAX_LINKS ? undefined : realPath(sys, unfolded(parent, link.target), links + 1);
}

/** `path` as seen from the folder `base`, absolute. Every `..` stays: what it means is known by the links before it. */
export function unfolded(base: string, path: string): string {
  let whole = "";
  for (const part of `${path.startsWith("/") ? "" : base}/${path}`.split("/")) {
    if (part !== "" && part !== ".") whole += `/${part}`;
  }
  return whole === "" ? "/" : whole;
}
