import { statusReport } from "../../app/status.ts";
import { command } from "../command.ts";
import { instanceAnswer } from "../instance-json.ts";
import { openHere } from "../open.ts";
import { renderStatus } from "../status-view.ts";

export const status = command({
  args: {
    verbose: { type: "boolean", description: "add each lock's intent, age and expiry, and the newest decisions" },
  },
  run: async (args) => {
    const app = await openHere();
    const report = await statusReport(app);
    const view = { ...report, instances: report.instances.map(instanceAnswer) };
    return { json: view, text: (style) => renderStatus(view, { ...style, verbose: args.verbose === true }) };
  },
});
