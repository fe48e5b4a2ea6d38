/** What each place says, checked, and all of them together. */
import { DEFAULTS, type Config } from "../domain/config.ts";
import type { Text } from "../platform/text-file.ts";
import { failed, type Errno, type Sys } from "../platform/sys/types.ts";
import {
  CONFIG_KEYS,
  configSchema,
  durationMs,
  foreignConfigSchema,
  type ConfigFile,
  type ConfigKey,
} from "../schema/config.ts";
import { parseValid, valid, type Spot, type Valid } from "../schema/valid.ts";
import { VARIABLES, type ConfigFiles, type ConfigTexts } from "./config.ts";
import { forbiddenInTracked } from "./config-tracked.ts";
import type { Env, Workspace } from "./workspace.ts";

/** Nothing in any of them for a place that says nothing, and for one that cannot be used. */
export interface ConfigLayers {
  readonly user: ConfigFile;
  readonly project: ConfigFile;
  readonly environment: ConfigFile;
}

/** Why a place cannot be used. */
export type ConfigProblem =
  | { readonly kind: "unreadable"; readonly file: string; readonly errno: Errno }
  | {
      readonly kind: "bad-file";
      readonly file: string;
      readonly text: string;
      readonly reason: string;
      readonly spot?: Spot;
    }
  | { readonly kind: "tracked"; readonly file: string; readonly text: string; readonly key: ConfigKey }
  | { readonly kind: "bad-variable"; readonly variable: string; readonly reason: string };

export interface ConfigSources {
  readonly sys: Sys;
  readonly env: Env;
  readonly workspace: Workspace;
  readonly files: ConfigFiles;
  readonly texts: ConfigTexts;
}

/** Every place, and everything that is wrong with them. */
export function readLayers({ sys, env, workspace, files, texts }: ConfigSources): {
  readonly layers: ConfigLayers;
  readonly problems: readonly ConfigProblem[];
} {
  const problems: ConfigProblem[] = [];
  const user = readFile(files.user, texts.user, problems);
  const project = readFile(files.project, texts.project, problems);
  const key = forbiddenInTracked(sys, workspace, project, user);
  if (key !== undefined && !failed(texts.project)) {
    problems.push({ kind: "tracked", file: files.project, text: texts.project.text, key });
  }
  return { layers: { user, project, environment: readEnvironment(env, problems) }, problems };
}

function readFile(file: string, read: Text | Errno, problems: ConfigProblem[]): ConfigFile {
  if (read === "ENOENT" || read === "ENOTDIR") return {};
  if (failed(read)) {
    problems.push({ kind: "unreadable", file, errno: read });
    return {};
  }
  const { text } = read;
  const parsed = inRange(parseValid(configSchema, text));
  // A list is an object, too, as far as the schema can see.
  const isList = parsed.ok && text.trimStart().startsWith("[");
  if (parsed.ok && !isList) return parsed.value;
  if (parseValid(foreignConfigSchema, text).ok) return {};
  const why = parsed.ok ? { reason: "must be one JSON object", spot: { path: [], isName: false } } : parsed;
  problems.push({
    kind: "bad-file",
    file,
    text,
    reason: why.reason,
    ...(why.spot === undefined ? {} : { spot: why.spot }),
  });
  return {};
}

/** `COORD_TTL=10m`, `COORD_STRICT=true`, `COORD_IGNORE=["a/**"]`: lists and objects as JSON, the rest as it stands. */
function readEnvironment(env: Env, problems: ConfigProblem[]): ConfigFile {
  let all: ConfigFile = {};
  for (const key of CONFIG_KEYS) {
    const variable = VARIABLES[key];
    const text = env[variable] ?? "";
    if (text === "") continue;
    const parsed = parseSetting(key, text);
    if (parsed.ok) all = { ...all, ...parsed.value };
    else problems.push({ kind: "bad-variable", variable, reason: parsed.reason });
  }
  return all;
}

/** One key's value as a variable has it, checked. */
export function parseSetting(key: ConfigKey, text: string): Valid<ConfigFile> {
  return inRange(valid(configSchema, { [key]: envValue(key, text) }));
}

function envValue(key: string, text: string): unknown {
  if (key !== "strict" && key !== "ignore" && key !== "write_tools") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Lives that are over before anything can happen would switch the protection off without a word. Milliseconds. */
const SHORTEST_LIFE_MS = 100;
/** The client gives `hook check` 60 s (cli/wiring.ts), and lets the call go on after them. Milliseconds. */
const LONGEST_WAIT_MS = 45_000;

function inRange(parsed: Valid<ConfigFile>): Valid<ConfigFile> {
  if (!parsed.ok) return parsed;
  for (const key of ["ttl", "tool_ttl", "stale_after"] as const) {
    const life = durationMs(parsed.value[key]);
    if (life !== undefined && life < SHORTEST_LIFE_MS) return outside(key, `wants at least "${SHORTEST_LIFE_MS}ms"`);
  }
  const wait = durationMs(parsed.value.wait);
  return wait !== undefined && wait > LONGEST_WAIT_MS
    ? outside("wait", `wants at most "${LONGEST_WAIT_MS / 1000}s"`)
    : parsed;
}

function outside(key: string, wants: string): Valid<ConfigFile> {
  return { ok: false, reason: `${key}: ${wants}`, spot: { path: [key], isName: false } };
}

/** What all of them say together, with defaults for the rest. */
export function mergeLayers({ user, project, environment }: ConfigLayers): Config {
  const file: ConfigFile = { ...user, ...project, ...environment };
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
