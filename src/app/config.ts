/**
 * The configuration in force: environment, then the state folder's `config.json`, then the user's own, then defaults.
 * DESIGN section 8.
 */
import { DEFAULTS, type Config } from "../domain/config.ts";
import { coordError } from "../domain/errors.ts";
import { readText } from "../platform/text-file.ts";
import { failed, type Sys } from "../platform/sys/types.ts";
import type { ConfigFile } from "../schema/config.ts";
import type { Env, Workspace } from "./workspace.ts";

const MAX_CONFIG = 256 * 1024;
const ENV_KEYS = [
  "ttl",
  "tool_ttl",
  "stale_after",
  "hold",
  "wait",
  "on_conflict",
  "strict",
  "ignore",
  "write_tools",
  "store",
];

/** Throws CONFIG, naming the file, the key and what is allowed. Loads the schema only when there is something to check. */
export async function loadConfig(sys: Sys, env: Env, workspace: Workspace): Promise<Config> {
  const projectFile = `${workspace.stateDir}/config.json`;
  const userFile = `${env["XDG_CONFIG_HOME"] || `${env["HOME"] ?? ""}/.config`}/coord/config.json`;
  const project = fileText(sys, projectFile);
  const user = fileText(sys, userFile);
  const fromEnv = ENV_KEYS.filter((key) => (env[`COORD_${key.toUpperCase()}`] ?? "") !== "");
  if (project === undefined && user === undefined && fromEnv.length === 0) return DEFAULTS;
  const parse = await import("./config-parse.ts");
  const userSet = user === undefined ? {} : parse.parseConfigFile(userFile, user);
  const projectSet = project === undefined ? {} : parse.parseConfigFile(projectFile, project);
  if (project !== undefined) parse.refuseTracked(sys, workspace, projectFile, projectSet, userSet);
  const envSet = parse.parseEnvironment(env, fromEnv);
  return toConfig({ ...userSet, ...projectSet, ...envSet }, parse.toMs);
}

function fileText(sys: Sys, path: string): string | undefined {
  const read = readText(sys, path, MAX_CONFIG);
  if (!failed(read)) return read.text;
  if (read === "ENOENT" || read === "ENOTDIR") return undefined;
  throw coordError("CONFIG", `Cannot read "${path}": ${read}`, { hint: "make it readable, or remove it" });
}

function toConfig(file: ConfigFile, ms: (text: string | undefined) => number | undefined): Config {
  const staleAfterMs = ms(file.stale_after) ?? DEFAULTS.staleAfterMs;
  return {
    // A lock outlives its holder's lease in no case: DESIGN section 2, "at most stale_after".
    ttlMs: Math.min(ms(file.ttl) ?? DEFAULTS.ttlMs, staleAfterMs),
    toolTtlMs: ms(file.tool_ttl) ?? DEFAULTS.toolTtlMs,
    staleAfterMs,
    hold: file.hold ?? DEFAULTS.hold,
    waitMs: ms(file.wait) ?? DEFAULTS.waitMs,
    onConflict: file.on_conflict ?? DEFAULTS.onConflict,
    strict: file.strict ?? DEFAULTS.strict,
    ignore: file.ignore ?? DEFAULTS.ignore,
    writeTools: new Map(Object.entries(file.write_tools ?? {})),
  };
}
