import { refreshDecisions } from "../../app/decisions.ts";
import { initState } from "../../app/init-state.ts";
import { publishSchemas } from "../../app/state-schemas.ts";
import { rebuildRegistry } from "../../app/work-registry.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import { command } from "../command.ts";

export const init = command({
  args: {},
  notes: ["Hooks act only in projects that have this folder. It is yours alone, and git ignores all but decisions/."],
  run: async (_, { openHere }) => {
    const app = await openHere();
    const created = initState(app);
    publishSchemas(app);
    rebuildRegistry(app);
    await refreshDecisions(app);
    const { stateDir } = app.workspace;
    return {
      json: { state_dir: stateDir, created },
      text: () => `${created ? "Made" : "Already there"}: ${escapeForTerminal(stateDir)}`,
    };
  },
});
