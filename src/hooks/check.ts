/** `hook check`: PreToolUse of a tool that writes. */
import { checkWrite, type CheckAnswer } from "../app/check-write.ts";
import { noteElsewhere } from "../app/elsewhere.ts";
import { locateWorkspace } from "../app/workspace.ts";
import type { App } from "../app/context.ts";
import { shellWord } from "../domain/quote.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import { commandPath } from "./command-path.ts";
import { callerOf, homeApp, isAtHome, type HookContext, type Target } from "./session.ts";
import { writeOf } from "./write-of.ts";
import { conflictText, editedBesidesText, heldText, replacedText, type Commands } from "./texts.ts";

export async function hookCheck(context: HookContext): Promise<HookAnswer> {
  const { input } = context;
  const written = await writeOf(context);
  if (written === undefined) return NOTHING;
  const { write, target } = written;
  const { app, path } = target;
  const me = callerOf(app, context);
  const home = isAtHome(context, app) ? undefined : await homeApp(context);
  if (home !== undefined && home.workspace.stateDir !== app.workspace.stateDir) {
    await noteElsewhere(home, callerOf(home, context), app.workspace.worktreePath);
  }
  const answer = await checkWrite(app, {
    path,
    me,
    toolUseId: input.tool_use_id ?? null,
    oldStrings: write.oldStrings,
    deadline: context.deadline + app.config.waitMs,
  });
  return toHookAnswer(answer, target, context, write.oldStrings === undefined);
}

function toHookAnswer(answer: CheckAnswer, { app, path }: Target, context: HookContext, isWhole: boolean): HookAnswer {
  switch (answer.answer) {
    case "client-gone":
      return NOTHING;
    case "granted": {
      const { warning } = answer;
      if (warning === undefined) return NOTHING;
      const writer = app.store.instance(warning.instance_id);
      const text = isWhole
        ? replacedText(path.file_path, warning, writer)
        : editedBesidesText(path.file_path, warning, writer);
      return { say: "context", event: "PreToolUse", text };
    }
    case "held": {
      const { bar, holder } = answer;
      const type = commandsFor(app, path.real_path, context.cwd);
      return { say: "deny", reason: heldText(path.file_path, bar, holder, app.now().wall_ms, type) };
    }
    case "conflict": {
      const { write } = answer;
      const type = commandsFor(app, path.real_path, context.cwd);
      const writer = app.store.instance(write.instance_id);
      return { say: "deny", reason: conflictText(path.file_path, write, writer, type) };
    }
  }
  return answer satisfies never;
}

/** Commands that run as printed from where the session is. */
export function commandsFor(app: App, real: string, cwd: string): Commands {
  const file = typedFrom(cwd, real);
  const coord = shellWord(commandPath(app));
  return {
    wait: file === undefined || coord === undefined ? undefined : `${coord} lock wait ${file} --timeout 60s`,
    diff: app.workspace.gitDir === undefined ? undefined : diffCommand(app, real, cwd),
  };
}

/** Git refuses paths outside of the worktree that it is called in. */
function diffCommand(app: App, real: string, cwd: string): string | undefined {
  const { worktreePath } = app.workspace;
  const isHere = locateWorkspace(app.sys, app.env, cwd).worktreePath === worktreePath;
  const file = typedFrom(isHere ? cwd : worktreePath, real);
  const top = shellWord(worktreePath);
  if (file === undefined || top === undefined) return undefined;
  return isHere ? `git diff -- ${file}` : `git -C ${top} diff -- ${file}`;
}

/** A path as it is typed in `cwd`; never taken for a flag, nor for git's pathspec magic. Undefined: it cannot be typed. */
function typedFrom(cwd: string, real: string): string | undefined {
  const path = real.startsWith(`${cwd}/`) ? real.slice(cwd.length + 1) : real;
  return shellWord(/^[-:]/.test(path) ? `./${path}` : path);
}
