import { parentOf } from "../platform/git-layout.ts";
import type { Sys } from "../platform/sys/types.ts";
import { ioError, writeScratch } from "../store/file/atomic-file.ts";
import { makeFolder, makeFolders } from "../store/file/folders.ts";
import { layoutOf } from "../store/file/layout.ts";
import { hasState, type App } from "./context.ts";

/** Only decisions are for the repository: DESIGN section 3. */
const GITIGNORE = "*\n!.gitignore\n!decisions/\n!decisions/**\n";

/** Makes the state folder, owner-only. Idempotent. Answers whether it was made now. Throws STATE_UNSAFE, IO. */
export function initState(app: App): boolean {
  const { sys, workspace } = app;
  const layout = layoutOf(workspace.stateDir);
  const fresh = !hasState(app);
  makeParents(sys, parentOf(layout.top));
  makeFolder(sys, layout.top);
  makeFolders(sys, layout);
  layGitignore(app);
  return fresh;
}

/**
 * Publishes the .gitignore unless there is one: whoever changed it had a reason. Whole or not at all, because nobody
 * would lay it anew over one that was cut off. Throws IO.
 */
function layGitignore({ sys, workspace }: App): void {
  const { gitignore, tmp } = layoutOf(workspace.stateDir);
  if (sys.lstat(gitignore) !== "ENOENT") return;
  const from = writeScratch({ sys, tmp }, gitignore, GITIGNORE);
  const linked = sys.link(from, gitignore);
  // A disk without hard links.
  const placed = linked === "" || linked === "EEXIST" ? "" : sys.rename(from, gitignore);
  sys.unlink(from);
  if (placed !== "") throw ioError("publish", gitignore, placed);
}

/** `.claude` and what is above it: the user's own folders, with the usual mode. */
function makeParents(sys: Sys, path: string): void {
  if (path === "/" || typeof sys.stat(path) !== "string") return;
  makeParents(sys, parentOf(path));
  const made = sys.mkdir(path, 0o755);
  if (made !== "" && made !== "EEXIST") throw ioError("make", path, made);
}
