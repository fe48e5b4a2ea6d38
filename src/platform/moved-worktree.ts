import { joinPath, linkTarget, linksBack, MAX_LINK, parentOf } from "./git-layout.ts";
import { readText } from "./text-file.ts";
import { failed, type Sys } from "./sys/types.ts";

/** A linked worktree that was moved behind git's back: it knows its repository, which looks for it elsewhere. */
export interface MovedWorktree {
  readonly top: string;
  /** Where git has it; nothing of it is there any more. */
  readonly was: string;
}

/**
 * The one that `dir` (absolute, links resolved) lies in. For messages alone: where sessions belong is for `findGit` to
 * say. A copy whose original is still in its place is not one that was moved.
 */
export function movedWorktree(sys: Sys, dir: string): MovedWorktree | undefined {
  for (let at = dir; ; at = parentOf(at)) {
    const stat = sys.stat(joinPath(at, ".git"));
    if (!failed(stat)) return stat.kind === "file" ? movedAt(sys, at) : undefined;
    if (at === "/" || at === "") return undefined;
  }
}

function movedAt(sys: Sys, top: string): MovedWorktree | undefined {
  const gitDir = linkTarget(sys, top);
  if (gitDir === undefined || failed(sys.stat(`${gitDir}/commondir`))) return undefined;
  const back = readText(sys, `${gitDir}/gitdir`, MAX_LINK);
  if (failed(back) || linksBack(sys, gitDir, joinPath(top, ".git"))) return undefined;
  const was = parentOf(joinPath(gitDir, back.text.trim()));
  return linkTarget(sys, was) === gitDir ? undefined : { top, was };
}
