/** What a hook takes on a state that has been worked with, next to a new one: in alternation, so that both meet the same noise. */
import { median } from "../../../scripts/bench/stats.ts";
import { layProject, type Project } from "../../hooks/project.ts";
import { rawHook } from "../../hooks/hook.ts";
import { BINARY } from "../../hooks/project.ts";
import { session } from "../../hooks/session.ts";

const ROUNDS = 24;

/** How many times as long a check takes on `worn` as on a new state: the ratio of medians. `command` runs the binary. */
export async function slowdown(worn: Project, command: readonly string[] = [BINARY]): Promise<number> {
  using fresh = layProject();
  const onWorn: number[] = [];
  const onFresh: number[] = [];
  const sides = [
    { project: worn, argv: command, into: onWorn, one: session(worn) },
    { project: fresh, argv: [BINARY], into: onFresh, one: session(fresh) },
  ];
  for (const { one } of sides) await one.start();
  const worked = sides[0]?.one.id ?? "";
  for (let round = 0; round < ROUNDS; round += 1) {
    // New names each time: a lock of an earlier measurement bars nobody.
    const file = `timed-${worked}-${round}.ts`;
    for (const { project, argv, into, one } of sides) {
      const event = {
        session_id: one.sessionId,
        cwd: project.dir,
        hook_event_name: "PreToolUse",
        tool_name: "Write",
        tool_input: { file_path: project.path(file), content: "x" },
        tool_use_id: file,
      };
      const env = { ...project.env, CLAUDE_PID: `${one.client.pid}`, CLAUDE_CODE_SESSION_ID: one.sessionId };
      const started = performance.now();
      const ended = await rawHook(event, { cwd: project.dir, env }, [...argv, "hook", "check"]);
      into.push(performance.now() - started);
      if (ended.exitCode !== 0 || ended.stdout !== "") throw new Error(`the hook said ${JSON.stringify(ended)}`);
    }
  }
  return median(onWorn) / median(onFresh);
}
