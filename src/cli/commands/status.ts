import { statusReport, type InstanceInfo } from "../../app/status.ts";
import { rebuildRegistry } from "../../app/work-registry.ts";
import { hasState, type App } from "../../app/context.ts";
import { refreshDecisions } from "../../app/decisions.ts";
import { isCoordError } from "../../domain/errors.ts";
import { command } from "../command.ts";
import { instanceAnswer } from "../instance-json.ts";
import { renderStatus } from "../status-view.ts";

export const status = command({
  args: {
    verbose: { type: "boolean", description: "add each lock's intent, age and expiry, and the newest decisions" },
  },
  onlyReads: true,
  run: async (args, { openHere }) => {
    const app = await openHere();
    // First, because it may find decisions to take over.
    if (hasState(app)) await refreshDecisions(app);
    const report = await statusReport(app);
    const warnings = notRebuilt(app, report.instances);
    const view = { ...report, instances: report.instances.map(instanceAnswer) };
    return { warnings, json: view, text: (style) => renderStatus(view, { ...style, verbose: args.verbose === true }) };
  },
});

/** Looking must work where nothing can be written. */
function notRebuilt(app: App, infos: readonly InstanceInfo[]): readonly string[] {
  try {
    rebuildRegistry(app, infos);
    return [];
  } catch (error) {
    if (!isCoordError(error)) throw error;
    return [error.message];
  }
}
