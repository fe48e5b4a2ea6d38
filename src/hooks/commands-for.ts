import type { App } from "../app/context.ts";
import { locateWorkspace } from "../app/workspace.ts";
import { wordForModel } from "../domain/quote.ts";
import { commandPath } from "../app/command-path.ts";
import type { Commands } from "./texts.ts";

/** Commands that run as printed from where the session is. */
export function commandsFor(app: App, real: string, cwd: string): Commands {
  const file = typedFrom(cwd, real);
  const coord = wordForModel(commandPath(app));
  return {
    wait: file === undefined || coord === undefined ? undefined : `${coord} lock wait ${file} --timeout 60s`,
    diff: app.workspace.gitDir === undefined ? undefined : diffCommand(app, real, cwd),
  };
}

/** Git refuses paths outside of the worktree that it is called in. */
function diffCommand(app: App, real: string, cwd: string): string | undefined {
  const { worktreePath, gitDir } = app.workspace;
  const isHere = locateWorkspace(app.sys, app.env, cwd).gitDir === gitDir;
  const file = typedFrom(isHere ? cwd : worktreePath, real);
  const top = wordForModel(worktreePath);
  if (file === undefined || top === undefined) return undefined;
  return isHere ? `git diff -- ${file}` : `git -C ${top} diff -- ${file}`;
}

/** A path as it is typed in `cwd`; never taken for a flag, nor for git's pathspec magic. Undefined: it is not to be typed. */
function typedFrom(cwd: string, real: string): string | undefined {
  const path = real.startsWith(`${cwd}/`) ? real.slice(cwd.length + 1) : real;
  return wordForModel(/^[-:]/.test(path) ? `./${path}` : path);
}
