import type { App } from "../app/context.ts";
import { refreshDecisions } from "../app/decisions.ts";
import { initState } from "../app/init-state.ts";
import { publishSchemas } from "../app/state-schemas.ts";
import { rebuildRegistry } from "../app/work-registry.ts";
import { layDropin, type Kept } from "./dropin/lay-dropin.ts";
import { ownBinary } from "./ground.ts";

export interface Initialised {
  /** False: the state folder was there already. */
  readonly created: boolean;
  /** What was in the way of the drop-in's files. */
  readonly kept: readonly Kept[];
}

/** Makes the state folder with all that belongs into it, or repairs it. Idempotent. Throws STATE_UNSAFE, IO. */
export async function initialise(app: App): Promise<Initialised> {
  const created = initState(app);
  publishSchemas(app);
  const kept = layDropin(app, ownBinary());
  rebuildRegistry(app);
  await refreshDecisions(app);
  return { created, kept };
}
