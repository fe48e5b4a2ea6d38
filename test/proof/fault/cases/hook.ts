import { ALL, POPULATED, STALE, USED, type Case } from "../case.ts";
import { hook, writing } from "../lane.ts";

const reading = (file: string): object => ({
  tool_name: "Read",
  tool_use_id: "toolu_read",
  tool_input: { file_path: `$PROJECT/${file}` },
  tool_response: { type: "text", file: { filePath: `$PROJECT/${file}`, numLines: 2, startLine: 1, totalLines: 2 } },
  duration_ms: 8,
});
const BASH = { tool_name: "Bash", tool_use_id: "toolu_bash", tool_input: { command: "true" } };
const SUBAGENT = { agent_id: "a1", agent_type: "general-purpose" };
const ENDED = { stop_hook_active: false, last_assistant_message: "finished" };
const EDIT = {
  tool_name: "Edit",
  tool_use_id: "toolu_edit",
  tool_input: { file_path: "$PROJECT/src/free.ts", old_string: "1", new_string: "2" },
};

/** Each verb with each kind of event that `coord install` wires to it. */
export const HOOK: readonly Case[] = [
  { name: "hook init, SessionStart", step: hook("init", "SessionStart", { source: "startup" }), states: ALL },
  {
    name: "hook init, SubagentStart",
    step: hook("init", "SubagentStart", { agent_id: "a2", agent_type: "t" }),
    states: ALL,
  },
  { name: "hook check, Write", step: hook("check", "PreToolUse", writing("src/new.ts")), states: ALL },
  { name: "hook check, Edit", step: hook("check", "PreToolUse", EDIT), states: USED },
  { name: "hook check, held", step: hook("check", "PreToolUse", writing("src/held.ts")), states: USED },
  { name: "hook check, of a dead one's", step: hook("check", "PreToolUse", writing("src/lost.ts")), states: STALE },
  {
    name: "hook check, subagent",
    step: hook("check", "PreToolUse", { ...writing("src/new.ts"), ...SUBAGENT }),
    states: POPULATED,
  },
  {
    name: "hook release, PostToolUse",
    step: hook("release", "PostToolUse", { ...writing("src/busy.ts"), tool_response: {}, duration_ms: 8 }),
    states: USED,
  },
  {
    name: "hook release, PostToolUseFailure",
    step: hook("release", "PostToolUseFailure", { ...writing("src/busy.ts"), error: "It did not work" }),
    states: POPULATED,
  },
  {
    name: "hook release, PostToolBatch",
    step: hook("release", "PostToolBatch", { tool_calls: [writing("src/busy.ts")] }),
    states: USED,
  },
  { name: "hook release, Stop", step: hook("release", "Stop", ENDED), states: ALL },
  {
    name: "hook release, SubagentStop",
    step: hook("release", "SubagentStop", { ...ENDED, ...SUBAGENT }),
    states: POPULATED,
  },
  { name: "hook heartbeat, Read", step: hook("heartbeat", "PostToolUse", reading("src/free.ts")), states: ALL },
  {
    name: "hook heartbeat, UserPromptSubmit",
    step: hook("heartbeat", "UserPromptSubmit", { prompt: "Go" }),
    states: ALL,
  },
  { name: "hook heartbeat, PreToolUse", step: hook("heartbeat", "PreToolUse", BASH), states: USED },
  {
    name: "hook heartbeat, PostToolUse",
    step: hook("heartbeat", "PostToolUse", { ...BASH, tool_response: {}, duration_ms: 8 }),
    states: POPULATED,
  },
  { name: "hook cleanup, SessionEnd", step: hook("cleanup", "SessionEnd", { reason: "other" }), states: ALL },
];
