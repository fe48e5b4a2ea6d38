import { renewLocks } from "../../app/renew-lock.ts";
import { typeable } from "../../app/typeable.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { durationFlag } from "../duration-flag.ts";
import { renderRenewed } from "../lock-view.ts";

export const renew = command({
  args: {
    path: { type: "positional", required: true, description: "a file that is locked" },
    ttl: { type: "string", valueHint: "10m", description: "how long from now (default: as it was taken)" },
    ...AS,
  },
  notes: [
    "What has ended is not brought back. Exit codes: 10 held by another, 11 my lock expired or nothing to renew,",
    "12 granted to another since, 13 the instance is stale or not registered.",
  ],
  examples: [
    ["coord lock renew src/a.ts", "for as long again as it was taken for"],
    ["coord lock renew src/a.ts --ttl 2h", "for two hours from now"],
  ],
  run: async (args, { openForPaths }) => {
    const ttlMs = args.ttl === undefined ? undefined : durationFlag("ttl", args.ttl, 1);
    const { here, of } = await openForPaths();
    const app = await of(args.path);
    const locks = await renewLocks({ app, me: actingAs(app, args.as), paths: [args.path] }, ttlMs);
    return { json: { locks }, text: () => renderRenewed(locks.map((lock) => typeable(here, lock))) };
  },
});
