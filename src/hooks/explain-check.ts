import type { CheckAnswer } from "../app/check-write.ts";
import { lookUp } from "../app/identity.ts";
import { NOTHING, type HookAnswer } from "./answer.ts";
import { commandsFor } from "./commands-for.ts";
import { callerOf, type HookContext, type Target } from "./session.ts";
import { conflictText, editedBesidesText, heldText, replacedText } from "./texts.ts";

/** What a check's answer means, in words for the model. `isWhole`: the tool writes the whole file. */
export function explainCheck(
  answer: CheckAnswer,
  { app, path }: Target,
  context: HookContext,
  isWhole: boolean,
): HookAnswer {
  switch (answer.answer) {
    case "granted": {
      const { warning } = answer;
      if (warning === undefined) return NOTHING;
      const writer = app.store.instance(warning.instance_id);
      const text = isWhole
        ? replacedText(path.file_path, warning, writer)
        : editedBesidesText(path.file_path, warning, writer);
      return { say: "context", event: "PreToolUse", text };
    }
    case "held": {
      const { bar, holder } = answer;
      const me = lookUp(app, app.store, callerOf(app, context)).id;
      const type = commandsFor(app, path.real_path, context.cwd);
      return { say: "deny", reason: heldText(path.file_path, bar, holder, app.now().wall_ms, type, me) };
    }
    case "conflict": {
      const { write } = answer;
      const type = commandsFor(app, path.real_path, context.cwd);
      const writer = app.store.instance(write.instance_id);
      return { say: "deny", reason: conflictText(path.file_path, write, writer, type) };
    }
  }
  return answer satisfies never;
}
