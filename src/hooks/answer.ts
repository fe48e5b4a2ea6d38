/** What a hook says to the client: nothing, or exactly one JSON object (CLAUDE_CODE.md section 1.5). Never `allow`. */
export type HookAnswer =
  | { readonly say: "nothing" }
  /** The tool call is not made; the model reads the reason. */
  | { readonly say: "deny"; readonly reason: string; readonly user?: string }
  /** The model reads this besides. */
  | { readonly say: "context"; readonly event: string; readonly text: string; readonly user?: string }
  /** Only the user reads this. */
  | { readonly say: "user"; readonly text: string };

export const NOTHING: HookAnswer = { say: "nothing" };

/** The line for stdout, or undefined for silence. */
export function encodeAnswer(answer: HookAnswer): string | undefined {
  switch (answer.say) {
    case "nothing":
      return undefined;
    case "deny":
      return line({
        ...systemMessage(answer.user),
        hookSpecificOutput: {
          hookEventName: "PreToolUse",
          permissionDecision: "deny",
          permissionDecisionReason: answer.reason,
        },
      });
    case "context":
      return line({
        ...systemMessage(answer.user),
        hookSpecificOutput: { hookEventName: answer.event, additionalContext: answer.text },
      });
    case "user":
      return line({ systemMessage: answer.text });
  }
  return answer satisfies never;
}

function systemMessage(text: string | undefined): { readonly systemMessage?: string } {
  return text === undefined ? {} : { systemMessage: text };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
