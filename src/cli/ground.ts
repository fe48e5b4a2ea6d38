import { realpathSync } from "node:fs";
import { locateWorkspace, withAbsoluteDir, type Workspace } from "../app/workspace.ts";
import { homeFolder } from "../platform/home.ts";
import { loadNative } from "../platform/sys/load.ts";
import type { Ground } from "./install-plan.ts";
import { claudeConfigFolder } from "./scopes.ts";

/**
 * Where install and uninstall work. The checkout in which they run counts, also in a linked worktree: sessions there do
 * not see the settings of the main one (CLAUDE_CODE.md section 4.1).
 */
export function groundOf(workspace: Workspace): Ground {
  const { env } = process;
  const home = homeFolder(env);
  return {
    top: workspace.worktreePath,
    stateDir: workspace.stateDir,
    claudeFolder: claudeConfigFolder(env),
    home: home === undefined ? "" : realOf(home),
  };
}

/** The same without opening the state: what is wrong there must not keep anybody from uninstalling. */
export async function groundHere(): Promise<Ground> {
  const { sys } = await loadNative();
  return groundOf(locateWorkspace(sys, withAbsoluteDir(process.env, process.cwd()), process.cwd()));
}

/** The file that hooks are to call: this very binary, by a name that outlives links. */
export function ownBinary(): string {
  return realOf(process.execPath);
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
