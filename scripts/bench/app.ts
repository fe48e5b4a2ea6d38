/** coord's own code on a project, without a process around it: for figures in a loop, and to fill a state. */
import { openApp, type App } from "../../src/app/context.ts";
import { hookIdentity, type Identity } from "../../src/app/identity.ts";
import { initState } from "../../src/app/init-state.ts";
import { later } from "../../src/domain/time.ts";
import { loadNative } from "../../src/platform/sys/load.ts";
import type { Project } from "../stand-in/project.ts";

/** `pid` is the client whose sessions act; without one they live by their lease. */
export async function openProject(project: Project, pid?: number): Promise<App> {
  const env = { ...project.env, ...(pid === undefined ? {} : { CLAUDE_PID: String(pid) }) };
  const app = await openApp({ native: await loadNative(), env, cwd: project.top });
  initState(app);
  return app;
}

export function sessionOf(app: App, sessionId: string): Identity {
  return hookIdentity(app, { sessionId, agentId: undefined, agentType: undefined });
}

/** The same state seen by a clock that is `ms` behind: what is written through it is that old. */
export function ago(app: App, ms: number): App {
  return { ...app, now: () => later(app.now(), -ms) };
}
