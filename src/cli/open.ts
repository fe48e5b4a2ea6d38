import { hasState, openApp, type App, type OpenOptions } from "../app/context.ts";
import { absolutePath, locateWorkspace, withAbsoluteDir } from "../app/workspace.ts";
import { DEFAULTS } from "../domain/config.ts";
import { isCoordError } from "../domain/errors.ts";
import { parentOf } from "../platform/git-layout.ts";
import type { Share } from "../app/claim.ts";
import type { Identity } from "../app/identity.ts";
import { loadNative, type Native } from "../platform/sys/load.ts";
import { badConfigWarning } from "./bad-config.ts";

/** The workspace of the current folder, and those of paths that lie in another one. */
export interface Opened {
  readonly here: App;
  /** The workspace that a typed path belongs to (DESIGN section 3); one without a state takes no part: then this one. */
  readonly of: (path: string) => Promise<App>;
}

/** All that one command line opens. */
export interface Workspaces {
  /** The workspace of the current folder. Its state folder need not exist. Throws CONFIG, STATE_UNSAFE. */
  readonly openHere: () => Promise<App>;
  /** The same for commands that take paths. */
  readonly openForPaths: () => Promise<Opened>;
  /** What turned out on the way and was not told yet, a line each. */
  readonly warnings: () => readonly string[];
}

/**
 * @param goesOn a configuration that cannot be used does not keep anybody from looking or from giving back: the defaults
 * hold, with a warning, as for hooks. What else changes something is refused instead.
 */
export function workspaces(goesOn: boolean): Workspaces {
  const opened: App[] = [];
  const badConfigs = new Set<string>();

  const open = async (options: OpenOptions): Promise<App> => {
    const app = await openReading(options);
    opened.push(app);
    return app;
  };
  const openReading = async (options: OpenOptions): Promise<App> => {
    try {
      return await openApp(options);
    } catch (error) {
      if (!goesOn || !isCoordError(error) || error.code !== "CONFIG") throw error;
      badConfigs.add(badConfigWarning(error));
      return openApp({ ...options, config: DEFAULTS });
    }
  };
  const openAt = async (native: Native, cwd: string, dir = cwd, like?: App): Promise<App> => {
    const shared = like === undefined ? {} : { processes: like.processes };
    return open({ native, env: withAbsoluteDir(process.env, cwd), cwd, dir, ...shared });
  };

  return {
    openHere: async () => openAt(await loadNative(), process.cwd()),
    openForPaths: async () => {
      const native = await loadNative();
      const here = await openAt(native, process.cwd());
      const others = new Map<string, App>();
      return {
        here,
        of: async (path) => {
          const real = absolutePath(here.sys, here.cwd, path);
          if (real === undefined) return here;
          const { stateDir } = locateWorkspace(here.sys, here.env, parentOf(real));
          if (stateDir === here.workspace.stateDir) return here;
          const other = others.get(stateDir) ?? (await openAt(native, here.cwd, parentOf(real), here));
          others.set(stateDir, other);
          return hasState(other) ? other : here;
        },
      };
    },
    warnings: () => {
      const told = [...badConfigs, ...opened.flatMap((app) => app.store.reports())];
      badConfigs.clear();
      return told;
    },
  };
}

/** The paths state by state, in the order in which the states are first named. */
export async function sharesOf(
  { of }: Opened,
  paths: readonly string[],
  actor: (app: App) => Identity,
): Promise<readonly Share[]> {
  const byApp = new Map<App, string[]>();
  for (const path of paths) {
    const app = await of(path);
    byApp.set(app, [...(byApp.get(app) ?? []), path]);
  }
  return [...byApp].map(([app, typed]) => ({ app, me: actor(app), paths: typed }));
}
