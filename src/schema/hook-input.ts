import * as v from "valibot";

const MAX_ID = 500;
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_ID));

/** The arguments of a tool, as far as coord looks at them. */
export const toolInputSchema = v.looseObject({
  file_path: v.nullish(v.string()),
  notebook_path: v.nullish(v.string()),
  old_string: v.nullish(v.string()),
  edits: v.nullish(v.array(v.looseObject({ old_string: v.nullish(v.string()) }))),
  timeout: v.optional(v.unknown()),
});

const toolCall = v.looseObject({
  tool_name: v.string(),
  tool_input: v.optional(v.unknown()),
  tool_use_id: v.nullish(v.string()),
});

/** What the client hands to a hook on stdin: CLAUDE_CODE.md section 1. Unknown fields are of no interest; null is absent. */
export const hookInputSchema = v.looseObject({
  session_id: id,
  cwd: v.nullish(v.string()),
  hook_event_name: v.pipe(v.string(), v.maxLength(MAX_ID)),
  agent_id: v.nullish(id),
  agent_type: v.nullish(v.pipe(v.string(), v.maxLength(MAX_ID))),
  tool_name: v.nullish(v.string()),
  tool_input: v.optional(v.unknown()),
  tool_use_id: v.nullish(v.pipe(v.string(), v.maxLength(MAX_ID))),
  tool_response: v.optional(v.unknown()),
  tool_calls: v.nullish(v.array(toolCall)),
  duration_ms: v.nullish(v.number()),
  is_interrupt: v.nullish(v.boolean()),
  prompt: v.nullish(v.string()),
  source: v.nullish(v.string()),
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
