/** How the acting instance stands to a path, for those who ask for no more than that. */
import { stakeOf, type Stake } from "../domain/release.ts";
import { contentChanged } from "./check-lock.ts";
import { aroundUnguarded, requireState, type App } from "./context.ts";
import { lookUp, type Identity } from "./identity.ts";
import { typedPath } from "./paths.ts";

export interface StakeReport {
  readonly file_path: string;
  readonly stake: Stake;
  /** The content is neither what I locked nor what I last saw, or another was granted the path since. */
  readonly conflict: boolean;
}

/** Takes and changes nothing. Throws USAGE, STATE_MISSING. */
export async function stakeIn(app: App, me: Identity, typed: string): Promise<StakeReport> {
  requireState(app);
  const path = typedPath(app, typed);
  return app.store.steady(() => {
    const state = app.store.path(path.key);
    const around = aroundUnguarded(app);
    const known = lookUp(app, app.store, me);
    const stake = stakeOf(state, { instance_id: known.id, parent: known.parent }, around);
    const conflict = stake.stake === "lost" || contentChanged(app, state, path, known.id, known.record, around);
    return { file_path: path.file_path, stake, conflict };
  }, app.wait);
}
