import { unregisterInstance } from "../../app/instances.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";

export const unregister = command({
  onlyGivesBack: true,
  args: AS,
  notes: ["Its subagents go with it."],
  examples: [["coord instance unregister", "this shell or session, when it is done"]],
  run: async (args, { openHere }) => {
    const app = await openHere();
    const removed = await unregisterInstance(app, actingAs(app, args.as));
    return {
      json: { removed_instances: removed },
      text: () => removed.map((id) => `Unregistered: ${escapeForTerminal(id)}`).join("\n"),
    };
  },
});
