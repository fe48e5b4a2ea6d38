import { hasState, openApp, type App } from "../app/context.ts";
import { absolutePath, locateWorkspace } from "../app/workspace.ts";
import { parentOf } from "../platform/git-layout.ts";
import type { Share } from "../app/acquire-lock.ts";
import type { Identity } from "../app/identity.ts";
import { loadNative, type Native } from "../platform/sys/load.ts";

/** The workspace of the current folder, and those of paths that lie in another one. */
export interface Opened {
  readonly here: App;
  /** The workspace that a typed path belongs to (DESIGN section 3); one without a state takes no part: then this one. */
  readonly of: (path: string) => Promise<App>;
}

/** The workspace of the current folder. Its state folder need not exist. Throws CONFIG, STATE_UNSAFE. */
export async function openHere(): Promise<App> {
  return openAt(await loadNative(), process.cwd());
}

/** The same for commands that take paths. */
export async function openForPaths(): Promise<Opened> {
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

async function openAt(native: Native, cwd: string, dir = cwd, like?: App): Promise<App> {
  const shared = like === undefined ? {} : { processes: like.processes };
  return openApp({ native, env: process.env, cwd, dir, ...shared });
}
