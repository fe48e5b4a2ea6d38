import { openApp, type App } from "../app/context.ts";
import { loadNative } from "../platform/sys/load.ts";

/** The workspace of the current folder. Its state folder need not exist. Throws CONFIG, STATE_UNSAFE. */
export async function openHere(): Promise<App> {
  return openApp({ native: await loadNative(), env: process.env, cwd: process.cwd() });
}
