/** Locks in the words of the bash edition, for `coord-lock` and for the functions alike. Each answers the exit code. */
import { acquireLocks } from "../../app/acquire-lock.ts";
import type { App } from "../../app/context.ts";
import type { Identity } from "../../app/identity.ts";
import { releaseLock } from "../../app/release-lock.ts";
import { renewLocks } from "../../app/renew-lock.ts";
import { stakeIn, type StakeReport } from "../../app/stake.ts";
import { EXIT_CODES, isCoordError } from "../../domain/errors.ts";
import type { Stake } from "../../domain/release.ts";
import { failureText, toFailure } from "../errors.ts";
import { show, type Say } from "./say.ts";

/** Who acts, in the workspace that the path belongs to. */
export type Acting = (app: App) => Identity;

/** Whoever is in the way may go while we look who it was: then the work is tried again, this often. */
const MAX_TRIES = 8;

export async function acquireIn(say: Say, act: Acting, path: string, intent: string): Promise<number> {
  return unlessHeld(say, act, path, {
    work: async (app) => {
      const { locks, tookOver } = await acquireLocks([{ app, me: act(app), paths: [path] }], {
        intent,
        ttlMs: undefined,
      });
      for (const { locked_by } of tookOver) {
        say.err(
          `Removing expired lock on ${show(locks[0]?.file_path ?? path)} (held by ${show(locked_by.instance_id)})`,
        );
      }
    },
    held: (file, by) => `File ${file} is locked by instance ${by}`,
  });
}

/** 0, 10; 11 and 12: the lock had ended before. */
export async function releaseIn(say: Say, act: Acting, path: string): Promise<number> {
  return unlessHeld(say, act, path, {
    work: async (app) => void (await releaseLock(app, act(app), path)),
    held: (_file, by) => `Cannot release lock: held by ${by}`,
  });
}

/** 0, 10; 11: there is no lock of mine to renew. */
export async function renewIn(say: Say, act: Acting, path: string): Promise<number> {
  try {
    return await unlessHeld(say, act, path, {
      work: async (app) => void (await renewLocks({ app, me: act(app), paths: [path] }, undefined)),
      held: (file, by) => `File ${file} is locked by instance ${by}`,
    });
  } catch (error) {
    const failure = toFailure(error);
    if (!["LOCK_EXPIRED", "CONFLICT", "STALE_INSTANCE"].includes(failure.code)) throw error;
    say.err(failureText(failure));
    return failure.code === "CONFLICT" && (await holderNow(say, act, path)) !== undefined
      ? EXIT_CODES.LOCK_HELD
      : EXIT_CODES.LOCK_EXPIRED;
  }
}

/** 0: free or mine. 10: another holds it. 11: mine has ended. What is in the file does not matter. */
export async function checkIn(say: Say, act: Acting, path: string): Promise<number> {
  const { stake } = await look(say, act, path);
  const by = holderOf(stake);
  if (by !== undefined) {
    say.err(`Locked by: ${show(by)}`);
    return EXIT_CODES.LOCK_HELD;
  }
  return stake.stake === "free" || stake.stake === "mine" ? 0 : EXIT_CODES.LOCK_EXPIRED;
}

/** 0; 12: the file is not what I locked or last saw. */
export async function conflictIn(say: Say, act: Acting, path: string): Promise<number> {
  const { file_path, conflict } = await look(say, act, path);
  if (!conflict) return 0;
  say.err(`Conflict detected: file ${show(file_path)} was modified since lock acquired`);
  return EXIT_CODES.CONFLICT;
}

interface Attempt {
  readonly work: (app: App) => Promise<void>;
  readonly held: (file: string, by: string) => string;
}

async function unlessHeld(say: Say, act: Acting, path: string, { work, held }: Attempt): Promise<number> {
  const app = await (await say.openForPaths()).of(path);
  for (let tries = 1; ; tries += 1) {
    try {
      await work(app);
      return 0;
    } catch (error) {
      if (!isCoordError(error) || error.code !== "LOCK_HELD") throw error;
      const { file_path, stake } = await stakeIn(app, act(app), path);
      const by = holderOf(stake);
      if (by === undefined && tries < MAX_TRIES) continue;
      say.err(held(show(file_path), show(by ?? "unknown")));
      return EXIT_CODES.LOCK_HELD;
    }
  }
}

async function look(say: Say, act: Acting, path: string): Promise<StakeReport> {
  const app = await (await say.openForPaths()).of(path);
  return stakeIn(app, act(app), path);
}

async function holderNow(say: Say, act: Acting, path: string): Promise<string | undefined> {
  return holderOf((await look(say, act, path)).stake);
}

function holderOf(stake: Stake): string | undefined {
  return stake.stake === "held" || stake.stake === "lost" ? stake.by?.locked_by.instance_id : undefined;
}
