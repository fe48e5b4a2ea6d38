/** `hook heartbeat`: Read, UserPromptSubmit, and asynchronously every other tool. */
import { heartbeat } from "../app/heartbeat.ts";
import { noteSeen } from "../app/note-seen.ts";
import { isReadResponse } from "../schema/compiled.ts";
import { checked } from "../schema/json.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import { allApps, callerOf, targetOf, type HookContext } from "./session.ts";
import { readTarget } from "./targets.ts";

export async function hookHeartbeat(context: HookContext): Promise<HookAnswer> {
  const { input } = context;
  if (input.hook_event_name === "UserPromptSubmit") return (await import("./prompted.ts")).prompted(context);
  if (input.hook_event_name === "PostToolUse" && input.tool_name === "Read") return hasRead(context);
  const busyMs = input.hook_event_name === "PreToolUse" ? announcedMs(input.tool_input) : 0;
  for (const app of await allApps(context)) {
    await heartbeat(app, callerOf(app, context), { mayRegister: false, busyMs });
  }
  return NOTHING;
}

/** A tool that says how long it may run keeps its session's lease for that long (DESIGN section 5). At most a day. */
function announcedMs(toolInput: unknown): number {
  if (typeof toolInput !== "object" || toolInput === null || !("timeout" in toolInput)) return 0;
  const { timeout } = toolInput;
  return typeof timeout === "number" && timeout > 0 ? Math.min(timeout, 86_400_000) : 0;
}

async function hasRead(context: HookContext): Promise<HookAnswer> {
  const { input } = context;
  const path = readTarget(input.tool_input);
  const target = path === undefined ? undefined : await targetOf(context, path);
  if (target === undefined) return NOTHING;
  const response = checked(isReadResponse, input.tool_response);
  const file = response.ok ? response.value.file : undefined;
  const whole = file !== undefined && file.numLines === file.totalLines ? file.content : undefined;
  await noteSeen(target.app, {
    path: target.path,
    me: callerOf(target.app, context),
    // The hook was started after the read had ended: its own running time counts too.
    beganMs: context.startedWallMs - (input.duration_ms ?? 0),
    text: whole,
  });
  return NOTHING;
}
