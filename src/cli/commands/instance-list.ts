import { listInstances } from "../../app/instances.ts";
import { command } from "../command.ts";
import { instanceAnswer } from "../instance-json.ts";
import { renderInstanceList } from "../instance-view.ts";

export const list = command({
  args: {},
  examples: [
    ["coord instance list", "everybody"],
    ["coord instance list --json", "for scripts, with their locks"],
  ],
  onlyReads: true,
  run: async (_, { openHere }) => {
    const instances = (await listInstances(await openHere())).map(instanceAnswer);
    return { json: { instances }, text: (style) => renderInstanceList(instances, style) };
  },
});
