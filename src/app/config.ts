/**
 * The configuration in force: environment, then the state folder's `config.json`, then the user's own, then defaults.
 * DESIGN section 8.
 */
import { any } from "../domain/list.ts";
import { DEFAULTS, type Config } from "../domain/config.ts";
import { settingsFolder } from "../platform/home.ts";
import { readText, type Text } from "../platform/text-file.ts";
import type { Errno, Sys } from "../platform/sys/types.ts";
import type { ConfigKey } from "../schema/config.ts";
import type { Env, Workspace } from "./workspace.ts";

/** What is longer is cut, and with that no JSON any more. Bytes. */
export const MAX_CONFIG = 256 * 1024;
/** What can be set. Not taken from the schema, which a hook without configuration does not load; the type sees to it that none is missing. */
export const SETTING_KEYS: readonly string[] = Object.keys({
  ttl: true,
  tool_ttl: true,
  stale_after: true,
  hold: true,
  wait: true,
  on_conflict: true,
  strict: true,
  ignore: true,
  write_tools: true,
  store: true,
} satisfies Record<ConfigKey, true>);

/** The files that may say something; neither need exist. */
export interface ConfigFiles {
  readonly project: string;
  readonly user: string;
}

export function configFiles(env: Env, workspace: Workspace): ConfigFiles {
  return {
    project: `${workspace.stateDir}/config.json`,
    user: `${settingsFolder(env) ?? "/.config"}/coord/config.json`,
  };
}

/** What each of the files holds, or why that cannot be read. */
export type ConfigTexts = Readonly<Record<keyof ConfigFiles, Text | Errno>>;

export function readConfigTexts(sys: Sys, { project, user }: ConfigFiles): ConfigTexts {
  return { project: readText(sys, project, MAX_CONFIG), user: readText(sys, user, MAX_CONFIG) };
}

/** The environment variable that sets a key. */
export function variableOf(key: string): string {
  return `COORD_${key.toUpperCase()}`;
}

/**
 * Throws CONFIG, naming the file, the place in it, the key and what is allowed; STATE_UNSAFE where another user keeps
 * it closed. Loads the schema only when there is
 * something to check, and what explains an error only when there is one.
 */
export async function loadConfig(sys: Sys, env: Env, workspace: Workspace): Promise<Config> {
  const files = configFiles(env, workspace);
  const texts = readConfigTexts(sys, files);
  const fromEnv = any(SETTING_KEYS, (key) => (env[variableOf(key)] ?? "") !== "");
  if (isAbsent(texts.project) && isAbsent(texts.user) && !fromEnv) return DEFAULTS;
  const { mergeLayers, readLayers } = await import("./config-layers.ts");
  const { layers, problems } = readLayers({ sys, env, workspace, files, texts });
  const [problem] = problems;
  if (problem === undefined) return mergeLayers(layers);
  // A folder that is closed to this user says of every file in it that it cannot be read, whether it is there or not.
  const foreign = problem.kind === "unreadable" && problem.file === files.project;
  const closed = foreign ? (await import("./state-owner.ts")).foreignState({ sys, workspace }) : undefined;
  if (closed !== undefined) throw closed;
  throw (await import("./config-error.ts")).configError(problem);
}

function isAbsent(read: Text | Errno): boolean {
  return read === "ENOENT" || read === "ENOTDIR";
}
