/**
 * The configuration in force: environment, then the state folder's `config.json`, then the user's own, then defaults.
 * DESIGN section 8.
 */
import { DEFAULTS, type Config } from "../domain/config.ts";
import { settingsFolder } from "../platform/home.ts";
import { readText, type Text } from "../platform/text-file.ts";
import type { Errno, Sys } from "../platform/sys/types.ts";
import type { ConfigKey } from "../schema/config.ts";
import type { Env, Workspace } from "./workspace.ts";

/** What is longer is cut, and with that no JSON any more. Bytes. */
export const MAX_CONFIG = 256 * 1024;
/**
 * What can be set, and the environment variable that sets it. Written out, because a hook without configuration loads no
 * schema and makes no names; the type sees to it that none is missing.
 */
export const VARIABLES = {
  ttl: "COORD_TTL",
  tool_ttl: "COORD_TOOL_TTL",
  stale_after: "COORD_STALE_AFTER",
  hold: "COORD_HOLD",
  wait: "COORD_WAIT",
  on_conflict: "COORD_ON_CONFLICT",
  strict: "COORD_STRICT",
  ignore: "COORD_IGNORE",
  write_tools: "COORD_WRITE_TOOLS",
  store: "COORD_STORE",
} as const satisfies Record<ConfigKey, string>;

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

/**
 * Throws CONFIG, naming the file, the place in it, the key and what is allowed; STATE_UNSAFE where another user keeps
 * it closed. Loads the schema only when there is
 * something to check, and what explains an error only when there is one.
 */
export async function loadConfig(sys: Sys, env: Env, workspace: Workspace): Promise<Config> {
  const files = configFiles(env, workspace);
  const texts = readConfigTexts(sys, files);
  if (isAbsent(texts.project) && isAbsent(texts.user) && !isInEnv(env)) return DEFAULTS;
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

function isInEnv(env: Env): boolean {
  let key: ConfigKey;
  for (key in VARIABLES) if ((env[VARIABLES[key]] ?? "") !== "") return true;
  return false;
}

function isAbsent(read: Text | Errno): boolean {
  return read === "ENOENT" || read === "ENOTDIR";
}
