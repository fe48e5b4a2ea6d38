import * as v from "valibot";

const MAX_ID = 500;
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_ID));

/** The arguments of a tool, as far as coord looks at them. */
export const toolInputSchema = v.looseObject({
  file_path: v.optional(v.string()),
  notebook_path: v.optional(v.string()),
  old_string: v.optional(v.string()),
  edits: v.optional(v.array(v.looseObject({ old_string: v.optional(v.string()) }))),
  timeout: v.optional(v.unknown()),
});

const toolCall = v.looseObject({
  tool_name: v.string(),
  tool_input: v.optional(v.unknown()),
  tool_use_id: v.optional(v.string()),
});

/** What the client hands to a hook on stdin: CLAUDE_CODE.md section 1. Unknown fields are of no interest. */
export const hookInputSchema = v.looseObject({
  session_id: id,
  cwd: v.optional(v.string()),
  hook_event_name: v.pipe(v.string(), v.maxLength(MAX_ID)),
  agent_id: v.optional(id),
  agent_type: v.optional(v.pipe(v.string(), v.maxLength(MAX_ID))),
  tool_name: v.optional(v.string()),
  tool_input: v.optional(v.unknown()),
  tool_use_id: v.optional(v.pipe(v.string(), v.maxLength(MAX_ID))),
  tool_response: v.optional(v.unknown()),
  tool_calls: v.optional(v.array(toolCall)),
  duration_ms: v.optional(v.number()),
  is_interrupt: v.optional(v.boolean()),
  prompt: v.optional(v.string()),
  source: v.optional(v.string()),
});

export type HookInput = v.InferOutput<typeof hookInputSchema>;

export type ToolInput = v.InferOutput<typeof toolInputSchema>;

/** A whole text file as Read answers it. */
export const readResponseSchema = v.looseObject({
  type: v.literal("text"),
  file: v.looseObject({
    content: v.string(),
    numLines: v.number(),
    startLine: v.literal(1),
    totalLines: v.number(),
  }),
});
