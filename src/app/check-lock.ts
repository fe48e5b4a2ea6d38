/** `coord lock check`, `lock verify`, `lock list`. */
import type { ForcedEnd } from "../domain/ledger.ts";
import type { Grant } from "../domain/lock.ts";
import type { PathId } from "../domain/path.ts";
import { leftMs, liveGrants } from "../domain/settle.ts";
import { aroundUnguarded, requireState, type App } from "./context.ts";
import type { Identity } from "./identity.ts";
import { lockInfo, type LockInfo } from "./lock-view.ts";
import { presentPath } from "./present-path.ts";
import { typedPath } from "./paths.ts";
import { lookAt, steadyLook, type Look, type Source } from "./stake.ts";

export interface CheckReport {
  readonly file_path: string;
  readonly real_path: string;
  readonly worktree: string;
  readonly state: "free" | "mine" | "held" | "expired" | "changed";
  /** The lock that matters: mine, or the one in my way. */
  readonly lock: LockInfo | null;
  /** Why it counts as changed; absent in other states. another_fence: the lock is mine, but not the one asked for. */
  readonly reason?: "content" | "granted_to_another" | "another_fence";
  /** Who made the content what it is, if anybody is known to have. */
  readonly changed_by?: string;
  /** To whom the path was granted after my lock had ended. */
  readonly granted_to?: string;
  /** Who has ended my lock by force, if anybody. */
  readonly forced?: ForcedEnd;
}

/** How the acting instance stands to a path. Takes and changes nothing. */
export async function checkLock(app: App, me: Identity, typed: string): Promise<CheckReport> {
  requireState(app);
  const path = typedPath(app, typed);
  return look(app, me, path);
}

/**
 * Whether the acting instance still holds a path with the content as it locked or last saw it: "mine" is yes, everything
 * else is no. With `fence` only the very grant of this number counts, "changed" where it is another.
 */
export async function verifyLock(
  app: App,
  me: Identity,
  typed: string,
  fence: number | undefined,
): Promise<CheckReport> {
  requireState(app);
  const path = typedPath(app, typed);
  const found = await look(app, me, path, true);
  // Said first, also where the content has changed: what was locked under that number is out of force in any case.
  const isMine = found.state === "mine" || (found.reason === "content" && found.lock !== null);
  const isOther = isMine && fence !== undefined && found.lock?.fence !== fence;
  return isOther ? { ...found, state: "changed", reason: "another_fence" } : found;
}

type More = Pick<CheckReport, "reason" | "changed_by" | "granted_to" | "forced">;

function forcedOf(forced: ForcedEnd | undefined): Pick<CheckReport, "forced"> {
  return forced === undefined ? {} : { forced };
}

/** `mineOnly`: what was written by others to a path of which nothing is mine does not matter. */
async function look(app: App, me: Identity, path: PathId, mineOnly = false): Promise<CheckReport> {
  const read = (from: Source) => {
    const found = lookAt(app, me, path, from);
    return { stake: found.stake, report: report(found, path, mineOnly) };
  };
  const found = await steadyLook(app, path, read, ({ stake }) => stake);
  return found.report;
}

function report({ stake, change, unseenBy, around }: Look, path: PathId, mineOnly: boolean): CheckReport {
  const answer = (what: CheckReport["state"], grant: Grant | undefined, more: More = {}): CheckReport => ({
    file_path: path.file_path,
    real_path: path.real_path,
    worktree: path.worktree,
    state: what,
    lock: grant === undefined ? null : lockInfo(around.now, path, grant, leftMs(grant, around)),
    ...more,
  });
  const unless = (what: "free" | "mine", grant?: Grant): CheckReport => {
    const found = change();
    const by = found === undefined && what === "free" ? unseenBy() : undefined;
    if (found === undefined) return answer(what, grant, by === undefined ? {} : { changed_by: by });
    return answer("changed", grant, { reason: "content", ...(found.by === undefined ? {} : { changed_by: found.by }) });
  };
  switch (stake.stake) {
    case "free":
      return mineOnly ? answer("free", undefined) : unless("free");
    case "mine":
      return unless("mine", stake.grant);
    case "held":
      return answer("held", stake.by);
    case "expired":
      return answer("expired", undefined, forcedOf(stake.forced));
    case "lost":
      return answer("changed", stake.by, {
        reason: "granted_to_another",
        granted_to: stake.to,
        ...forcedOf(stake.forced),
      });
  }
  return stake satisfies never;
}

/** Every lock in force, by path. */
export async function listLocks(app: App): Promise<readonly LockInfo[]> {
  requireState(app);
  return app.store.steady(() => locksInForce(app), app.wait);
}

function locksInForce(app: App): readonly LockInfo[] {
  const around = aroundUnguarded(app);
  return app.store
    .locks()
    .flatMap((lock) =>
      liveGrants(lock, around).map((grant) =>
        lockInfo(around.now, presentPath(app, lock), grant, leftMs(grant, around)),
      ),
    )
    .toSorted((a, b) => (a.file_path < b.file_path ? -1 : a.file_path > b.file_path ? 1 : 0));
}
