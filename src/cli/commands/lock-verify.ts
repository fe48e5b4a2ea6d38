import { verifyLock } from "../../app/check-lock.ts";
import { typeable } from "../../app/typeable.ts";
import { coordError } from "../../domain/errors.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { renderVerified, VERIFY_EXIT_CODES } from "../check-view.ts";

export const verify = command({
  onlyReads: true,
  args: {
    path: { type: "positional", required: true, description: "a file that was locked" },
    fence: {
      type: "string",
      valueHint: "N",
      description: "the fence that acquire printed: no later lock counts",
    },
    ...AS,
  },
  notes: [
    "Exit codes: 0 still mine, with the content as I locked or last saw it, 10 held by another and never mine,",
    "11 nothing of mine is in force, 12 changed, granted to another since, or another fence.",
  ],
  examples: [
    ["coord lock verify src/a.ts && mv new.ts src/a.ts", "publish only under the lock"],
    ["coord lock verify src/a.ts --fence 7", "and only if it is still the same lock"],
  ],
  run: async (args, { openForPaths }) => {
    const fence = fenceFlag(args.fence);
    const { here, of } = await openForPaths();
    const app = await of(args.path);
    const report = await verifyLock(app, actingAs(app, args.as), args.path, fence);
    return {
      json: report,
      text: () => renderVerified(typeable(here, report), args.path, fence),
      exitCode: VERIFY_EXIT_CODES[report.state],
    };
  },
});

function fenceFlag(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,16}$/.test(value)) return Number(value);
  throw coordError("USAGE", `--fence "${value}" is not a fence`, {
    hint: "Write the number that acquire shows as Fence",
  });
}
