import { DEFAULTS, type Config } from "../domain/config.ts";
import { coordError, type CoordError } from "../domain/errors.ts";
import { readText } from "../platform/text-file.ts";
import { failed, type Sys } from "../platform/sys/types.ts";
import { CONFIG_KEYS, configSchema, durationMs, foreignConfigSchema, type ConfigFile } from "../schema/config.ts";
import { parseValid, valid } from "../schema/valid.ts";
import type { Env, Workspace } from "./workspace.ts";

const MAX_INDEX = 64 * 1024 * 1024;

export function parseConfigFile(path: string, text: string): ConfigFile {
  const parsed = parseValid(configSchema, text);
  // A list is an object, too, as far as the schema can see.
  if (parsed.ok && text.trimStart().startsWith("[")) throw bad(`"${path}"`, "must be one JSON object");
  if (parsed.ok) return inRange(`"${path}"`, parsed.value);
  if (parseValid(foreignConfigSchema, text).ok) return {};
  throw bad(`"${path}"`, parsed.reason);
}

/** `COORD_TTL=10m`, `COORD_STRICT=true`, `COORD_IGNORE=["a/**"]`: lists and objects as JSON, the rest as it stands. */
export function parseEnvironment(env: Env, keys: readonly string[]): ConfigFile {
  const values = keys.map((key) => [key, envValue(key, env[`COORD_${key.toUpperCase()}`] ?? "")] as const);
  const checked = valid(configSchema, Object.fromEntries(values));
  if (checked.ok) return inRange("the environment (COORD_...)", checked.value);
  throw bad("the environment (COORD_...)", checked.reason);
}

/** Lives that are over before anything can happen would switch the protection off without a word. Milliseconds. */
const SHORTEST_LIFE_MS = 100;
/** The client gives `hook check` 60 s (cli/wiring.ts), and lets the call go on after them. Milliseconds. */
const LONGEST_WAIT_MS = 45_000;

function inRange(where: string, file: ConfigFile): ConfigFile {
  for (const key of ["ttl", "tool_ttl", "stale_after"] as const) {
    const life = durationMs(file[key]);
    if (life !== undefined && life < SHORTEST_LIFE_MS)
      throw bad(where, `${key}: wants at least "${SHORTEST_LIFE_MS}ms"`);
  }
  const wait = durationMs(file.wait);
  if (wait !== undefined && wait > LONGEST_WAIT_MS)
    throw bad(where, `wait: wants at most "${LONGEST_WAIT_MS / 1000}s"`);
  return file;
}

function envValue(key: string, text: string): unknown {
  if (key !== "strict" && key !== "ignore" && key !== "write_tools") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * What everybody gets with `git pull` may not switch off a protection: DESIGN section 8. Asked only when such a key is
 * weakened, so git's index is hardly ever read.
 */
export function refuseTracked(
  sys: Sys,
  workspace: Workspace,
  path: string,
  project: ConfigFile,
  user: ConfigFile,
): void {
  const weaker = [
    project.store === undefined ? [] : ["store"],
    project.on_conflict === undefined || project.on_conflict === (user.on_conflict ?? DEFAULTS.onConflict)
      ? []
      : ["on_conflict"],
    project.strict === false && user.strict === true ? ["strict"] : [],
  ].flat();
  const [key] = weaker;
  if (key === undefined || (project.on_conflict === "deny" && weaker.length === 1 && key === "on_conflict")) return;
  if (!isTracked(sys, workspace)) return;
  throw coordError("CONFIG", `"${path}" is tracked by git and may not set "${key}"`, {
    hint: `set it in ~/.config/coord/config.json or as COORD_${key.toUpperCase()}, or: git rm --cached ${path}`,
  });
}

/** Looks for the path in git's index. Version 4 shortens paths, so there the file name alone counts: on the safe side. */
function isTracked(sys: Sys, workspace: Workspace): boolean {
  if (workspace.gitDir === undefined) return false;
  const index = readText(sys, `${workspace.gitDir}/index`, MAX_INDEX);
  if (failed(index)) return false;
  return index.text.includes(index.text.charCodeAt(7) === 4 ? "config.json" : ".claude/coordination/config.json");
}

/** What the files and the environment say together, with defaults for the rest. */
export function toConfig(file: ConfigFile): Config {
  const staleAfterMs = durationMs(file.stale_after) ?? DEFAULTS.staleAfterMs;
  return {
    // A lock outlives its holder's lease in no case: DESIGN section 2, "at most stale_after".
    ttlMs: Math.min(durationMs(file.ttl) ?? DEFAULTS.ttlMs, staleAfterMs),
    toolTtlMs: durationMs(file.tool_ttl) ?? DEFAULTS.toolTtlMs,
    staleAfterMs,
    hold: file.hold ?? DEFAULTS.hold,
    waitMs: durationMs(file.wait) ?? DEFAULTS.waitMs,
    onConflict: file.on_conflict ?? DEFAULTS.onConflict,
    strict: file.strict ?? DEFAULTS.strict,
    ignore: [...DEFAULTS.ignore, ...(file.ignore ?? [])],
    writeTools: new Map(Object.entries(file.write_tools ?? {})),
  };
}

function bad(where: string, reason: string): CoordError {
  const unknown = reason.includes("is not a key of coord") ? `; the keys are ${CONFIG_KEYS.join(", ")}` : "";
  return coordError("CONFIG", `Bad configuration in ${where}: ${reason}${unknown}`, {
    hint: "correct or remove that key",
  });
}
