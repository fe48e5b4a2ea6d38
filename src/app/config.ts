/**
 * The configuration in force: environment, then the state folder's `config.json`, then the user's own, then defaults.
 * DESIGN section 8.
 */
import { where } from "../domain/list.ts";
import { DEFAULTS, type Config } from "../domain/config.ts";
import { coordError } from "../domain/errors.ts";
import { readText } from "../platform/text-file.ts";
import { failed, type Sys } from "../platform/sys/types.ts";
import type { ConfigKey } from "../schema/config.ts";
import type { Env, Workspace } from "./workspace.ts";

const MAX_CONFIG = 256 * 1024;
/** Not taken from the schema, which a hook without configuration does not load; the type sees to it that none is missing. */
const ENV_KEYS = Object.keys({
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

/** Throws CONFIG, naming the file, the key and what is allowed. Loads the schema only when there is something to check. */
export async function loadConfig(sys: Sys, env: Env, workspace: Workspace): Promise<Config> {
  const projectFile = `${workspace.stateDir}/config.json`;
  const userFile = `${env["XDG_CONFIG_HOME"] || `${env["HOME"] ?? ""}/.config`}/coord/config.json`;
  const project = fileText(sys, projectFile);
  const user = fileText(sys, userFile);
  const fromEnv = where(ENV_KEYS, (key) => (env[`COORD_${key.toUpperCase()}`] ?? "") !== "");
  if (project === undefined && user === undefined && fromEnv.length === 0) return DEFAULTS;
  const parse = await import("./config-parse.ts");
  const userSet = user === undefined ? {} : parse.parseConfigFile(userFile, user);
  const projectSet = project === undefined ? {} : parse.parseConfigFile(projectFile, project);
  if (project !== undefined) parse.refuseTracked(sys, workspace, projectFile, projectSet, userSet);
  const envSet = parse.parseEnvironment(env, fromEnv);
  return parse.toConfig({ ...userSet, ...projectSet, ...envSet });
}

function fileText(sys: Sys, path: string): string | undefined {
  const read = readText(sys, path, MAX_CONFIG);
  if (!failed(read)) return read.text;
  if (read === "ENOENT" || read === "ENOTDIR") return undefined;
  throw coordError("CONFIG", `Cannot read "${path}": ${read}`, { hint: "make it readable, or remove it" });
}
