import { parentOf } from "../platform/git-layout.ts";
import type { Sys } from "../platform/sys/types.ts";
import { ioError } from "../store/file/atomic-file.ts";
import { makeFolder, makeParts } from "../store/file/folders.ts";
import { layoutOf } from "../store/file/layout.ts";
import { hasState, type App } from "./context.ts";

/** Makes the state folder, owner-only. Idempotent. Answers whether it was made now. Throws STATE_UNSAFE, IO. */
export function initState(app: App): boolean {
  const { sys, workspace } = app;
  const layout = layoutOf(workspace.stateDir);
  const fresh = !hasState(app);
  makeParents(sys, parentOf(layout.top));
  makeFolder(sys, layout.top);
  makeParts(sys, layout);
  return fresh;
}

/** `.claude` and what is above it: the user's own folders, with the usual mode. */
function makeParents(sys: Sys, path: string): void {
  if (path === "/" || typeof sys.stat(path) !== "string") return;
  makeParents(sys, parentOf(path));
  const made = sys.mkdir(path, 0o755);
  if (made !== "" && made !== "EEXIST") throw ioError("make", path, made);
}
