/** `hook check`: PreToolUse of a tool that writes. */
import { checkWrite } from "../app/check-write.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import { callerOf, homeApp, isAtHome, type HookContext } from "./session.ts";
import { writeOf, type Written } from "./write-of.ts";

export async function hookCheck(context: HookContext): Promise<HookAnswer> {
  const { input } = context;
  // Wired to another event it would take a lock that nothing gives back, and its denial would name an event that was not.
  if (input.hook_event_name !== "PreToolUse")
    return { say: "user", text: `coord: "hook check" does not serve the event ${input.hook_event_name}` };
  const written = await writeOf(context);
  if (written === undefined) return NOTHING;
  if (!("target" in written)) return (await import("./unclear.ts")).answerToUnclear(context, written.unclear);
  const { write, target } = written;
  if (write.unclear === undefined) return checked(context, written);
  const { answerToUnclearPart } = await import("./unclear.ts");
  return answerToUnclearPart(context, target.app, write.unclear, () => checked(context, written));
}

async function checked(context: HookContext, { write, target }: Written): Promise<HookAnswer> {
  const { input } = context;
  const { app, path } = target;
  const me = callerOf(app, context);
  const home = isAtHome(context, app) ? undefined : await homeApp(context);
  if (home !== undefined && home.workspace.stateDir !== app.workspace.stateDir) {
    const { noteElsewhere } = await import("../app/elsewhere.ts");
    await noteElsewhere(home, callerOf(home, context), app.workspace.worktreePath);
  }
  const answer = await checkWrite(app, {
    path,
    me,
    toolUseId: input.tool_use_id ?? null,
    oldStrings: write.oldStrings,
    deadline: context.deadline + app.config.waitMs,
  });
  if (answer.answer === "granted" && answer.warning === undefined) return NOTHING;
  // Words are only loaded when there is something to say.
  const { explainCheck } = await import("./explain-check.ts");
  return explainCheck(answer, target, context, write.oldStrings === undefined);
}
