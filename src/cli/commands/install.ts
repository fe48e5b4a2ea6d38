import { hasState } from "../../app/context.ts";
import { command } from "../command.ts";
import { groundOf, ownBinary } from "../ground.ts";
import { initialise } from "../initialise.ts";
import { planInstall } from "../install-plan.ts";
import { editJson, renderInstall } from "../install-view.ts";
import { sharedFolderWarnings } from "../shared-folder.ts";
import { publishEdits } from "../user-edit.ts";
import { SCOPES } from "../wiring.ts";

export const install = command({
  args: {
    scope: {
      type: "enum",
      options: [...SCOPES],
      default: "user",
      description: "whose settings: all my projects, this project's (committed), mine for this project",
    },
    hold: {
      type: "enum",
      options: ["tool", "turn", "session"],
      description: "how long a write holds its lock, written to this project's config.json",
    },
    "dry-run": { type: "boolean", description: "show what would change, write nothing" },
  },
  notes: [
    "Only coord's own entries are touched: comments, formatting and every other setting stay as they are.",
    "Project scope finds coord on each one's PATH; where there is none, a session says so in one line at its start.",
  ],
  examples: [
    ["coord install --dry-run", "see what would change"],
    ["coord install", "for all your projects"],
    ["coord install --scope project", "for all who work on this one: commit .claude/settings.json"],
    ["coord install --hold turn", "and keep files locked here until the model stops"],
  ],
  run: async (args, { openHere }) => {
    const app = await openHere();
    const plan = planInstall(groundOf(app.workspace), {
      scope: args.scope,
      hold: args.hold,
      binary: ownBinary(),
      writeTools: [...app.config.writeTools.keys()],
      strict: app.config.strict,
    });
    const dryRun = args["dry-run"] === true;
    const edits = plan.config === undefined ? [plan.settings] : [plan.settings, plan.config];
    const created = plan.initialises && !hasState(app);
    const kept = plan.initialises && !dryRun ? (await initialise(app)).kept : [];
    if (!dryRun) publishEdits(edits);
    const state = plan.initialises ? { state: { dir: app.workspace.stateDir, created, kept } } : {};
    const missing = args.scope === "project" && Bun.which("coord") === null;
    return {
      changedNothing: dryRun,
      json: {
        scope: args.scope,
        dry_run: dryRun,
        files: edits.map((edit) => editJson(edit, dryRun)),
        state_dir: plan.initialises ? app.workspace.stateDir : null,
        state_created: created,
        kept,
      },
      text: () => renderInstall({ dryRun, edits, ...state }, plan.wired.length),
      warnings: [
        ...plan.warnings,
        ...(missing ? ["coord is not on your PATH, where the hooks of project scope look for it"] : []),
        ...(plan.initialises
          ? sharedFolderWarnings(app, created)
          : ["the home folder is not a project: no state folder was made here"]),
      ],
    };
  },
});
