import { refreshDecisions } from "../../app/decisions.ts";
import { initState } from "../../app/init-state.ts";
import { publishSchemas } from "../../app/state-schemas.ts";
import { rebuildRegistry } from "../../app/work-registry.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import { command } from "../command.ts";
import { openHere } from "../open.ts";

export const init = command({
  args: {},
  notes: ["Hooks act only in projects that have this folder. It is yours alone, and git ignores all but decisions/."],
  examples: [
    ["coord init", "opt this project in"],
    ["coord init --json", "and tell a script where the state is"],
  ],
  run: async () => {
    const app = await openHere();
    const created = initState(app);
    publishSchemas(app);
    rebuildRegistry(app);
    await refreshDecisions(app);
    const { stateDir } = app.workspace;
    return {
      warnings: app.store.reports(),
      json: { state_dir: stateDir, created },
      text: () => `${created ? "Made" : "Already there"}: ${escapeForTerminal(stateDir)}`,
    };
  },
});
