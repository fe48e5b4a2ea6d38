import { registerInstance } from "../../app/instances.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { pidFlag } from "../pid-flag.ts";

export const register = command({
  args: {
    task: { type: "string", required: true, valueHint: "TEXT", description: "what it works on, for others to read" },
    role: { type: "string", required: true, valueHint: "TEXT", description: "as what, such as backend-architect" },
    ...AS,
    pid: { type: "string", valueHint: "PID", description: "the process that it lives and dies with" },
  },
  notes: ["Prints the instance's ID. Without --pid an instance named by --as lives by its heartbeats alone."],
  examples: [
    ['coord instance register --task "Write the docs" --role writer', "this shell, or the session that it belongs to"],
    [
      'coord instance register --task "Nightly build" --role ci --as nightly --pid $$',
      "a script, under a name, for as long as it runs",
    ],
  ],
  run: async (args, { openHere }) => {
    const app = await openHere();
    const me = actingAs(app, args.as, pidFlag(args.pid));
    const { instance_id } = await registerInstance(app, me, args.task, args.role);
    return { json: { instance_id }, text: () => escapeForTerminal(instance_id) };
  },
});
