import { pathWord } from "../domain/quote.ts";
import { movedWorktree } from "../platform/moved-worktree.ts";
import { realPath } from "../platform/real-path.ts";
import type { Sys } from "../platform/sys/types.ts";

/** What is said of a folder in a linked worktree that was moved without git: a state made there would be another one. */
export interface Moved {
  readonly text: string;
  /** What to type. */
  readonly cure: string;
}

/** Undefined for every other folder. `dir` is absolute. */
export function movedFrom(sys: Sys, dir: string): Moved | undefined {
  const moved = movedWorktree(sys, realPath(sys, dir) ?? dir);
  if (moved === undefined) return undefined;
  const { top, was } = moved;
  return {
    text: `"${top}" is a linked worktree that git still has at "${was}", so it shares no state with its repository`,
    cure: `git -C ${pathWord(top)} worktree repair`,
  };
}
