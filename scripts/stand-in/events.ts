/**
 * What Claude Code hands to its hooks on stdin: the fields of a recorded session (2.1.330), with the paths and texts of
 * the one that is played here. coord must get along with all of them, so none is left out because it is not read.
 */
export type HookEvent = Readonly<Record<string, unknown>> & { readonly hook_event_name: string };

/** One tool call of a session. `response` is what the tool answered, as PostToolUse shows it. */
export interface ToolCall {
  readonly tool: "Write" | "Edit" | "Read" | "Bash";
  readonly input: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
  readonly id: string;
}

/** The fields that every event of a session carries. */
export interface Session {
  readonly id: string;
  readonly project: string;
}

function event(session: Session, name: string, extras: Readonly<Record<string, unknown>>): HookEvent {
  const folder = session.project.replaceAll(/[^A-Za-z0-9]/g, "-");
  return {
    session_id: session.id,
    transcript_path: `${session.project}/../.claude/projects/${folder}/${session.id}.jsonl`,
    cwd: session.project,
    hook_event_name: name,
    ...extras,
  };
}

const IN_PROMPT = { prompt_id: "38c5d3e1-4251-426e-9a6c-27fbeabf0754", permission_mode: "acceptEdits" } as const;
const IN_TOOL = { ...IN_PROMPT, effort: { level: "medium" } } as const;

export function sessionStart(session: Session): HookEvent {
  return event(session, "SessionStart", { source: "startup" });
}

export function userPromptSubmit(session: Session, prompt: string): HookEvent {
  return event(session, "UserPromptSubmit", { ...IN_PROMPT, prompt });
}

export function preToolUse(session: Session, { tool, input, id }: ToolCall): HookEvent {
  return event(session, "PreToolUse", { ...IN_TOOL, tool_name: tool, tool_input: input, tool_use_id: id });
}

export function postToolUse(session: Session, { tool, input, response, id }: ToolCall): HookEvent {
  return event(session, "PostToolUse", {
    ...IN_TOOL,
    tool_name: tool,
    tool_input: input,
    tool_response: response,
    tool_use_id: id,
    duration_ms: 6,
  });
}

export function postToolBatch(session: Session, calls: readonly ToolCall[]): HookEvent {
  return event(session, "PostToolBatch", {
    ...IN_TOOL,
    tool_calls: calls.map(({ tool, input, id }) => ({
      tool_name: tool,
      tool_input: input,
      tool_use_id: id,
      tool_response: "Done (file state is current in your context — no need to Read it back)",
    })),
  });
}

export function stop(session: Session): HookEvent {
  return event(session, "Stop", {
    ...IN_TOOL,
    stop_hook_active: false,
    last_assistant_message: "Done.",
    background_tasks: [],
    session_crons: [],
  });
}

export function sessionEnd(session: Session): HookEvent {
  return event(session, "SessionEnd", { prompt_id: IN_PROMPT.prompt_id, reason: "other" });
}
