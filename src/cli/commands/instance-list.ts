import { listInstances } from "../../app/instances.ts";
import { command } from "../command.ts";
import { instanceAnswer } from "../instance-json.ts";
import { renderInstanceList } from "../instance-view.ts";
import { openHere } from "../open.ts";

export const list = command({
  args: {},
  run: async () => {
    const instances = (await listInstances(await openHere())).map(instanceAnswer);
    return { json: { instances }, text: (style) => renderInstanceList(instances, style) };
  },
});
