import { realpathSync } from "node:fs";
import { isAbsolute, normalize } from "node:path";
import { ownBinary } from "../ground.ts";
import { SHARED_PREFIX, wiring } from "../wiring.ts";
import { programOf } from "./programs.ts";
import type { Scene } from "./scene.ts";
import type { Handler } from "./settings.ts";

/** What a shell takes for a word as it stands. */
const PLAIN_WORDS = /^[A-Za-z0-9_@%+:,./ -]+$/;

/** What install writes into the settings that a team shares: the same on every machine. */
const SHARED: ReadonlySet<string> = new Set(
  wiring({ scope: "project", binary: "", writeTools: [], strict: false }).map(({ group }) => group.hooks[0].command),
);

/**
 * True for a command of the project's own settings that may be anything: it came with the repository, and Claude Code
 * asks before it runs such, so the doctor does not run it to have a look. What install writes is known; and a program
 * outside of the project is not the repository's.
 */
export function cameAlong(scene: Scene, handler: Handler): boolean {
  const { scope, command, args, isByInstall } = handler;
  if (scope === "user" || (args === undefined && SHARED.has(command))) return false;
  if (!isByInstall || command.startsWith(SHARED_PREFIX)) return true;
  if (args === undefined && !PLAIN_WORDS.test(command)) return true;
  const path = programOf(command, args);
  return path !== undefined && liesInProject(scene, path);
}

/** True for a program that lies in the project, and is not the one that runs now. */
export function liesInProject({ app: { workspace } }: Scene, path: string): boolean {
  // What is in these depends on who looks: /proc/self/cwd is another folder for the one that is started.
  if (!isAbsolute(path) || /^\/+(proc|dev)\//.test(normalize(path))) return true;
  let real = path;
  try {
    real = realpathSync(path);
  } catch {
    // Not there: then it is not started either.
  }
  if (real === ownBinary()) return false;
  return [workspace.top, workspace.worktreePath].some((folder) => real.startsWith(`${folder}/`));
}
