import { commandWord } from "../../app/command-path.ts";
import { hasState, openApp, type App } from "../../app/context.ts";
import { loadConfig } from "../../app/config.ts";
import { locateWorkspace } from "../../app/workspace.ts";
import { DEFAULTS } from "../../domain/config.ts";
import { isCoordError, type CoordError } from "../../domain/errors.ts";
import type { Native } from "../../platform/sys/load.ts";
import { groundOf } from "../ground.ts";
import type { Ground } from "../install-plan.ts";

/** What every check looks at. */
export interface Scene {
  readonly native: Native;
  /** With the defaults where the configuration cannot be read. */
  readonly app: App;
  readonly ground: Ground;
  /** Why the configuration cannot be read. */
  readonly badConfig: CoordError | undefined;
  readonly state: "there" | "missing" | CoordError;
  /** `coord <words>` as it can be typed here: by the binary's path where another or none is on PATH. */
  readonly typed: (words: string) => string;
  /** Ends what takes time: the user has pressed Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Opens the workspace of the current folder, whatever is wrong with it. */
export async function openScene(native: Native, signal: AbortSignal): Promise<Scene> {
  const { env } = process;
  const cwd = process.cwd();
  const workspace = locateWorkspace(native.sys, env, cwd);
  const config = await orError(() => loadConfig(native.sys, env, workspace));
  const app = await openApp({ native, env, cwd, config: isCoordError(config) ? DEFAULTS : config });
  const state = await orError(async () => (hasState(app) ? "there" : "missing"));
  const name = commandWord(app);
  return {
    native,
    app,
    ground: groundOf(workspace),
    badConfig: isCoordError(config) ? config : undefined,
    state,
    typed: (words) => `${name} ${words}`,
    signal,
  };
}

/** The value, or the error of ours that came instead. */
async function orError<T>(work: () => Promise<T>): Promise<T | CoordError> {
  try {
    return await work();
  } catch (error) {
    if (isCoordError(error)) return error;
    throw error;
  }
}
