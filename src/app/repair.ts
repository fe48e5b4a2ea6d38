/** `coord doctor --fix`: what can be put right without asking anybody. */
import { isCoordError } from "../domain/errors.ts";
import { failed } from "../platform/sys/types.ts";
import { gitignoreStanding } from "../store/file/gitignore.ts";
import { layoutOf } from "../store/file/layout.ts";
import { cleanUp } from "./cleanup.ts";
import { foreignPart, hasState, type App } from "./context.ts";
import { closeModes } from "./state-modes.ts";
import { schemasDiffer } from "./state-schemas.ts";

/** Makes the state folder or repairs it, as `coord init` does; `created` when there was none. */
export type Initialise = (app: App) => Promise<{ readonly created: boolean }>;

/**
 * Does it and answers, a sentence each, what was done. What cannot be done is left for the checks to find; where the
 * state cannot be trusted nothing is done. `cleansUp`: who is stale and what has ended may be told by `app.config`.
 */
export async function repair(
  app: App,
  initialise: Initialise,
  { cleansUp }: { readonly cleansUp: boolean },
): Promise<readonly string[]> {
  if (foreignPart(app) !== undefined) return [];
  const done: string[] = [];
  const steps: readonly (() => Promise<void>)[] = [
    // Before anything looks at the folder: one that everybody may write to is refused.
    async () => {
      for (const path of closeModes(app)) done.push(`Closed to others: ${path}`);
    },
    async () => {
      const missing = missingParts(app);
      const { created } = await initialise(app);
      if (created) done.push(`Made the state folder: ${app.workspace.stateDir}`);
      else for (const path of missing) done.push(`Laid anew: ${path}`);
    },
    async () => {
      if (!cleansUp) return;
      const halfDone = !failed(app.sys.lstat(layoutOf(app.workspace.stateDir).journal));
      const { removed_instances, removed_locks } = await cleanUp(app);
      if (halfDone) done.push("Finished a change of several paths that was half done");
      for (const id of removed_instances) done.push(`Removed an instance that had ended: ${id}`);
      for (const { file_path } of removed_locks) done.push(`Removed a lock that had ended: ${file_path}`);
    },
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      if (!isCoordError(error)) throw error;
      if (error.code === "STATE_UNSAFE") break;
    }
  }
  return done;
}

function missingParts(app: App): readonly string[] {
  if (!hasState(app)) return [];
  const layout = layoutOf(app.workspace.stateDir);
  return [
    ...(gitignoreStanding(app.sys, layout) === "sound" ? [] : [layout.gitignore]),
    ...(schemasDiffer(app) ? [layout.schemas] : []),
  ];
}
