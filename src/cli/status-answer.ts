import { hasState, type App } from "../app/context.ts";
import { refreshDecisions } from "../app/decisions.ts";
import { statusReport } from "../app/status.ts";
import { registryWarnings } from "../app/work-registry.ts";
import type { Answer } from "./answer.ts";
import { instanceAnswer, type InstanceAnswer } from "./instance-json.ts";
import { renderStatus, type InstanceView } from "./status-view.ts";

/** How an instance is to be shown as text. */
type Shown = (app: App, instance: InstanceAnswer) => InstanceView;

/**
 * Who works on what, once; what is derived from the state is brought in line on the way. `shown`: default as it is, for
 * the bash edition's tool. Throws STATE_MISSING.
 */
export async function statusAnswer(
  app: App,
  verbose: boolean,
  shown: Shown = (_, instance) => instance,
): Promise<Answer> {
  // First, because it may find decisions to take over.
  if (hasState(app)) await refreshDecisions(app);
  const report = await statusReport(app);
  // Looking must work where nothing can be written.
  const warnings = registryWarnings(app, report.instances);
  const view = { ...report, instances: report.instances.map(instanceAnswer) };
  const text = { ...view, instances: view.instances.map((instance) => shown(app, instance)) };
  return { warnings, json: view, text: (style) => renderStatus(text, { ...style, verbose }) };
}
