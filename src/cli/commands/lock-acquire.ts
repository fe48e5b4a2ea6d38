import { acquireLocks } from "../../app/acquire-lock.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { durationFlag } from "../duration.ts";
import { renderAcquired } from "../lock-view.ts";
import { openForPaths, sharesOf } from "../open.ts";

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
  run: async (args) => {
    const ttlMs = args.ttl === undefined ? undefined : durationFlag("ttl", args.ttl, 1);
    const shares = await sharesOf(await openForPaths(), args._, (app) => actingAs(app, args.as));
    const { locks, tookOver } = await acquireLocks(shares, { intent: args.intent ?? "", ttlMs });
    const from = tookOver.map((grant) => grant.locked_by.instance_id);
    return { json: { locks }, text: () => renderAcquired(locks, args._, from) };
  },
});
