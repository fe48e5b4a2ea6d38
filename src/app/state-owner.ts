/** A state folder that belongs to somebody else: who works there relies on it, so nobody is told to take it away. */
import { coordError, type CoordError } from "../domain/errors.ts";
import { pathWord } from "../domain/quote.ts";
import { failed, type Sys } from "../platform/sys/types.ts";
import type { Workspace } from "./workspace.ts";

interface Looked {
  readonly sys: Sys;
  readonly workspace: Pick<Workspace, "stateDir" | "top" | "named">;
}

/** STATE_UNSAFE, where the state folder is a folder of another user's. */
export function foreignState(looked: Looked): CoordError | undefined {
  const { sys, workspace } = looked;
  const { stateDir } = workspace;
  const stat = sys.lstat(stateDir);
  if (failed(stat) || stat.kind !== "directory" || stat.uid === sys.uid()) return undefined;
  return coordError("STATE_UNSAFE", `The state folder "${stateDir}" belongs to another user (uid ${stat.uid})`, {
    hint: ownerHint(looked, stateDir, stat.uid),
  });
}

/**
 * What to do about something in the state that `uid` owns. In one's own checkout what belongs to root is left by a
 * command that was run with sudo; anything else is another's live state.
 */
export function ownerHint({ sys, workspace }: Looked, path: string, uid: number): string {
  const { top, named } = workspace;
  const place = sys.lstat(top);
  const isMyPlace = !failed(place) && place.uid === sys.uid();
  if (uid === 0 && isMyPlace) return `if coord was run with sudo here: sudo chown -R "$(id -un)" ${pathWord(path)}`;
  return named ? "let COORD_DIR name a folder of your own" : "work as that user, or in a checkout of your own";
}
