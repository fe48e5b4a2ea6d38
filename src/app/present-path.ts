import type { PathId } from "../domain/path.ts";
import { findGit, joinPath, MAX_LINK, parentOf } from "../platform/git-layout.ts";
import { readText } from "../platform/text-file.ts";
import { failed } from "../platform/sys/types.ts";
import type { App } from "./context.ts";

type Place = Pick<PathId, "file_path" | "worktree" | "real_path">;
type TopOf = (worktree: string) => string | undefined;

/** What is found out once for all paths that a command shows. */
const known = new WeakMap<App, TopOf>();

/**
 * The same with `real_path` as it is now: a lock follows its worktree when git moves that, and the record still has the
 * path under which it was taken. Where nobody knows better it stays.
 */
export function presentPath<T extends Place>(app: App, place: T): T {
  const { file_path, worktree, real_path } = place;
  // A record that cannot be read has no path.
  if (app.workspace.named || file_path === "" || file_path.startsWith("/")) return place;
  const topOf = known.get(app) ?? tops(app);
  known.set(app, topOf);
  const top = topOf(worktree);
  const now = top === undefined ? real_path : `${top}/${file_path}`;
  return now === real_path ? place : { ...place, real_path: now };
}

/** Where git has each worktree: one small file for a linked one, read when it is first asked for. */
function tops({ sys, workspace }: App): TopOf {
  const git = findGit(sys, workspace.worktreePath);
  if (git === undefined) return () => undefined;
  const read = (worktree: string): string | undefined => {
    const entry = `${git.commonDir}/worktrees/${worktree}`;
    const link = /^\.{1,2}$|\//.test(worktree) ? "ENOENT" : readText(sys, `${entry}/gitdir`, MAX_LINK);
    if (failed(link)) return undefined;
    const real = sys.realpath(parentOf(joinPath(entry, link.text.trim())));
    return failed(real) ? undefined : real.path;
  };
  const found = new Map([["", git.mainTop]]);
  return (worktree) => {
    if (!found.has(worktree)) found.set(worktree, read(worktree));
    return found.get(worktree);
  };
}
