import { cleanUp } from "../../app/cleanup.ts";
import { refreshDecisions } from "../../app/decisions.ts";
import { rebuildRegistry } from "../../app/work-registry.ts";
import { command } from "../command.ts";
import { renderCleanup } from "../lock-view.ts";

export const cleanup = command({
  args: {},
  notes: [
    "Removes instances whose process has died or whose lease is over, their locks, and all locks that have ended.",
  ],
  run: async (_, { openHere }) => {
    const app = await openHere();
    const { removed_instances, removed_locks } = await cleanUp(app);
    rebuildRegistry(app);
    await refreshDecisions(app);
    return {
      json: { removed_instances, removed_locks },
      text: () => renderCleanup(removed_instances, removed_locks),
    };
  },
});
