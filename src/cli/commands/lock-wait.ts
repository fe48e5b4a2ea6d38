import { isSessions } from "../../app/identity.ts";
import { typeable } from "../../app/typeable.ts";
import { waitLock } from "../../app/wait-lock.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { durationFlag } from "../duration-flag.ts";
import { renderWaited } from "../check-view.ts";

export const wait = command({
  args: {
    path: { type: "positional", required: true, description: "a file" },
    timeout: { type: "string", required: true, valueHint: "60s", description: "how long to wait at most" },
    ...AS,
  },
  notes: ["Returns when nobody else holds the file, and takes nothing. Still held after the timeout: exit code 10."],
  examples: [["coord lock wait src/a.ts --timeout 60s", "until it is free, a minute at most"]],
  onlyReads: true,
  run: async (args, { openForPaths }) => {
    const timeoutMs = durationFlag("timeout", args.timeout);
    const { here, of } = await openForPaths();
    const app = await of(args.path);
    const me = actingAs(app, args.as);
    const report = await waitLock(app, me, args.path, timeoutMs);
    const inSession = isSessions(app, me);
    return { json: report, text: () => renderWaited(typeable(here, report), args.path, { inSession }) };
  },
});
