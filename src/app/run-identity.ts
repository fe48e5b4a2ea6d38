import type { App } from "./context.ts";
import { commandIdentity, lookUp, type Identity } from "./identity.ts";

/** Who holds the locks of a `coord run`. */
export interface RunHolder {
  readonly me: Identity;
  /** True for an instance that begins and ends with the run. */
  readonly own: boolean;
}

/**
 * By `--as` or COORD_INSTANCE_ID exactly that instance. Else an instance of the
 * run's own, a child of the acting one: so two runs of one shell exclude each other, the shell's own locks do not bar
 * its run, and what the run holds ends with the very process of `coord run`.
 */
export function runIdentity(app: App, as: string | undefined): RunHolder {
  const acting = commandIdentity(app, as, undefined);
  if (as !== undefined || (app.env["COORD_INSTANCE_ID"] ?? "") !== "") return { me: acting, own: false };
  const self = app.processes.self();
  const id = `${lookUp(app, app.store, acting).id}.run-${self.pid}`;
  return { me: { id, sessionId: null, agentId: null, role: "run", process: self }, own: true };
}
