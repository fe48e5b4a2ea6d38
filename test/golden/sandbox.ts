/** A person's machine in small: a home, a git project in it, `coord` on PATH, and a shell to type into. */
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, layProject, type Layout, type Project, type Vars } from "../hooks/project.ts";

export interface Typed {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Sandbox extends Disposable {
  readonly project: Project;
  /** A linked worktree of the project, beside it. */
  readonly linked: string;
  /** With `coord` on PATH. */
  readonly env: Vars;
  /** Types one line, or a script, into bash in the project's folder. */
  readonly type: (line: string, env?: Vars) => Typed;
  /** What stands for what in texts that are compared: places that differ from run to run. */
  readonly places: ReadonlyMap<string, string>;
}

/** Far above what anything here may take. */
const HANGS_MS = 20_000;

export function laySandbox(layout: Layout = {}): Sandbox {
  const project = layProject({ files: { "src/a.ts": "export const a = 1;\n", "src/b.ts": "" }, ...layout });
  const bin = join(project.root, "bin");
  const linked = join(project.root, "linked");
  mkdirSync(bin);
  symlinkSync(BINARY, join(bin, "coord"));
  if (layout.git !== false) project.git("worktree", "add", "-q", "-b", "feature", linked);
  const events = join(project.root, "events");
  mkdirSync(events);
  for (const [name, event] of Object.entries(eventsIn(project))) {
    writeFileSync(join(events, `${name}.json`), `${JSON.stringify(event)}\n`);
  }
  const home = project.env["HOME"] ?? "";
  const path = `${bin}:${join(home, ".local/bin")}:${project.env["PATH"] ?? ""}`;
  const inShell = { ...project.env, PATH: path };
  return {
    project,
    linked,
    env: inShell,
    type: (line, env = {}) => {
      const done = Bun.spawnSync(["bash", "-c", line], {
        cwd: project.dir,
        env: { ...inShell, ...env },
        stdin: "ignore",
        timeout: HANGS_MS,
      });
      return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
    },
    // Longer ones first: one may lie in another.
    places: new Map([
      [realpathSync(BINARY), "<binary>"],
      [project.dir, "<project>"],
      [linked, "<linked>"],
      [home, "<home>"],
      [project.root, "<root>"],
    ]),
    [Symbol.dispose]: () => project[Symbol.dispose](),
  };
}

/** Events of a Claude Code session, for `coord hook check < ../events/write.json`. */
function eventsIn(project: Project): Readonly<Record<string, unknown>> {
  const session = { session_id: "11111111-2222-4333-8444-555555555555", cwd: project.dir, transcript_path: "" };
  const write = (name: string) => ({
    ...session,
    tool_name: "Write",
    tool_use_id: `toolu_${name}`,
    tool_input: { file_path: project.path(`src/${name}.ts`), content: "new\n" },
  });
  const response = { tool_response: { success: true } };
  return {
    start: { ...session, hook_event_name: "SessionStart", source: "startup" },
    prompt: { ...session, hook_event_name: "UserPromptSubmit", prompt: "Tidy up" },
    "write-held": { ...write("held"), hook_event_name: "PreToolUse" },
    "write-free": { ...write("free"), hook_event_name: "PreToolUse" },
    "wrote-free": { ...write("free"), ...response, hook_event_name: "PostToolUse" },
    end: { ...session, hook_event_name: "SessionEnd", reason: "exit" },
  };
}

/** Types a line that has to work: what comes before what is tested. */
export function prepare(sandbox: Sandbox, lines: readonly string[]): void {
  for (const line of lines) {
    const { code, out, err } = sandbox.type(line);
    if (code !== 0) throw new Error(`${line}: exit ${code}: ${out}${err}`);
  }
}
