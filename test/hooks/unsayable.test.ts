/** stdout takes nothing: what a hook would say does not reach the client that way. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { rawHook } from "./hook.ts";
import { BINARY, layProject, type Project } from "./project.ts";
import { session } from "./session.ts";

const FULL = "/dev/full";

/** A Write of `file` by a session that is not registered yet. */
async function check(project: Project, file: string) {
  const input = {
    session_id: "second",
    cwd: project.dir,
    hook_event_name: "PreToolUse",
    tool_name: "Write",
    tool_use_id: "toolu_1",
    tool_input: { file_path: project.path(file), content: "B\n" },
  };
  const env = { ...project.env, COORD_WAIT: "0s", CLAUDE_PID: String(project.client().pid) };
  const words = ["sh", "-c", `exec "$0" hook check >${FULL}`, BINARY];
  return rawHook(input, { cwd: project.dir, env }, words);
}

// Skipped where there is no device that is always full: only Linux has one.
test.skipIf(!existsSync(FULL))("a denial that stdout does not take stops the call all the same", async () => {
  using project = layProject();
  const a = session(project);
  await a.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
  const { exitCode, stderr } = await check(project, "a.ts");
  // The client takes exit code 2 for a denial, and stderr for its reason.
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`Not written: a.ts is held by ${a.id}`);
});

test.skipIf(!existsSync(FULL))("a call that is not denied goes on, whatever becomes of stdout", async () => {
  using project = layProject();
  project.configure({ hold: "week" });
  // It has something to tell the user.
  const { exitCode, stderr } = await check(project, "b.ts");
  expect([exitCode, stderr]).toEqual([0, ""]);
});
