import { heartbeatInstance } from "../../app/instances.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";

export const heartbeat = command({
  args: AS,
  examples: [["coord instance heartbeat", "in a long job, more often than every five minutes"]],
  run: async (args, { openHere }) => {
    const app = await openHere();
    const { instance_id, last_ping } = await heartbeatInstance(app, actingAs(app, args.as));
    return {
      json: { instance_id, last_heartbeat: last_ping },
      text: () => `Renewed: ${escapeForTerminal(instance_id)}`,
    };
  },
});
