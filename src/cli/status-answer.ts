import { hasState, type App } from "../app/context.ts";
import { refreshDecisions } from "../app/decisions.ts";
import { statusReport, type InstanceInfo } from "../app/status.ts";
import { rebuildRegistry } from "../app/work-registry.ts";
import { isCoordError } from "../domain/errors.ts";
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
  const warnings = notRebuilt(app, report.instances);
  const view = { ...report, instances: report.instances.map(instanceAnswer) };
  const text = { ...view, instances: view.instances.map((instance) => shown(app, instance)) };
  return { warnings, json: view, text: (style) => renderStatus(text, { ...style, verbose }) };
}

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
