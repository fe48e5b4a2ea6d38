import { firstCharacters } from "../domain/text.ts";
import { escapeForTerminal } from "../domain/visible.ts";

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
      return line(systemMessage(answer.text));
  }
  return answer satisfies never;
}

/** The same answer with a line for the user besides. */
export function withUserLine(answer: HookAnswer, text: string): HookAnswer {
  switch (answer.say) {
    case "nothing":
      return { say: "user", text };
    case "deny":
    case "context":
      return { ...answer, user: text };
    case "user":
      return { say: "user", text: `${answer.text} ${text}` };
  }
  return answer satisfies never;
}

/** A line that a person reads at a glance; file names and values in it may be of any length. Characters. */
const MAX_USER_LINE = 600;

function systemMessage(text: string | undefined): { readonly systemMessage?: string } {
  if (text === undefined) return {};
  const start = firstCharacters(text, MAX_USER_LINE);
  const cut = start === text ? text : `${start}…`;
  return { systemMessage: escapeForTerminal(cut) };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
