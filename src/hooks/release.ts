/** `hook release`: PostToolUse, PostToolUseFailure, PostToolBatch, Stop, SubagentStop. */
import { lookUp } from "../app/identity.ts";
import { heartbeat } from "../app/heartbeat.ts";
import { recordTool } from "../app/record-tool.ts";
import { releaseHeld } from "../app/release-held.ts";
import type { LockKind } from "../domain/lock.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import { allApps, callerOf, type HookContext } from "./session.ts";
import { writeOf } from "./write-of.ts";

export async function hookRelease(context: HookContext): Promise<HookAnswer> {
  switch (context.input.hook_event_name) {
    case "PostToolUse":
    case "PostToolUseFailure":
      return toolEnded(context);
    case "PostToolBatch":
      return endLocks(context, ["tool"]);
    case "Stop":
      return endLocks(context, ["tool", "turn"]);
    case "SubagentStop":
      return endSubagent(context);
    default:
      return { say: "user", text: `coord: "hook release" does not serve the event ${context.input.hook_event_name}` };
  }
}

async function toolEnded(context: HookContext): Promise<HookAnswer> {
  const { input } = context;
  const written = await writeOf(context);
  // What nobody can tell was told before the call.
  if (written === undefined || !("target" in written)) return NOTHING;
  const { app, path } = written.target;
  const failed = input.hook_event_name === "PostToolUseFailure";
  const { missed } = await recordTool(app, {
    path,
    me: callerOf(app, context),
    toolUseId: input.tool_use_id ?? null,
    result: !failed ? "ok" : input.is_interrupt === true ? "interrupted" : "failed",
  });
  if (missed === undefined) return NOTHING;
  const [{ missedText }, { commandsFor }] = await Promise.all([import("./texts.ts"), import("./commands-for.ts")]);
  const writer = app.store.instance(missed.instance_id);
  const text = missedText(path.file_path, missed, writer, commandsFor(app, path.real_path, context.cwd));
  return { say: "context", event: input.hook_event_name, text };
}

async function endLocks(context: HookContext, kinds: readonly LockKind[]): Promise<HookAnswer> {
  for (const app of await allApps(context)) {
    const me = callerOf(app, context);
    const { id, record } = lookUp(app, app.store, me);
    if (record === undefined) continue;
    await releaseHeld(app, id, kinds);
    await heartbeat(app, me, { mayRegister: false });
  }
  return NOTHING;
}

/** A subagent that has stopped is no longer there: its locks go, and what it wrote is its session's. */
async function endSubagent(context: HookContext): Promise<HookAnswer> {
  const { endInstance } = await import("../app/unregister.ts");
  for (const app of await allApps(context)) {
    const me = callerOf(app, context);
    const { id, parent, record } = lookUp(app, app.store, me);
    if (record !== undefined && parent !== null) await endInstance(app, id);
    await heartbeat(app, { ...me, agentId: null }, { mayRegister: false });
  }
  return NOTHING;
}
