/** `coord doctor --fix`: what can be put right without asking anybody. */
import { isCoordError } from "../domain/errors.ts";
import { failed } from "../platform/sys/types.ts";
import { layoutOf } from "../store/file/layout.ts";
import { cleanUp } from "./cleanup.ts";
import { hasState, type App } from "./context.ts";
import { refreshDecisions } from "./decisions.ts";
import { initState } from "./init-state.ts";
import { closeModes } from "./state-modes.ts";
import { publishSchemas, schemasDiffer } from "./state-schemas.ts";
import { rebuildRegistry } from "./work-registry.ts";

/** Does it and answers, a sentence each, what was done. What cannot be done is left to be found again. Throws nothing of ours. */
export async function repair(app: App): Promise<readonly string[]> {
  const done: string[] = [];
  const { sys, workspace } = app;
  const layout = layoutOf(workspace.stateDir);
  const steps: readonly (() => Promise<void> | void)[] = [
    () => {
      // Before anything looks at the folder: one that everybody may write to is refused.
      for (const path of closeModes(app)) done.push(`Closed to others: ${path}`);
    },
    () => {
      const bare = failed(sys.lstat(layout.gitignore));
      if (initState(app)) done.push(`Made the state folder: ${workspace.stateDir}`);
      else if (bare) done.push(`Laid anew: ${layout.gitignore}`);
    },
    () => {
      if (!schemasDiffer(app)) return;
      const fresh = failed(sys.lstat(layout.schemas));
      publishSchemas(app);
      if (!fresh) done.push(`Laid anew: ${layout.schemas}`);
    },
    async () => {
      const halfDone = !failed(sys.lstat(layout.journal));
      const { removed_instances, removed_locks } = await cleanUp(app);
      if (halfDone) done.push("Finished a change of several paths that was half done");
      for (const id of removed_instances) done.push(`Removed an instance that had ended: ${id}`);
      for (const path of removed_locks) done.push(`Removed a lock that had ended: ${path}`);
    },
    () => rebuildRegistry(app),
    async () => refreshDecisions(app),
  ];
  for (const step of steps) {
    try {
      await step();
      // Throws where the state cannot be trusted: nothing may be written there.
      hasState(app);
    } catch (error) {
      if (!isCoordError(error)) throw error;
      // The checks say what is wrong, and what to type.
      if (error.code === "STATE_UNSAFE") break;
    }
  }
  return done;
}
