/** The bash edition's commands and functions, as its users call them: links under bin/, and scripts in bash. */
import { join } from "node:path";
import type { ToolName } from "../../src/cli/dropin/tool.ts";
import type { Project } from "../hooks/project.ts";
import type { Ran, Where } from "./cli.ts";

const HANGS_MS = 15_000;

export function toolPath(project: Project, name: ToolName): string {
  return join(project.state, "bin", name);
}

export function tool(project: Project, name: ToolName, words: readonly string[], where: Where = {}): Ran {
  return run(project, [toolPath(project, name), ...words], where);
}

/** The head of every script of the bash edition's users. */
export function head(project: Project): string {
  return `set -euo pipefail\nsource '${join(project.state, "lib/coordination.sh").replaceAll("'", `'\\''`)}'\n`;
}

/** A script under `set -euo pipefail` that has sourced the functions. */
export function script(project: Project, lines: string, where: Where = {}): Ran {
  return run(project, ["bash", "-c", head(project) + lines], where);
}

export function run(project: Project, argv: readonly string[], { cwd, env }: Where = {}): Ran {
  const done = Bun.spawnSync([...argv], {
    cwd: cwd ?? project.dir,
    env: { ...project.env, ...env },
    stdin: "ignore",
    timeout: HANGS_MS,
  });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

/** What varies from run to run: times, IDs of decisions, start times. */
export function masked(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME")
    .replaceAll(/DEC-\d{8}-(\d{4})-[0-9a-f]{6}/g, "DEC-$1")
    .replaceAll(/(\n\s+Age: )\S+/g, "$1AGE");
}
