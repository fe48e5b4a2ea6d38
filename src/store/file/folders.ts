import { coordError } from "../../domain/errors.ts";
import { failed, type Sys } from "../../platform/sys/types.ts";
import { ioError } from "./atomic-file.ts";
import { layGitignore } from "./gitignore.ts";
import { foldersIn, type Layout } from "./layout.ts";

/**
 * Makes the folders inside a state folder, owner-only, and its .gitignore, as far as they are not there: for
 * `coord init`, and for the first one who uses a state folder that came with a clone, where git has kept the decisions
 * and nothing else. Throws STATE_UNSAFE, IO.
 */
export function makeParts(sys: Sys, layout: Layout): void {
  for (const folder of foldersIn(layout)) makeFolder(sys, folder);
  layGitignore(sys, layout);
}

/**
 * What is in a folder; nothing where there is none. What cannot be looked into is not empty: whoever took it for that
 * would tell of no locks where there are some. Throws IO.
 */
export function namesIn(sys: Sys, path: string): readonly string[] {
  const names = sys.list(path);
  if (!failed(names)) return names;
  if (names === "ENOENT" || names === "ENOTDIR") return [];
  throw ioError("look into", path, names);
}

/** Makes one folder unless it is there; true when it was made. Throws STATE_UNSAFE where something else bears its name, IO. */
export function makeFolder(sys: Sys, path: string): boolean {
  const made = sys.mkdir(path, 0o700);
  if (made === "") return true;
  if (made !== "EEXIST") throw ioError("make", path, made);
  const stat = sys.lstat(path);
  if (typeof stat === "string" || stat.kind === "directory") return false;
  throw coordError("STATE_UNSAFE", `"${path}" is not a folder but a ${stat.kind}`, {
    hint: "move it away and run: coord init",
  });
}
