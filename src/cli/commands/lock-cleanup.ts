import { requireState } from "../../app/context.ts";
import { sweep } from "../../app/sweep.ts";
import { command } from "../command.ts";
import { renderCleanup } from "../lock-view.ts";
import { openHere } from "../open.ts";

export const cleanup = command({
  args: {},
  notes: ["Removes instances whose process has died or whose lease is over, and the locks that they left."],
  run: async () => {
    const app = await openHere();
    requireState(app);
    const { removed_instances, removed_locks } = await sweep(app, "stale");
    return {
      json: { removed_instances, removed_locks },
      text: () => renderCleanup(removed_instances, removed_locks),
    };
  },
});
