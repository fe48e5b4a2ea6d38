import { DEFAULTS } from "../domain/config.ts";
import { findGit } from "../platform/git-layout.ts";
import { readText } from "../platform/text-file.ts";
import { failed, type Sys } from "../platform/sys/types.ts";
import type { ConfigFile, ConfigKey } from "../schema/config.ts";
import type { Workspace } from "./workspace.ts";

const MAX_INDEX = 64 * 1024 * 1024;

/**
 * What everybody gets with `git pull` may not switch off a protection: DESIGN section 8. Answers the key that does.
 * Git is asked only when such a key is weakened, so its index is hardly ever read.
 */
export function forbiddenInTracked(
  sys: Sys,
  workspace: Workspace,
  project: ConfigFile,
  user: ConfigFile,
): ConfigKey | undefined {
  const weaker: readonly ConfigKey[] = [
    project.store === undefined ? [] : ["store" as const],
    project.on_conflict === undefined || project.on_conflict === (user.on_conflict ?? DEFAULTS.onConflict)
      ? []
      : ["on_conflict" as const],
    project.strict === false && user.strict === true ? ["strict" as const] : [],
  ].flat();
  const [key] = weaker;
  if (key === undefined || (project.on_conflict === "deny" && weaker.length === 1 && key === "on_conflict")) {
    return undefined;
  }
  return isTracked(sys, workspace) ? key : undefined;
}

const CONFIG = "config.json";

/**
 * Looks for the file in git's index: by the folder that it really lies in, because a repository may bring `.claude` as a
 * link or as a submodule, and without regard to case, which some disks do not tell apart.
 */
function isTracked(sys: Sys, workspace: Workspace): boolean {
  const real = sys.realpath(workspace.stateDir);
  const folder = failed(real) ? workspace.stateDir : real.path;
  const places = [{ top: workspace.worktreePath, gitDir: workspace.gitDir }, findGit(sys, folder)];
  return places.some((place) => {
    if (place?.gitDir === undefined) return false;
    const inside = (path: string): readonly string[] =>
      path.startsWith(`${place.top}/`) ? [`${path.slice(place.top.length + 1)}/${CONFIG}`] : [];
    return holdsAny(sys, place.gitDir, [...inside(workspace.stateDir), ...inside(folder)]);
  });
}

/** True when the index, or the one that it shares entries with, lists one of the paths. */
function holdsAny(sys: Sys, gitDir: string, paths: readonly string[]): boolean {
  if (paths.length === 0) return false;
  const names = sys.list(gitDir);
  const shared = (failed(names) ? [] : names).filter((name) => name.startsWith("sharedindex."));
  return ["index", ...shared].some((name) => {
    const index = readText(sys, `${gitDir}/${name}`, MAX_INDEX);
    if (failed(index)) return false;
    const text = index.text.toLowerCase();
    // Version 4 shortens paths, so there the file name alone counts: on the safe side.
    return (text.charCodeAt(7) === 4 ? [CONFIG] : paths).some((path) => text.includes(path.toLowerCase()));
  });
}
