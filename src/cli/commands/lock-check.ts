import { checkLock } from "../../app/check-lock.ts";
import { isSessions } from "../../app/identity.ts";
import { typeable } from "../../app/typeable.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { CHECK_EXIT_CODES, renderCheck } from "../check-view.ts";

export const check = command({
  args: { path: { type: "positional", required: true, description: "a file; it need not exist yet" }, ...AS },
  notes: ["Exit codes: 0 free or mine and unchanged, 10 held by another, 11 my lock expired, 12 changed by another."],
  examples: [
    ["coord lock check src/a.ts", "who holds it"],
    ["coord lock check src/a.ts && touch src/a.ts", "go on only if nobody else does"],
  ],
  onlyReads: true,
  run: async (args, { openForPaths }) => {
    const { here, of } = await openForPaths();
    const app = await of(args.path);
    const me = actingAs(app, args.as);
    const report = await checkLock(app, me, args.path);
    const inSession = isSessions(app, me);
    return {
      json: report,
      text: () => renderCheck(typeable(here, report), args.path, { inSession }),
      exitCode: CHECK_EXIT_CODES[report.state],
    };
  },
});
