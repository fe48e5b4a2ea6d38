import { hasState, type App } from "../app/context.ts";
import { refreshDecisions } from "../app/decisions.ts";
import { initState } from "../app/init-state.ts";
import { movedFrom } from "../app/moved.ts";
import { publishSchemas } from "../app/state-schemas.ts";
import { rebuildRegistry } from "../app/work-registry.ts";
import { coordError } from "../domain/errors.ts";
import { layDropin, type Kept } from "./dropin/lay-dropin.ts";
import { ownBinary } from "./ground.ts";

export interface Initialised {
  /** False: the state folder was there already. */
  readonly created: boolean;
  /** What was in the way of the drop-in's files. */
  readonly kept: readonly Kept[];
}

/** Makes the state folder with all that belongs into it, or repairs it. Idempotent. Throws STATE_UNSAFE, STATE_MISSING, IO. */
export async function initialise(app: App): Promise<Initialised> {
  refuseMoved(app);
  const created = initState(app);
  publishSchemas(app);
  const kept = layDropin(app, ownBinary());
  rebuildRegistry(app);
  await refreshDecisions(app);
  return { created, kept };
}

/** A worktree that was moved without git has a state already, which is found again once git knows where it is. */
function refuseMoved(app: App): void {
  if (app.workspace.named || hasState(app)) return;
  const moved = movedFrom(app.sys, app.cwd);
  if (moved !== undefined) throw coordError("STATE_MISSING", `Nothing was made: ${moved.text}`, { hint: moved.cure });
}
