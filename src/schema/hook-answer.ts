import * as v from "valibot";

/** What a hook of ours may print at PreToolUse, as far as the doctor judges it. */
export const hookAnswerSchema = v.looseObject({
  systemMessage: v.optional(v.string()),
  hookSpecificOutput: v.optional(
    v.looseObject({
      permissionDecision: v.optional(v.string()),
      permissionDecisionReason: v.optional(v.string()),
    }),
  ),
});

export type PrintedAnswer = v.InferOutput<typeof hookAnswerSchema>;
