import { isCoordError } from "../domain/errors.ts";
import { quoted } from "../domain/quote.ts";
import { isoSeconds } from "../domain/time.ts";
import type { Native } from "../platform/sys/load.ts";
import { failed } from "../platform/sys/types.ts";
import { loadConfig } from "../app/config.ts";
import { hasState } from "../app/context.ts";
import { sessionInstanceId } from "../app/identity.ts";
import { marksOf, removeMarks, type Marked } from "../app/told-marks.ts";
import { locateWorkspace, type Env } from "../app/workspace.ts";
import { appendEvents } from "../store/file/events-file.ts";
import { layoutOf } from "../store/file/layout.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import type { HookContext } from "./session.ts";

/**
 * What to say when coord itself failed: the user gets one line, once per session and cause; with `strict` a write is
 * denied instead, because then an unchecked write is worse than none. The history gets every one. `instead` is how it
 * goes on all the same.
 */
export async function failureAnswer(
  context: HookContext,
  error: unknown,
  instead = "The session goes on without this check.",
): Promise<HookAnswer> {
  const message = error instanceof Error ? error.message : String(error);
  const hint = isCoordError(error) && error.hint !== undefined ? ` (${error.hint})` : "";
  const text = `coord: ${message}${hint}`.replaceAll(/\s+/g, " ");
  const cause = isCoordError(error) ? error.code : "INTERNAL";
  noteFailure(context, cause, message);
  if (context.input.hook_event_name === "PreToolUse" && cause !== "CONFIG" && (await isStrict(context))) {
    const reason = `coord: ${quoted(message)}${hint === "" ? "" : ` (${quoted(hint.slice(2, -1))})`}`;
    return {
      say: "deny",
      reason: `Not written: ${reason}. ${STRICT_REASON}`,
    };
  }
  return firstTime(context, cause)
    ? {
        say: "user",
        text: `${text}. ${cause === "CONFIG" ? "Until then the defaults hold." : instead}`,
      }
    : NOTHING;
}

function noteFailure(context: HookContext, cause: string, message: string): void {
  const { native, env, cwd, input } = context;
  if (!isTrusted(context)) return;
  const { events } = layoutOf(locateWorkspace(native.sys, env, cwd).stateDir);
  const instance = sessionInstanceId(input.session_id);
  appendEvents(native.sys, events, isoSeconds(Date.now()), [
    { event: "failed", instance, cause, message: message.slice(0, 500) },
  ]);
}

/** A state that cannot be trusted is not written to, whatever it was that failed before anybody looked at it. */
function isTrusted({ native: { sys }, env, cwd }: HookContext): boolean {
  try {
    return hasState({ sys, workspace: locateWorkspace(sys, env, cwd) });
  } catch {
    return false;
  }
}

/** As far as it can still be known: the configuration is read without the state that has just failed. */
async function isStrict({ native, env, cwd, config }: HookContext): Promise<boolean> {
  return config?.strict === true || isStrictIn(native, env, cwd);
}

/** Whether the configuration of a folder's workspace says so; where that cannot be read, the environment alone. */
export async function isStrictIn({ sys }: Native, env: Env, dir: string): Promise<boolean> {
  try {
    return (await loadConfig(sys, env, locateWorkspace(sys, env, dir))).strict;
  } catch {
    return env["COORD_STRICT"] === "true";
  }
}

/** The setting, as a reason. */
export const STRICT_REASON = 'The setting "strict" refuses writes that cannot be checked.';

/** Leaves a mark beside the state, or in the system's scratch folder if that is what fails; true when it was new. */
function firstTime(context: HookContext, cause: string): boolean {
  const { sys } = context.native;
  const { inside, outside } = marksOf(markedBy(context));
  for (const mark of isTrusted(context) ? [inside(cause), outside(cause)] : [outside(cause)]) {
    const fd = sys.open(mark, "create");
    if (fd === "EEXIST") return false;
    if (failed(fd)) continue;
    sys.close(fd);
    return true;
  }
  return true;
}

/** A session that has ended needs no marks. */
export function forgetFailures(context: HookContext): void {
  removeMarks(markedBy(context));
}

function markedBy({ native, env, cwd, input }: HookContext): Marked {
  return { sys: native.sys, env, cwd, sessionId: input.session_id };
}
