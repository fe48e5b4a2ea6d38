/** `coord lock release`. */
import type { PathId } from "../domain/path.ts";
import { release, type Stake } from "../domain/release.ts";
import { actorOf } from "../domain/view.ts";
import type { Wanted } from "./claim.ts";
import { remembered, transactOn } from "./content.ts";
import { aroundOf, requireState, type App } from "./context.ts";
import { lookUp, type Identity } from "./identity.ts";
import { typedPath } from "./paths.ts";
import { presentPath } from "./present-path.ts";
import { releaseAllHeld } from "./release-held.ts";
import { stakeError } from "./stake-error.ts";

export interface ReleaseAnswer {
  readonly file_path: string;
  readonly real_path: string;
  readonly worktree: string;
  /** released: it was mine. free: it was not, and nobody bars me; nothing was done. */
  readonly state: "released" | "free";
}

/**
 * Gives a path back. Throws LOCK_HELD (another holds it and I never did), LOCK_EXPIRED (mine had ended, nobody had it
 * since), CONFLICT (mine had ended and another was granted it since); after the last two nothing is left to release.
 */
export async function releaseLock(app: App, me: Identity, typed: string): Promise<ReleaseAnswer> {
  requireState(app);
  return releaseWanted(app, me, { typed, path: typedPath(app, typed) });
}

/** The same of a path that was looked up when it was locked, whatever bears its name by now. */
export async function releaseWanted(app: App, me: Identity, { typed, path }: Wanted): Promise<ReleaseAnswer> {
  const stake = await transactOn<Stake>(app, path, (tx, content) => {
    const known = lookUp(app, tx, me);
    const state = tx.path(path.key);
    if (known.record === undefined && state.lock === undefined && state.ledger === undefined)
      return { answer: { stake: "free" } };
    const now = app.now();
    const actor =
      known.record === undefined
        ? { instance_id: known.id, parent: known.parent, agent_role: "", pid: null, process: null, started: now }
        : actorOf(known.record);
    const result = release(state, actor, content.hash, aroundOf(app, tx));
    const { lock, ledger } = result;
    if (lock === state.lock && ledger?.grants.length === state.ledger?.grants.length) return { answer: result.stake };
    return {
      answer: result.stake,
      paths: [
        { path, lock: { to: lock }, ...(ledger === undefined ? {} : { ledger: { to: remembered(ledger, content) } }) },
      ],
      events: [
        {
          event: "released",
          instance: known.id,
          path: path.file_path,
          worktree: path.worktree,
          stake: result.stake.stake,
        },
      ],
    };
  });
  if (stake.stake === "free") return releaseAnswer(path, "free");
  if (stake.stake === "mine") return releaseAnswer(path, "released");
  throw stakeError(stake, typed, "release");
}

export function releaseAnswer(path: PathId, state: ReleaseAnswer["state"]): ReleaseAnswer {
  const { file_path, real_path, worktree } = path;
  return { file_path, real_path, worktree, state };
}

/** `--all`: every lock of the instance. Answers the paths. */
export async function releaseAll(app: App, me: Identity): Promise<readonly PathId[]> {
  requireState(app);
  const { id } = lookUp(app, app.store, me);
  const paths = await releaseAllHeld(app, id);
  return paths.map((path) => presentPath(app, path));
}
