import { importDecisions } from "../../app/import-decisions.ts";
import { command } from "../command.ts";
import { withProgress } from "../progress.ts";
import { counted } from "../show-text.ts";

export const importLog = command({
  args: {
    file: { type: "positional", required: true, description: "a decision-log.json, or an archive of one" },
    "dry-run": { type: "boolean", description: "tell what would be taken over, and take nothing" },
  },
  notes: [
    "Takes each decision once, however often it is imported, and on all branches under the same ID: its old one, and six",
    "digits of its content. A file in which something is no decision ends with exit code 1; the rest is taken all the same.",
  ],
  examples: [
    [
      "coord decisions import .claude/coordination/decision-log.json --dry-run",
      "tell what is in a log that is not known yet",
    ],
  ],
  run: async (args, { openHere }) => {
    const app = await openHere();
    const dryRun = args["dry-run"] === true;
    const { taken, known, differing, unusable } = await withProgress(
      "Taking over decisions",
      args.json === true,
      async (onProgress) => importDecisions(app, args.file, { dryRun, onProgress }),
    );
    return {
      changedNothing: dryRun,
      warnings: [
        ...differing.map((id) => `${id} is logged with another content, which stands`),
        ...unusable.map((what) => `left out: ${what}`),
      ],
      json: { taken, known, differing, unusable, dry_run: dryRun },
      text: () => `${dryRun ? "Would take" : "Taken"} over: ${counted(taken, "decision")}, ${known} known already`,
      exitCode: unusable.length > 0 ? 1 : 0,
    };
  },
});
