import { coordError } from "../../domain/errors.ts";
import type { HookVerb } from "../../domain/hook-verb.ts";
import { command, type Command, type Example } from "../command.ts";

/** The least that each of them makes something of. One after another they are a session, which the last one ends. */
const EVENTS: Readonly<Record<HookVerb, readonly [event: Readonly<Record<string, unknown>>, does: string]>> = {
  init: [{ hook_event_name: "SessionStart" }, "a session starts: prints who else is at work, if anybody is"],
  check: [
    { hook_event_name: "PreToolUse", tool_name: "Write", tool_input: { file_path: "a.ts" } },
    "it is about to write a.ts: takes the lock, or prints why not",
  ],
  release: [{ hook_event_name: "PostToolBatch" }, "its tool calls have ended: gives the lock back"],
  heartbeat: [
    { hook_event_name: "PostToolUse", tool_name: "Read", tool_input: { file_path: "a.ts" } },
    "it has read a.ts: lives on, and knows what others have written there",
  ],
  cleanup: [{ hook_event_name: "SessionEnd" }, "it ends: nothing of it stays"],
};

function exampleOf(name: HookVerb): Example {
  const [event, does] = EVENTS[name];
  return [`echo '${JSON.stringify({ session_id: "try-out", ...event })}' | coord hook ${name}`, does];
}

/**
 * Only the texts of `coord hook`: hooks are run by main.ts, which knows them without this tree, because building it
 * would cost each of them milliseconds. What comes here is a wrong call.
 */
export function hook(name: HookVerb): Command {
  return command({
    args: {},
    notes: [
      "Reads one event of Claude Code as a JSON object from stdin; prints nothing, or one JSON object.",
      "Does nothing where the project has no state folder: coord init",
    ],
    examples: [exampleOf(name)],
    run: () => {
      throw coordError("USAGE", `coord hook ${name} takes no arguments`, { hint: "coord install wires the hooks" });
    },
  });
}
