/** `hook check` with a guard that guards nothing: the race has to show more than one winner. */
import { checkWrite } from "../../../src/app/check-write.ts";
import { openApp } from "../../../src/app/context.ts";
import { hookIdentity } from "../../../src/app/identity.ts";
import { typedPath } from "../../../src/app/paths.ts";
import { readInput } from "../../../src/hooks/stdin.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { fileStore } from "../../../src/store/file/file-store.ts";
import * as v from "valibot";

const inputSchema = v.object({
  session_id: v.string(),
  cwd: v.string(),
  tool_input: v.object({ file_path: v.string() }),
});

async function main(): Promise<void> {
  const native = await loadNative();
  const { sys } = native;
  const text = readInput(sys, sys.monotonicMs() + 60_000);
  const input = v.parse(v.pipe(v.string(), v.parseJson(), inputSchema), text);
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
  const answer = await checkWrite(unguarded, {
    path: typedPath(unguarded, input.tool_input.file_path),
    me: hookIdentity(unguarded, { sessionId: input.session_id, agentId: undefined, agentType: undefined }),
    toolUseId: null,
    oldStrings: undefined,
    deadline: sys.monotonicMs(),
  });
  if (answer.answer !== "granted")
    await Bun.write(Bun.stdout, `{"hookSpecificOutput":{"permissionDecision":"deny"}}\n`);
}

void main();
