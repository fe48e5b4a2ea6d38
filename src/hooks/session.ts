/** The hook's caller, and the workspaces that its event concerns. */
import { openApp, hasState, type App } from "../app/context.ts";
import { hookIdentity, lookUp, type Identity } from "../app/identity.ts";
import { absolutePath, isState, pathId, type Env } from "../app/workspace.ts";
import { isIgnored } from "../app/ignore.ts";
import type { Config } from "../domain/config.ts";
import type { PathId } from "../domain/path.ts";
import { parentOf } from "../platform/git-layout.ts";
import type { Processes } from "../platform/processes.ts";
import type { Native } from "../platform/sys/load.ts";
import type { HookInput } from "../schema/hook-input.ts";

export interface HookContext {
  readonly native: Native;
  readonly env: Env;
  readonly input: HookInput;
  /** Where the session is. */
  readonly cwd: string;
  /** The hook's own deadline, without waiting for a lock. Monotonic milliseconds. */
  readonly deadline: number;
  /** Replaces a configuration that cannot be read. */
  readonly config: Config | undefined;
  /** When this hook began, on the wall clock. Milliseconds. */
  readonly startedWallMs: number;
  readonly processes: Processes;
  readonly guardWaitMs: number;
  /** Every workspace that this hook has opened: what its store found broken is told in the end. */
  readonly opened: App[];
}

async function open(context: HookContext, dir: string): Promise<App> {
  const { native, env, cwd, config, processes, guardWaitMs } = context;
  const app = await openApp({
    native,
    env,
    cwd,
    dir,
    processes,
    guardWaitMs,
    ...(config === undefined ? {} : { config }),
  });
  context.opened.push(app);
  return app;
}

export function callerOf(app: App, { input }: HookContext): Identity {
  const { session_id, agent_id, agent_type } = input;
  return hookIdentity(app, {
    sessionId: session_id,
    agentId: agent_id ?? undefined,
    agentType: agent_type ?? undefined,
  });
}

/**
 * The workspace that the session is at home in, or undefined where nobody has opted in: the project it was started
 * for, seen from the worktree it is in now.
 */
export async function homeApp(context: HookContext): Promise<App | undefined> {
  const project = context.env["CLAUDE_PROJECT_DIR"] || undefined;
  const here = await open(context, context.cwd);
  if (project === undefined || project === context.cwd) return hasState(here) ? here : undefined;
  const home = await open(context, project);
  const best = home.workspace.stateDir === here.workspace.stateDir ? here : home;
  if (hasState(best)) return best;
  return hasState(here) ? here : undefined;
}

/** True when `app` is certainly the session's own project: the usual case, told without looking at the disk. */
export function isAtHome(context: HookContext, app: App): boolean {
  const project = context.env["CLAUDE_PROJECT_DIR"] || context.cwd;
  return project === app.workspace.top || project === app.workspace.worktreePath;
}

/** All workspaces in which the session is registered: its home, and where it has written besides. */
export async function allApps(context: HookContext): Promise<readonly App[]> {
  const home = await homeApp(context);
  if (home === undefined) return [];
  const { record, session } = lookUp(home, home.store, callerOf(home, context));
  const elsewhere = new Set([...(record?.elsewhere ?? []), ...(session?.elsewhere ?? [])]);
  const apps = [home];
  for (const dir of elsewhere) {
    const app = await open(context, dir);
    if (hasState(app)) apps.push(app);
  }
  return apps;
}

export interface Target {
  readonly app: App;
  readonly path: PathId;
}

/** The workspace and identity of a path, or undefined where it is none of coord's business. */
export async function targetOf(context: HookContext, path: string): Promise<Target | undefined> {
  const { sys } = context.native;
  const real = absolutePath(sys, context.cwd, path);
  if (real === undefined) return undefined;
  const app = await open(context, parentOf(real));
  if (!hasState(app) || isState(app.workspace, real)) return undefined;
  const outside = !real.startsWith(`${app.workspace.worktreePath}/`);
  // A path that belongs to no workspace is only coordinated where COORD_DIR says that all paths are.
  if (outside && (context.env["COORD_DIR"] ?? "") === "") return undefined;
  const id = pathId(app.workspace, real);
  if (isIgnored(id.file_path, app.config.ignore)) return undefined;
  const stat = sys.stat(real);
  // A folder, FIFO or device has no content to lose; the tool itself will say what is wrong with it.
  if (typeof stat !== "string" && stat.kind !== "file") return undefined;
  return { app, path: id };
}
