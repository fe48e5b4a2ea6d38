/** A project with state, in which sessions race. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkWrite } from "../../../src/app/check-write.ts";
import { openApp, type App } from "../../../src/app/context.ts";
import { hookIdentity } from "../../../src/app/identity.ts";
import { initState } from "../../../src/app/init-state.ts";
import { typedPath } from "../../../src/app/paths.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";

export interface Project {
  readonly dir: string;
  readonly state: string;
  /** What the environment of every process here starts from. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes a lock as a session of the client with this number, `ageMs` ago. */
  readonly hold: (path: string, session: string, clientPid: number, ageMs: number) => Promise<void>;
  /** Who holds the path, by instance ID. */
  readonly holders: (path: string) => readonly string[];
  readonly fence: (path: string) => number;
  readonly close: () => void;
}

/** Locks are held by the turn, and nobody waits for one. */
export async function project(): Promise<Project> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "coord-project-")));
  const native = await loadNative();
  const env = { HOME: dir, PATH: process.env["PATH"] ?? "", COORD_HOLD: "turn", COORD_WAIT: "0s" };
  const open = (more: Readonly<Record<string, string>>): Promise<App> =>
    openApp({ native, env: { ...env, ...more }, cwd: dir });
  Bun.spawnSync(["git", "init", "-q"], { cwd: dir, env });
  const plain = await open({});
  initState(plain);
  const pathState = (path: string) => plain.store.path(typedPath(plain, path).key);
  return {
    dir,
    env,
    state: plain.workspace.stateDir,
    holders: (path) => (pathState(path).lock?.grants ?? []).map((grant) => grant.locked_by.instance_id),
    fence: (path) => pathState(path).ledger?.fence ?? 0,
    hold: async (path, session, clientPid, ageMs) => {
      const app = await open({ CLAUDE_PID: `${clientPid}` });
      const now = app.now();
      const then: App = { ...app, now: () => ({ ...now, wall_ms: now.wall_ms - ageMs, mono_ms: now.mono_ms - ageMs }) };
      const me = hookIdentity(then, { sessionId: session, agentId: undefined, agentType: undefined });
      const answer = await checkWrite(then, {
        path: typedPath(then, path),
        me,
        toolUseId: "prepared",
        oldStrings: undefined,
        deadline: 0,
      });
      if (answer.answer !== "granted") throw new Error(`not granted: ${answer.answer}`);
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** What the client sends before a session writes a whole file. */
export function writeInput(dir: string, session: string, path: string): string {
  const input = {
    session_id: session,
    transcript_path: join(dir, "transcript.jsonl"),
    cwd: dir,
    hook_event_name: "PreToolUse",
    tool_name: "Write",
    tool_use_id: `toolu_${session}`,
    tool_input: { file_path: join(dir, path), content: "x" },
  };
  return `${JSON.stringify(input)}\n`;
}
