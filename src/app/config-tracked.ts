import { DEFAULTS } from "../domain/config.ts";
import { readText } from "../platform/text-file.ts";
import { failed, type Sys } from "../platform/sys/types.ts";
import type { ConfigFile } from "../schema/config.ts";
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
): string | undefined {
  const weaker = [
    project.store === undefined ? [] : ["store"],
    project.on_conflict === undefined || project.on_conflict === (user.on_conflict ?? DEFAULTS.onConflict)
      ? []
      : ["on_conflict"],
    project.strict === false && user.strict === true ? ["strict"] : [],
  ].flat();
  const [key] = weaker;
  if (key === undefined || (project.on_conflict === "deny" && weaker.length === 1 && key === "on_conflict")) {
    return undefined;
  }
  return isTracked(sys, workspace) ? key : undefined;
}

/** Looks for the path in git's index. Version 4 shortens paths, so there the file name alone counts: on the safe side. */
function isTracked(sys: Sys, workspace: Workspace): boolean {
  if (workspace.gitDir === undefined) return false;
  const index = readText(sys, `${workspace.gitDir}/index`, MAX_INDEX);
  if (failed(index)) return false;
  return index.text.includes(index.text.charCodeAt(7) === 4 ? "config.json" : ".claude/coordination/config.json");
}
