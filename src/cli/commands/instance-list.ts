import { listInstances } from "../../app/instances.ts";
import { command } from "../command.ts";
import { instanceAnswer } from "../instance-json.ts";
import { renderInstanceList } from "../instance-view.ts";
import { openHere } from "../open.ts";

export const list = command({
  args: {},
  examples: [
    ["coord instance list", "everybody"],
    ["coord instance list --json", "for scripts, with their locks"],
  ],
  run: async () => {
    const instances = (await listInstances(await openHere())).map(instanceAnswer);
    return { json: { instances }, text: (style) => renderInstanceList(instances, style) };
  },
});
