import { cleanUp } from "../../app/cleanup.ts";
import { refreshDecisions } from "../../app/decisions.ts";
import { typeable } from "../../app/typeable.ts";
import { registryWarnings } from "../../app/work-registry.ts";
import type { PathId } from "../../domain/path.ts";
import { command } from "../command.ts";
import { groundOf } from "../ground.ts";
import { renderCleanup } from "../lock-view.ts";
import { withProgress } from "../progress.ts";
import { sweepSettingsScratch } from "../settings-scratch.ts";

const pathsOf = (places: readonly PathId[]): readonly string[] => places.map(({ file_path }) => file_path);

export const cleanup = command({
  args: {},
  notes: [
    "Removes instances whose process has died or whose lease is over, their locks, and all locks that have ended.",
  ],
  examples: [
    ["coord lock cleanup", "forget those who have gone, now"],
    ["coord lock cleanup --json", "and tell a script whom"],
  ],
  run: async (args, { openHere }) => {
    const app = await openHere();
    const { removed_instances, removed_locks } = await withProgress(
      "Looking for stale instances",
      args.json === true,
      async (update) => cleanUp(app, update),
    );
    const warnings = registryWarnings(app);
    sweepSettingsScratch(groundOf(app.workspace), app.now().wall_ms);
    await refreshDecisions(app);
    return {
      warnings,
      json: { removed_instances, removed_locks: pathsOf(removed_locks) },
      text: () => renderCleanup(removed_instances, pathsOf(removed_locks.map((path) => typeable(app, path)))),
    };
  },
});
