/** `hook cleanup`: SessionEnd. The client gives all such hooks together 1.5 seconds. */
import { lookUp } from "../app/identity.ts";
import { rebuildRegistry } from "../app/work-registry.ts";
import { unregister } from "../app/unregister.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import { forgetFailures } from "./failure.ts";
import { allApps, callerOf, type HookContext } from "./session.ts";

export async function hookCleanup(context: HookContext): Promise<HookAnswer> {
  for (const app of (await allApps(context)).toReversed()) {
    const { record } = lookUp(app, app.store, { ...callerOf(app, context), agentId: null });
    if (record === undefined) continue;
    await unregister(app, record);
    rebuildRegistry(app);
  }
  forgetFailures(context);
  return NOTHING;
}
