import type { PathId } from "../domain/path.ts";
import { typedFrom } from "../domain/typed-from.ts";
import { parentOf } from "../platform/git-layout.ts";
import type { App } from "./context.ts";
import { locateWorkspace } from "./workspace.ts";

type Place = Pick<PathId, "file_path" | "worktree" | "real_path">;

/**
 * The same with `file_path` as it can be typed in the folder that `here` was opened in, as `git status` shows paths:
 * relative to it for a file in a worktree of its workspace, absolute for any other. For text alone: in JSON `file_path`
 * stays relative to its worktree.
 */
export function typeable<T extends Place>(here: App, place: T): T {
  const { file_path, real_path } = place;
  return isInside(here, place)
    ? { ...place, file_path: typedFrom(here.cwd, real_path) }
    : { ...place, file_path: file_path.startsWith("/") ? file_path : real_path, worktree: "" };
}

function isInside({ sys, env, workspace }: App, { file_path, real_path }: Place): boolean {
  const { top, worktreePath, stateDir } = workspace;
  if ([top, worktreePath].some((folder) => real_path.startsWith(`${folder}/`))) return true;
  return !file_path.startsWith("/") && locateWorkspace(sys, env, parentOf(real_path)).stateDir === stateDir;
}
