import { acquireLock, type Acquired } from "../../app/acquire-lock.ts";
import { checkLock } from "../../app/check-lock.ts";
import type { App } from "../../app/context.ts";
import type { Identity } from "../../app/identity.ts";
import { releaseLock } from "../../app/release-lock.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { durationFlag } from "../duration.ts";
import { renderAcquired } from "../lock-view.ts";
import { withTypedHint } from "../typed-hint.ts";

export const acquire = command({
  args: {
    path: { type: "positional", required: true, description: "a file; it need not exist yet" },
    intent: { type: "string", valueHint: "TEXT", description: "what for, for others to read" },
    ttl: { type: "string", valueHint: "10m", description: "how long; without it as long as the instance lives" },
    ...AS,
  },
  repeats: true,
  notes: ["Several paths are locked all or none. A path that is held by another: exit code 10."],
  examples: [
    ['coord lock acquire src/a.ts --intent "split the parser"', "for as long as this session or shell lives"],
    ["coord lock acquire src/a.ts src/b.ts --ttl 10m", "both or none, for ten minutes"],
  ],
  run: async (args, { openForPaths }) => {
    const ttlMs = args.ttl === undefined ? undefined : durationFlag("ttl", args.ttl, 1);
    const { of } = await openForPaths();
    const taken: Taken[] = [];
    try {
      for (const path of args._) {
        const app = await of(path);
        const me = actingAs(app, args.as);
        const before = args._.length > 1 ? checkLock(app, me, path).lock : null;
        const acquired = await withTypedHint(path, () =>
          acquireLock(app, { me, path, intent: args.intent ?? "", ttlMs }),
        );
        taken.push({ app, me, path, acquired, isFresh: before?.lock_id !== acquired.lock.lock_id });
      }
    } catch (error) {
      await giveBack(taken);
      throw error;
    }
    const locks = [...new Map(taken.map(({ acquired: { lock } }) => [lock.lock_id, lock])).values()];
    const tookOver = taken.flatMap(({ acquired }) => acquired.tookOver.map((grant) => grant.locked_by.instance_id));
    return { json: { locks }, text: () => renderAcquired(locks, args._, tookOver, args.as) };
  },
});

interface Taken {
  readonly app: App;
  readonly me: Identity;
  readonly path: string;
  readonly acquired: Acquired;
  /** False when it was mine before: then it stays mine. */
  readonly isFresh: boolean;
}

/** All or none: what this command took before one path was refused goes back. */
async function giveBack(taken: readonly Taken[]): Promise<void> {
  for (const { app, me, path, isFresh } of taken.toReversed()) {
    if (!isFresh) continue;
    try {
      await releaseLock(app, me, path);
    } catch {
      // It ended by itself; the refusal is what has to be told.
    }
  }
}
