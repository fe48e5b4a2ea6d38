/** Locks that hold among commands alone: hooks act only in the workspace of a file's own repository (DESIGN section 3). */
import { pathWord } from "../domain/quote.ts";
import { parentOf } from "../platform/git-layout.ts";
import { hasState, type App } from "./context.ts";
import { movedFrom } from "./moved.ts";
import { absolutePath, locateWorkspace } from "./workspace.ts";

/** A line for each place from which such files come, of those that were typed. Throws STATE_UNSAFE. */
export function unwatchedWarnings(here: App, typed: readonly string[]): readonly string[] {
  const places = new Map<string, readonly string[]>();
  for (const name of typed) {
    const why = whyPassedOver(here, name);
    if (why !== undefined) places.set(why, [...(places.get(why) ?? []), name]);
  }
  return [...places].map(([why, [first = "", ...more]]) => {
    const others = more.length > 0 ? ` and ${more.length} more` : "";
    return `hooks do not look at "${first}"${others}, so only commands keep to this lock: ${why}`;
  });
}

/** And what to type for hooks to look; undefined where they do. */
function whyPassedOver(here: App, name: string): string | undefined {
  const { sys, env, cwd } = here;
  const real = absolutePath(sys, cwd, name);
  if (real === undefined) return undefined;
  const workspace = locateWorkspace(sys, env, parentOf(real));
  const { named, gitDir, worktreePath } = workspace;
  if (named || (real.startsWith(`${worktreePath}/`) && hasState({ sys, workspace }))) return undefined;
  const moved = movedFrom(sys, parentOf(real));
  if (moved !== undefined) return `${moved.text}. Then lock it again: ${moved.cure}`;
  return gitDir === undefined
    ? "it lies outside of every repository. If it belongs to a project, run coord init there and lock it again"
    : `the repository "${worktreePath}" has no coord state. Then lock it again: cd ${pathWord(worktreePath)} && coord init`;
}
