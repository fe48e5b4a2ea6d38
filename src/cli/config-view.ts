import type { ConfigInForce, Setting } from "../app/config-in-force.ts";
import { escapeForTerminal } from "../domain/visible.ts";

/** A longer value pushes only its own line. */
const VALUE_WIDTH = 24;

/** Every key with its value as a file has it, and where that comes from; then the files. */
export function renderConfig({ settings, errors, files, found }: ConfigInForce): string {
  const keyWidth = Math.max(...settings.map(({ key }) => key.length));
  const values = settings.map(({ value }) => escapeForTerminal(JSON.stringify(value)));
  const valueWidth = Math.min(VALUE_WIDTH, Math.max(...values.map((value) => value.length)));
  const rows = settings.map(
    (setting, i) => `${setting.key.padEnd(keyWidth)}  ${(values[i] ?? "").padEnd(valueWidth)}  ${origin(setting)}`,
  );
  const fileLine = (name: string, which: keyof typeof files): string =>
    `${name}  ${escapeForTerminal(files[which])}${found[which] ? "" : " (not there)"}`;
  return [
    ...(errors.length > 0 ? ["The configuration cannot be used, so the defaults hold:"] : []),
    ...rows,
    "",
    fileLine("Project file:", "project"),
    fileLine("User file:   ", "user"),
  ].join("\n");
}

/** The value alone, for scripts: as a variable takes it, so a string without quotes and anything else as JSON. */
export function renderValue({ value }: Setting): string {
  return escapeForTerminal(typeof value === "string" ? value : JSON.stringify(value));
}

/** Said beside a value alone: whoever set another one would look for the reason. */
export function limitWarnings(setting: Setting): readonly string[] {
  const { key, value, limited_by } = setting;
  if (limited_by === undefined || setting.source === "default") return [];
  return [`${key} is ${JSON.stringify(value)}: ${origin(setting)}`];
}

function origin({ source, file, variable, limited_by, asked }: Setting): string {
  const limit = limited_by === undefined ? "" : `: ${escapeForTerminal(JSON.stringify(asked))}, cut to ${limited_by}`;
  switch (source) {
    case "default":
      return `default${limit}`;
    case "user":
    case "project":
      return `${source} file ${escapeForTerminal(file ?? "")}${limit}`;
    case "environment":
      return `environment variable ${variable ?? ""}${limit}`;
    default:
      return source satisfies never;
  }
}
