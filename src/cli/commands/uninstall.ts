import { command } from "../command.ts";
import { groundHere } from "../ground.ts";
import { planUninstall } from "../install-plan.ts";
import { editJson, renderUninstall } from "../install-view.ts";
import { publishEdits } from "../user-edit.ts";
import { SCOPES } from "../wiring.ts";

export const uninstall = command({
  args: {
    scope: {
      type: "enum",
      options: [...SCOPES],
      description: "only there; without it everywhere: yours, this project's, and yours for this project",
    },
    "dry-run": { type: "boolean", description: "show what would change, write nothing" },
  },
  notes: ["The state folder and its history stay; to remove them, delete .claude/coordination."],
  examples: [
    ["coord uninstall --dry-run", "see what would change"],
    ["coord uninstall", "everywhere"],
    ["coord uninstall --scope local", "only mine for this project"],
  ],
  run: async (args) => {
    const dryRun = args["dry-run"] === true;
    const edits = planUninstall(await groundHere(), args.scope === undefined ? SCOPES : [args.scope]);
    if (!dryRun) publishEdits(edits);
    return {
      changedNothing: dryRun,
      json: { dry_run: dryRun, files: edits.map((edit) => editJson(edit, dryRun)) },
      text: () => renderUninstall({ dryRun, edits }),
    };
  },
});
