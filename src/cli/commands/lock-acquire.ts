import type { Acquired } from "../../app/acquire-claim.ts";
import { acquireLocks } from "../../app/acquire-lock.ts";
import { typeable } from "../../app/typeable.ts";
import { unwatchedWarnings } from "../../app/unwatched.ts";
import { actingAs, AS } from "../acting.ts";
import type { Answer } from "../answer.ts";
import { command } from "../command.ts";
import { durationFlag } from "../duration-flag.ts";
import { renderAcquired } from "../lock-view.ts";
import { sharesOf } from "../open.ts";

export const acquire = command({
  args: {
    path: { type: "positional", required: true, description: "a file; it need not exist yet" },
    intent: { type: "string", valueHint: "TEXT", description: "what for, for others to read" },
    ttl: {
      type: "string",
      valueHint: "10m",
      description: "how long; without it until five minutes after its holder's last sign of life",
    },
    wait: { type: "string", valueHint: "30s", description: "wait this long for what is held (default: not at all)" },
    ...AS,
  },
  repeats: true,
  notes: [
    "Several paths are locked all or none. A path that is held by another, after --wait too: exit code 10.",
    "Nothing is held while it waits. Asking again for what is mine renews it and takes note of what I wrote.",
    "What a shell acquires ends with it. In a pipeline, $(...), xargs or timeout that is not the shell that goes on,",
    "so give such scripts an identity: export COORD_INSTANCE_ID=build-$$",
  ],
  examples: [
    ['coord lock acquire src/a.ts --intent "split the parser"', "for as long as this session or shell lives"],
    ["coord lock acquire src/a.ts src/b.ts --ttl 10m", "both or none, for ten minutes"],
    ["coord lock acquire src/a.ts --wait 30s && make", "as soon as nobody else holds it"],
  ],
  run: async (args, { openForPaths }) => {
    const ttlMs = args.ttl === undefined ? undefined : durationFlag("ttl", args.ttl, 1);
    const waitMs = args.wait === undefined ? undefined : durationFlag("wait", args.wait);
    const opened = await openForPaths();
    const shares = await sharesOf(opened, args._, (app) => actingAs(app, args.as));
    const options = { intent: args.intent ?? "", ttlMs };
    const answer = ({ locks, tookOver, unseen }: Acquired): Answer => {
      const from = tookOver.map((grant) => grant.locked_by.instance_id);
      return {
        warnings: unwatchedWarnings(opened.here, args._),
        json: { locks, unseen: unseen.map(({ typed, by, at }) => ({ path: typed, changed_by: by, changed_at: at })) },
        text: () =>
          renderAcquired(
            locks.map((lock) => typeable(opened.here, lock)),
            args._,
            from,
            unseen,
          ),
      };
    };
    if (waitMs === undefined) return answer(await acquireLocks(shares, options));
    const [{ acquireWithin }, { interruptible }] = await Promise.all([
      import("../../app/wait-lock.ts"),
      import("../interrupt.ts"),
    ]);
    return interruptible(opened.here.sys, async (signal) => {
      const acquired = await acquireWithin(shares, options, waitMs, signal);
      return acquired === undefined ? undefined : answer(acquired);
    });
  },
});
