import { DEFAULTS } from "../domain/config.ts";
import { homeApp, targetOf, type HookContext, type Target } from "./session.ts";
import { isBuiltInWriter, writeTarget, type NoTarget, type WriteTarget } from "./targets.ts";

export interface Written {
  readonly write: WriteTarget;
  readonly target: Target;
}

/** What the tool call of this event writes, if it is a file that coord looks after or nobody knows which. */
export async function writeOf(context: HookContext): Promise<Written | NoTarget | undefined> {
  const { tool_name, tool_input } = context.input;
  // Only for MCP tools does it take the project's configuration to know which argument is the path.
  const home = isBuiltInWriter(tool_name) ? undefined : await homeApp(context);
  const write = writeTarget(tool_name, tool_input, home?.config ?? DEFAULTS);
  if (write === undefined || write.path === undefined) return write;
  const target = await targetOf(context, write.path);
  return target === undefined ? undefined : { write, target };
}
