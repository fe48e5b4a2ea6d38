import { PROBE_SESSION } from "../../domain/probe.ts";
import { runChild, type Ended } from "./run-child.ts";
import type { Scene } from "./scene.ts";
import type { Handler } from "./settings.ts";

/** A check answers within 2 s, or it has failed; starting it may take a busy machine some time. */
const DEADLINE_MS = 5000;

/** Starts a wired command as Claude Code does before a Write of `path`: CLAUDE_CODE.md sections 1.2, 2.2 and 4.2. */
export async function startHook(scene: Scene, handler: Handler, path: string): Promise<Ended> {
  const { worktreePath } = scene.app.workspace;
  const input = {
    session_id: PROBE_SESSION,
    transcript_path: `${scene.ground.claudeFolder}/projects/-/${PROBE_SESSION}.jsonl`,
    cwd: worktreePath,
    permission_mode: "default",
    hook_event_name: "PreToolUse",
    tool_name: "Write",
    tool_input: { file_path: path, content: "" },
    tool_use_id: "toolu_coord_doctor",
  };
  return runChild(argvOf(handler, worktreePath), {
    cwd: worktreePath,
    env: hookEnv(scene),
    stdin: `${JSON.stringify(input)}\n`,
    deadlineMs: DEADLINE_MS,
    signal: scene.signal,
  });
}

/** The client is this process: what the hook registers lives and dies with it. */
export function hookEnv({ app }: Scene): Readonly<Record<string, string | undefined>> {
  return {
    ...process.env,
    CLAUDECODE: "1",
    CLAUDE_PROJECT_DIR: app.workspace.worktreePath,
    CLAUDE_PID: String(process.pid),
    CLAUDE_CODE_SESSION_ID: PROBE_SESSION,
  };
}

/** Exec form: each word as it is, but for the placeholder. Shell form: as one text for `sh`. */
function argvOf({ command, args }: Handler, project: string): readonly string[] {
  if (args === undefined) return ["/bin/sh", "-c", command];
  return [command, ...args].map((word) => word.replaceAll("${CLAUDE_PROJECT_DIR}", project));
}
