import { requireState } from "../../app/context.ts";
import { instanceInfos } from "../../app/status.ts";
import { command } from "../command.ts";
import { instanceAnswer } from "../instance-json.ts";
import { renderInstanceList } from "../instance-view.ts";

export const list = command({
  args: {},
  onlyReads: true,
  run: async (_, { openHere }) => {
    const app = await openHere();
    requireState(app);
    const instances = instanceInfos(app).map(instanceAnswer);
    return { json: { instances }, text: (style) => renderInstanceList(instances, style) };
  },
});
