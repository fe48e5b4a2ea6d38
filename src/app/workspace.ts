/**
 * Which workspace a path belongs to, and under which key: DESIGN section 3, "Which state" and "Key".
 */
import { any } from "../domain/list.ts";
import type { PathId } from "../domain/path.ts";
import { findGit, joinPath, parentOf, type GitLayout } from "../platform/git-layout.ts";
import { homeFolder } from "../platform/home.ts";
import { realPath, unfolded } from "../platform/real-path.ts";
import type { Sys } from "../platform/sys/types.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export interface Workspace {
  /** The state folder; it need not exist. */
  readonly stateDir: string;
  /** Top of the main worktree, or the folder that stands for it. */
  readonly top: string;
  /** The worktree in which the search began: empty name for the main one. */
  readonly worktree: string;
  readonly worktreePath: string;
  /** Git's folder for that worktree; undefined outside git. */
  readonly gitDir: string | undefined;
  /** COORD_DIR names the state folder: then it may serve paths of several repositories. */
  readonly named: boolean;
}

const STATE = ".claude/coordination";

/** The workspace of `dir`, an absolute folder that need not exist. In `env` COORD_DIR is absolute: `withAbsoluteDir`. */
export function locateWorkspace(sys: Sys, env: Env, dir: string): Workspace {
  const start = nearestFolder(sys, realPath(sys, dir) ?? dir);
  const git = findGit(sys, start);
  const named = env["COORD_DIR"];
  const own = git === undefined ? outsideGit(sys, env, start) : insideGit(git);
  if (named === undefined || named === "") return own;
  return { ...own, named: true, stateDir: realPath(sys, named) ?? named };
}

/** A relative COORD_DIR means one folder, whichever path is looked at: it is taken from `base`, an absolute folder. */
export function withAbsoluteDir(env: Env, base: string): Env {
  const named = env["COORD_DIR"];
  if (named === undefined || named === "" || named.startsWith("/")) return env;
  return { ...env, COORD_DIR: unfolded(base, named) };
}

function nearestFolder(sys: Sys, path: string): string {
  let at = path;
  while (at !== "/") {
    const stat = sys.stat(at);
    if (typeof stat !== "string" && stat.kind === "directory") return at;
    at = parentOf(at);
  }
  return at;
}

function insideGit(git: GitLayout): Workspace {
  const worktree = { worktree: git.worktree, worktreePath: git.top, gitDir: git.gitDir, named: false };
  if (git.mainTop === undefined) return { stateDir: `${git.commonDir}/coord`, top: git.top, ...worktree };
  return { stateDir: joinPath(git.mainTop, STATE), top: git.mainTop, ...worktree };
}

/** The nearest ancestor below the home folder that has a state folder; else the client's project; else this folder. */
function outsideGit(sys: Sys, env: Env, dir: string): Workspace {
  const known = homeFolder(env);
  const home = known === undefined ? undefined : realPath(sys, known);
  for (let at = dir; at !== "/" && at !== home; at = parentOf(at)) {
    if (typeof sys.stat(joinPath(at, STATE)) !== "string") return plain(at);
  }
  const project = env["CLAUDE_PROJECT_DIR"];
  return plain(project === undefined || project === "" ? dir : (realPath(sys, project) ?? project));
}

function plain(top: string): Workspace {
  return { stateDir: joinPath(top, STATE), top, worktree: "", worktreePath: top, gitDir: undefined, named: false };
}

/** The longest path Linux and macOS take, and the longest name in it. Bytes. */
export const MAX_PATH = 4096;
export const MAX_NAME = 255;
/** No text of fewer UTF-16 units is too long a name. */
const SURELY_FITS = MAX_NAME / 3;

/** A path made absolute against `cwd`, links resolved. Undefined when no file can have this path. */
export function absolutePath(sys: Sys, cwd: string, path: string): string | undefined {
  if (path === "" || path.includes("\0")) return undefined;
  const whole = unfolded(cwd, path);
  return whole.length > SURELY_FITS && isTooLong(whole) ? undefined : realPath(sys, whole);
}

function isTooLong(path: string): boolean {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  return bytes(path) >= MAX_PATH || any(path.split("/"), (name) => name.length > SURELY_FITS && bytes(name) > MAX_NAME);
}

/**
 * The identity of a real path in `workspace`, which must be the one located from the path's own folder. Where paths of
 * several repositories may meet in one state, and outside of git, the absolute path is what tells them apart.
 */
export function pathId(workspace: Workspace, real: string): PathId {
  const { worktreePath, worktree, gitDir, named } = workspace;
  const inside = real.startsWith(`${worktreePath}/`);
  const file_path = inside ? real.slice(worktreePath.length + 1) : real;
  const byWorktree = inside && gitDir !== undefined && !named;
  const key = keyOf(byWorktree ? worktree : "", byWorktree ? file_path : real);
  return { key, worktree: inside ? worktree : "", file_path, real_path: real };
}

/** A path that lies outside of the workspace whose state it is locked in. */
export function outsidePathId(real: string): PathId {
  return { key: keyOf("", real), worktree: "", file_path: real, real_path: real };
}

function keyOf(worktree: string, path: string): string {
  // Disks of Macs mostly take "A.ts" and "a.ts" for one file, and composed and decomposed letters too.
  const folded = process.platform === "darwin" ? path.normalize("NFC").toLowerCase() : path;
  return new Bun.CryptoHasher("sha256").update(`${worktree}\0${folded}`).digest("hex").slice(0, 32);
}

/** True when the path is the state's own: coord never coordinates itself. */
export function isState(workspace: Workspace, real: string): boolean {
  return real === workspace.stateDir || real.startsWith(`${workspace.stateDir}/`);
}
