import { showInstance } from "../../app/instances.ts";
import { EXIT_CODES } from "../../domain/errors.ts";
import { actingAs, AS } from "../acting.ts";
import { command } from "../command.ts";
import { instanceAnswer, instanceShown } from "../instance-json.ts";
import { renderInstanceShow } from "../instance-view.ts";

export const show = command({
  args: { id: { type: "positional", required: false, description: "the instance (default: the acting one)" }, ...AS },
  examples: [
    ["coord instance show", "me"],
    ["coord instance show --json", "for a script"],
  ],
  onlyReads: true,
  run: async (args, { openHere }) => {
    const app = await openHere();
    const found = await showInstance(app, actingAs(app, args.as), args.id);
    const view = instanceAnswer(found);
    return {
      json: view,
      text: (style) => renderInstanceShow(instanceShown(app, view), style),
      exitCode: view.status === "stale" ? EXIT_CODES.STALE_INSTANCE : 0,
    };
  },
});
