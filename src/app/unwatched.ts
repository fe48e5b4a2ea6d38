/** Locks that hold among commands alone: hooks act only in the workspace of a file's own repository (DESIGN section 3). */
import { pathWord } from "../domain/quote.ts";
import { parentOf } from "../platform/git-layout.ts";
import { hasState, type App } from "./context.ts";
import { absolutePath, locateWorkspace, type Workspace } from "./workspace.ts";

/** A line for each place from which such files come, of those that were typed. Throws STATE_UNSAFE. */
export function unwatchedWarnings(here: App, typed: readonly string[]): readonly string[] {
  const places = new Map<string, { readonly workspace: Workspace; readonly names: readonly string[] }>();
  for (const name of typed) {
    const workspace = passedOver(here, name);
    if (workspace === undefined) continue;
    const place = workspace.gitDir === undefined ? "" : workspace.top;
    places.set(place, { workspace, names: [...(places.get(place)?.names ?? []), name] });
  }
  return [...places.values()].map(({ workspace, names }) => warningOf(workspace, names));
}

/** The workspace that hooks look for, where they find no state or no part of it; undefined where they look at the file. */
function passedOver(here: App, name: string): Workspace | undefined {
  const { sys, env, cwd } = here;
  const real = absolutePath(sys, cwd, name);
  if (real === undefined) return undefined;
  const workspace = locateWorkspace(sys, env, parentOf(real));
  if (workspace.named) return undefined;
  const isInside = real.startsWith(`${workspace.worktreePath}/`);
  return isInside && hasState({ sys, workspace }) ? undefined : workspace;
}

function warningOf({ gitDir, worktreePath }: Workspace, names: readonly string[]): string {
  const [first = ""] = names;
  const more = names.length > 1 ? ` and ${names.length - 1} more` : "";
  const where = gitDir === undefined ? "outside of every repository" : `in the repository "${worktreePath}"`;
  const what = `hooks do not look at "${first}"${more}, ${where}, where there is no coord state: only commands keep to this lock`;
  const cure = gitDir === undefined ? "run coord init in its project" : `cd ${pathWord(worktreePath)} && coord init`;
  return `${what}. To have hooks look, and then lock it again: ${cure}`;
}
