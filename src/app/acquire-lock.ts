/** `coord lock acquire`. */
import { acquire, type Bar } from "../domain/acquire.ts";
import { coordError } from "../domain/errors.ts";
import type { PathId } from "../domain/path.ts";
import { MAX_INTENT } from "../domain/registration.ts";
import type { Grant } from "../domain/lock.ts";
import { randomName } from "../platform/random-name.ts";
import { observePath, remembered, stillSame } from "./content.ts";
import { aroundOf, requireState, type App } from "./context.ts";
import { lookUp, type Identity } from "./identity.ts";
import { present } from "./presence.ts";
import { lockInfo, type LockInfo } from "./lock-view.ts";
import { typedPath } from "./paths.ts";
import { requireShort } from "./require-short.ts";

export interface AcquireOptions {
  readonly me: Identity;
  readonly path: string;
  readonly intent: string;
  /** Milliseconds; undefined: the lock lives with the lease. */
  readonly ttlMs: number | undefined;
}

export interface Acquired {
  readonly lock: LockInfo;
  /** Grants of others that had ended and made way. */
  readonly tookOver: readonly Grant[];
}

/** A path that changes while it is looked at is taken as it is after this many looks. */
const MAX_LOOKS = 8;

/** Takes a claim on a path. Throws LOCK_HELD with the holders, USAGE, STATE_MISSING. */
export async function acquireLock(app: App, options: AcquireOptions): Promise<Acquired> {
  requireState(app);
  requireShort("intent", options.intent, MAX_INTENT);
  const path = typedPath(app, options.path);
  for (let look = 1; ; look += 1) {
    const result = await attempt(app, path, options, look >= MAX_LOOKS);
    if (result === "moved") continue;
    if ("lock" in result) return result;
    throw heldError(
      path,
      result.bars.map(({ grant, leftMs }) => lockInfo(app.now(), path, grant, leftMs)),
    );
  }
}

type Attempt = "moved" | Acquired | { readonly bars: readonly Bar[] };

async function attempt(app: App, path: PathId, options: AcquireOptions, settled: boolean): Promise<Attempt> {
  const content = observePath(app, path);
  return app.store.transact<Attempt>((tx) => {
    if (!settled && !stillSame(app.sys, path.real_path, content)) return { answer: "moved" };
    const { me, changes, events } = present(app, lookUp(app, tx, options.me), options.me);
    const around = aroundOf(app, tx);
    const request = {
      path,
      me,
      kind: "claim",
      ttlMs: options.ttlMs ?? null,
      intent: options.intent,
      toolUseId: null,
      contentHash: content.hash,
      lockId: randomName(),
    } as const;
    const outcome = acquire(tx.path(path.key), request, around);
    const base = { instance: me.instance_id, path: path.file_path, worktree: path.worktree };
    if (outcome.outcome === "held") {
      const by = outcome.bars[0]?.grant.locked_by.instance_id ?? "";
      return {
        answer: { bars: outcome.bars },
        instances: changes,
        events: [...events, { event: "held", ...base, by }],
      };
    }
    const left = options.ttlMs ?? around.limits.ttlMs;
    const took = outcome.tookOver.map((g) => ({
      event: "took_over",
      ...base,
      from: g.locked_by.instance_id,
      fence: g.fence,
    }));
    return {
      answer: { lock: lockInfo(app.now(), outcome.lock, outcome.grant, left), tookOver: outcome.tookOver },
      paths: [{ path, lock: { to: outcome.lock }, ledger: { to: remembered(outcome.ledger, content) } }],
      instances: changes,
      events: [...events, ...took, { event: "acquired", ...base, fence: outcome.grant.fence, kind: "claim" }],
    };
  }, app.wait);
}

/** `holders`: the locks in the way. */
export function heldError(path: PathId, holders: readonly LockInfo[]): Error {
  const [first] = holders;
  const by = first?.locked_by.instance_id ?? "somebody";
  return coordError(
    "LOCK_HELD",
    `Cannot lock "${path.file_path}": held by ${by} since ${first?.locked_at ?? ""}, until ${first?.expires_at ?? ""} unless renewed`,
    {
      hint: `coord lock wait ${path.file_path} --timeout 60s`,
      data: { holders, queue_position: null },
    },
  );
}
