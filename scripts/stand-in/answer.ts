import * as v from "valibot";

const AnswerSchema = v.strictObject({
  systemMessage: v.optional(v.string()),
  hookSpecificOutput: v.optional(
    v.strictObject({
      hookEventName: v.string(),
      permissionDecision: v.optional(v.literal("deny")),
      permissionDecisionReason: v.optional(v.string()),
      additionalContext: v.optional(v.string()),
    }),
  ),
});

/** What a hook's output means to the client: CLAUDE_CODE.md section 1.5. coord says nothing else. */
export type Told =
  | { readonly kind: "nothing" }
  | { readonly kind: "denied"; readonly text: string }
  | { readonly kind: "context"; readonly text: string }
  | { readonly kind: "user"; readonly text: string };

/** Throws for output that is not one of these. */
export function decodeAnswer(stdout: string): Told {
  if (stdout === "") return { kind: "nothing" };
  const { systemMessage, hookSpecificOutput: output } = v.parse(AnswerSchema, JSON.parse(stdout));
  if (output?.permissionDecision === "deny") return { kind: "denied", text: output.permissionDecisionReason ?? "" };
  if (output?.additionalContext !== undefined) return { kind: "context", text: output.additionalContext };
  return { kind: "user", text: systemMessage ?? "" };
}
