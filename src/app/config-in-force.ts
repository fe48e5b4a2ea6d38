/** `coord config`: each value in force, as it would be written, and who says so. */
import { DEFAULTS } from "../domain/config.ts";
import type { CoordError } from "../domain/errors.ts";
import { failed, type Sys } from "../platform/sys/types.ts";
import { WRITTEN_DEFAULTS, type WrittenConfig } from "../schema/config-about.ts";
import { CONFIG_KEYS, durationMs, type ConfigKey } from "../schema/config.ts";
import { configError } from "./config-error.ts";
import { mergeLayers, readLayers, type ConfigLayers } from "./config-layers.ts";
import { configFiles, readConfigTexts, VARIABLES, type ConfigFiles } from "./config.ts";
import type { Env, Workspace } from "./workspace.ts";

export interface Setting {
  readonly key: ConfigKey;
  readonly value: WrittenConfig[ConfigKey];
  readonly source: "default" | "user" | "project" | "environment";
  /** For the two that are files. */
  readonly file?: string;
  /** For the environment. */
  readonly variable?: string;
  /** The key that keeps the value below what its source says. */
  readonly limited_by?: ConfigKey;
  /** What the source says, where that is limited. */
  readonly asked?: WrittenConfig[ConfigKey];
}

export interface ConfigInForce {
  /** Every key, in the order of the schema. */
  readonly settings: readonly Setting[];
  /** What keeps the configuration from being used: then the defaults are in force, all of them. */
  readonly errors: readonly CoordError[];
  readonly files: ConfigFiles;
  /** Which of the files is there. */
  readonly found: Readonly<Record<keyof ConfigFiles, boolean>>;
}

const NOTHING: ConfigLayers = { user: {}, project: {}, environment: {} };

export function configInForce(sys: Sys, env: Env, workspace: Workspace): ConfigInForce {
  const files = configFiles(env, workspace);
  const texts = readConfigTexts(sys, files);
  const { layers, problems } = readLayers({ sys, env, workspace, files, texts });
  const used = problems.length === 0 ? layers : NOTHING;
  return {
    settings: CONFIG_KEYS.map((key) => settingOf(used, files, key)),
    errors: problems.map(configError),
    files,
    found: { project: !failed(texts.project), user: !failed(texts.user) },
  };
}

function settingOf(layers: ConfigLayers, files: ConfigFiles, key: ConfigKey): Setting {
  const said = saidOf(layers, files, key);
  if (key !== "ttl" || !isLimited(layers)) return said;
  const { value } = saidOf(layers, files, "stale_after");
  return { ...said, value, limited_by: "stale_after", asked: said.value };
}

function saidOf(layers: ConfigLayers, files: ConfigFiles, key: ConfigKey): Setting {
  const { environment, project, user } = layers;
  if (environment[key] !== undefined) {
    return { key, value: environment[key], source: "environment", variable: VARIABLES[key] };
  }
  if (project[key] !== undefined) return { key, value: project[key], source: "project", file: files.project };
  if (user[key] !== undefined) return { key, value: user[key], source: "user", file: files.user };
  return { key, value: WRITTEN_DEFAULTS[key], source: "default" };
}

function isLimited(layers: ConfigLayers): boolean {
  const { ttl } = { ...layers.user, ...layers.project, ...layers.environment };
  return mergeLayers(layers).ttlMs < (durationMs(ttl) ?? DEFAULTS.ttlMs);
}
