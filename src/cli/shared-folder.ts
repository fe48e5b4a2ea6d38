import { readdirSync } from "node:fs";
import type { App } from "../app/context.ts";
import { homeFolder } from "../platform/home.ts";
import { realPath } from "../platform/real-path.ts";

/**
 * Warnings for whoever opts in outside of git, where no repository says how far a project reaches: the state of a folder
 * is that of every folder below it (DESIGN section 3), which in /tmp is nobody's wish.
 */
export function sharedFolderWarnings({ sys, env, cwd, workspace }: App, created: boolean): readonly string[] {
  const { top, gitDir, named } = workspace;
  if (gitDir !== undefined || named) return [];
  if ((realPath(sys, cwd) ?? cwd).startsWith(`${top}/`)) {
    return [
      `not a git repository, and the state is that of a folder above: everything below "${top}" belongs to it; ` +
        "to keep this folder apart: mkdir -p -m 700 .claude/coordination && coord init",
    ];
  }
  const home = homeFolder(env);
  // Folders below the home folder do not look there.
  const isHome = home !== undefined && realPath(sys, home) === top;
  if (!created || isHome || !hasFolders(top)) return [];
  return [`not a git repository: everything below "${top}" belongs to it, but for git repositories`];
}

function hasFolders(top: string): boolean {
  return readdirSync(top, { withFileTypes: true }).some((entry) => entry.isDirectory() && !entry.name.startsWith("."));
}
