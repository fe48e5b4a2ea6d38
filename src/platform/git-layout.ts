/**
 * Where git keeps what belongs to a folder, found by reading files, without starting git (gitrepository-layout(5)).
 * A `.git` link to a linked worktree counts only if the other side links back: a planted file leads nowhere.
 */
import { readText } from "./text-file.ts";
import { failed, type Sys } from "./sys/types.ts";

export interface GitLayout {
  /** The folder that holds the `.git` found first on the way up: the innermost worktree. */
  readonly top: string;
  /** Git's own folder for this worktree. */
  readonly gitDir: string;
  readonly commonDir: string;
  /** Name of the linked worktree, empty for the main one. */
  readonly worktree: string;
  /** Top of the main worktree; undefined for a bare repository. */
  readonly mainTop: string | undefined;
}

/** More than any of the one-line files that lead from one of git's folders to another. Bytes. */
export const MAX_LINK = 8192;
const MAX_CONFIG = 65_536;

/** Walks up from `dir` (absolute, links resolved). Undefined outside of any repository. */
export function findGit(sys: Sys, dir: string): GitLayout | undefined {
  for (let at = dir; ; at = parentOf(at)) {
    const found = gitAt(sys, at);
    if (found !== undefined) return found;
    if (at === "/" || at === "") return bareAt(sys, dir);
  }
}

/** `dir/..`; the root is its own parent. */
export function parentOf(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut <= 0 ? "/" : path.slice(0, cut);
}

/** Joins and cleans a path by its text alone: the parts named `.` and `..` are folded. */
export function joinPath(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${path.startsWith("/") ? "" : base}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function gitAt(sys: Sys, top: string): GitLayout | undefined {
  const dotGit = joinPath(top, ".git");
  const stat = sys.stat(dotGit);
  if (typeof stat === "string") return undefined;
  if (stat.kind === "directory") {
    return exists(sys, `${dotGit}/HEAD`) ? main(top, dotGit) : undefined;
  }
  if (stat.kind !== "file") return undefined;
  const gitDir = linkTarget(sys, top);
  if (gitDir === undefined || !exists(sys, `${gitDir}/HEAD`)) return undefined;
  const common = readText(sys, `${gitDir}/commondir`, MAX_LINK);
  // A submodule, or a repository whose git folder lies elsewhere: a repository of its own.
  if (failed(common)) return isBare(sys, gitDir) ? bare(top, gitDir, gitDir) : main(top, gitDir);
  if (!linksBack(sys, gitDir, dotGit)) return undefined;
  const commonDir = resolved(sys, joinPath(gitDir, common.text.trim()));
  if (commonDir === undefined) return undefined;
  return { ...linked(sys, commonDir), top, gitDir, commonDir, worktree: gitDir.slice(gitDir.lastIndexOf("/") + 1) };
}

/** Where the `.git` file in `top` leads. */
export function linkTarget(sys: Sys, top: string): string | undefined {
  const link = readText(sys, joinPath(top, ".git"), MAX_LINK);
  const target = failed(link) ? undefined : /^gitdir: (.+)$/m.exec(link.text)?.[1]?.trim();
  return target === undefined ? undefined : resolved(sys, joinPath(top, target));
}

function main(top: string, gitDir: string): GitLayout {
  return { top, gitDir, commonDir: gitDir, worktree: "", mainTop: top };
}

function bare(top: string, gitDir: string, commonDir: string): GitLayout {
  return { top, gitDir, commonDir, worktree: "", mainTop: undefined };
}

function linked(sys: Sys, commonDir: string): { readonly mainTop: string | undefined } {
  if (isBare(sys, commonDir)) return { mainTop: undefined };
  return { mainTop: commonDir.endsWith("/.git") ? parentOf(commonDir) : namedTop(sys, commonDir) };
}

/** The main worktree of a submodule lies where its configuration says, if that place links back. */
function namedTop(sys: Sys, gitDir: string): string | undefined {
  const config = readText(sys, `${gitDir}/config`, MAX_CONFIG);
  const named = failed(config) ? undefined : /^\s*worktree\s*=\s*(.+?)\s*$/m.exec(config.text)?.[1];
  const top = named === undefined ? undefined : resolved(sys, joinPath(gitDir, named));
  return top !== undefined && linkTarget(sys, top) === gitDir ? top : undefined;
}

/** True when git's folder of a worktree names this `.git` file. */
export function linksBack(sys: Sys, gitDir: string, dotGit: string): boolean {
  const back = readText(sys, `${gitDir}/gitdir`, MAX_LINK);
  if (failed(back)) return false;
  const path = joinPath(gitDir, back.text.trim());
  return path === dotGit || resolved(sys, path) === resolved(sys, dotGit);
}

function isBare(sys: Sys, gitDir: string): boolean {
  const config = readText(sys, `${gitDir}/config`, MAX_CONFIG);
  return !failed(config) && /^\s*bare\s*=\s*true\s*$/im.test(config.text);
}

/** Inside a bare repository itself there is no worktree, only its own folder. */
function bareAt(sys: Sys, dir: string): GitLayout | undefined {
  for (let at = dir; at !== "/" && at !== ""; at = parentOf(at)) {
    if (exists(sys, `${at}/HEAD`) && exists(sys, `${at}/objects`) && isBare(sys, at)) return bare(at, at, at);
  }
  return undefined;
}

function resolved(sys: Sys, path: string): string | undefined {
  const real = sys.realpath(path);
  return failed(real) ? undefined : real.path;
}

function exists(sys: Sys, path: string): boolean {
  return typeof sys.stat(path) !== "string";
}

/** The branch of a worktree, or undefined (detached, unreadable). */
export function branchOf(sys: Sys, gitDir: string): string | undefined {
  const head = readText(sys, `${gitDir}/HEAD`, MAX_LINK);
  const prefix = "ref: refs/heads/";
  return failed(head) || !head.text.startsWith(prefix) ? undefined : head.text.slice(prefix.length).trim();
}
