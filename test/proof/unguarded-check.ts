/** `hook check` with a guard that guards nothing: the storm has to lose lines by it, the race to have two winners. */
import { checkWrite } from "../../src/app/check-write.ts";
import { openApp } from "../../src/app/context.ts";
import { hookIdentity } from "../../src/app/identity.ts";
import { typedPath } from "../../src/app/paths.ts";
import { readInput } from "../../src/hooks/stdin.ts";
import { loadNative } from "../../src/platform/sys/load.ts";
import { fileStore } from "../../src/store/file/file-store.ts";
import * as v from "valibot";

const inputSchema = v.object({
  session_id: v.string(),
  agent_id: v.optional(v.string()),
  cwd: v.string(),
  tool_use_id: v.string(),
  tool_input: v.object({ file_path: v.string(), old_string: v.optional(v.string()) }),
});

async function main(): Promise<void> {
  const native = await loadNative();
  const { sys } = native;
  const deadline = sys.monotonicMs() + 60_000;
  const input = v.parse(v.pipe(v.string(), v.parseJson(), inputSchema), readInput(sys, deadline));
  const app = await openApp({ native, env: process.env, cwd: input.cwd });
  const store = fileStore({
    stateDir: app.workspace.stateDir,
    sys,
    self: app.processes.self,
    judge: app.processes.judge,
    now: app.now,
    ttlMs: app.config.ttlMs,
    guard: { acquire: () => ({ name: "none", takenFrom: undefined, copies: 0 }), release: () => undefined },
  });
  const unguarded = { ...app, store };
  const { old_string: old } = input.tool_input;
  const answer = await checkWrite(unguarded, {
    path: typedPath(unguarded, input.tool_input.file_path),
    me: hookIdentity(unguarded, { sessionId: input.session_id, agentId: input.agent_id, agentType: undefined }),
    toolUseId: input.tool_use_id,
    oldStrings: old === undefined ? undefined : [old],
    deadline,
  });
  if (answer.answer === "granted") return;
  const output = { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: answer.answer };
  await Bun.write(Bun.stdout, `${JSON.stringify({ hookSpecificOutput: output })}\n`);
}

void main();
