/** Everything that can be called: each command of the tree, the tools of the bash edition, completion, each hook's event. */
import { join } from "node:path";
import * as v from "valibot";
import { BINARY, type Project, type Vars } from "../../hooks/project.ts";

/** One process with its input. */
export interface Call {
  /** For names of tests and messages: "lock acquire new.ts", "hook check PreToolUse Write". */
  readonly name: string;
  readonly argv: readonly string[];
  readonly stdin?: string;
  readonly kind: "command" | "tool" | "completion" | "hook";
  /** What it may change; what only looks is called more often. */
  readonly json: boolean;
}

export interface Called {
  readonly call: Call;
  /** Null: it had to be killed. */
  readonly code: number | null;
  readonly out: Uint8Array;
  readonly err: Uint8Array;
}

/** Far above any deadline of coord's: only what hangs gets here. Milliseconds. */
const HANGS_MS = 30_000;

/** Who calls: an instance without a process, so that it lives as long as its lease. */
export const ME = "agent-a";
export const OTHER = "agent-b";
export const SESSION = "0d9c7a55-3f7a-4a83-9a77-1d4f4c1f2b10";
const SUBAGENT = "sub1";

export interface Place {
  readonly cwd?: string;
  readonly env?: Vars;
  /** In front of the binary, such as setpriv. */
  readonly prefix?: readonly string[];
  /** Another binary than the one under test. */
  readonly binary?: string;
}

export async function run(project: Project, call: Call, place: Place = {}): Promise<Called> {
  const [first = BINARY, ...rest] = call.argv;
  // A tool is the same binary called by another name, which is there also when its link is not.
  const program = first === BINARY || call.kind === "tool" ? (place.binary ?? BINARY) : first;
  const child = Bun.spawn([...(place.prefix ?? []), program, ...rest], {
    ...(place.prefix === undefined ? { argv0: first } : {}),
    cwd: place.cwd ?? project.dir,
    env: { ...project.env, ...callerEnv(project, call), ...place.env },
    stdin: new Blob([call.stdin ?? ""]),
    stdout: "pipe",
    stderr: "pipe",
    timeout: HANGS_MS,
    killSignal: "SIGKILL",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).bytes(), new Response(child.stderr).bytes()]);
  await child.exited;
  return { call, code: child.exitCode, out, err };
}

function callerEnv(project: Project, { kind }: Call): Vars {
  if (kind !== "hook") return { COORD_INSTANCE_ID: ME };
  return { CLAUDECODE: "1", CLAUDE_PROJECT_DIR: project.dir, CLAUDE_CODE_SESSION_ID: SESSION };
}

export function textOf({ out, err }: Called): string {
  const decoder = new TextDecoder();
  return `${decoder.decode(out)}\n${decoder.decode(err)}`;
}

function command(words: readonly string[]): Call {
  return { name: words.join(" "), argv: [BINARY, ...words], kind: "command", json: false };
}

/** Names that lines of commands use; the state decides whether there is such a thing. */
export interface Names {
  readonly held: string;
  readonly mine: string;
  readonly lockId: string;
  readonly decision: string;
  readonly import: string;
}

/** Every verb of the tree at least once; `command-lines.test.ts` sees to it that none is missing. */
export function commandCalls({ held, mine, lockId, decision, import: file }: Names): readonly Call[] {
  const lines: readonly (readonly string[])[] = [
    ["init"],
    ["install", "--dry-run"],
    ["install", "--scope", "project", "--dry-run"],
    ["install", "--scope", "local", "--hold", "turn"],
    ["uninstall", "--dry-run"],
    ["uninstall", "--scope", "local"],
    ["doctor"],
    ["doctor", "--fix"],
    ["doctor", "--break-guard", "held.a.b.1.2.3.x"],
    ["upgrade", "--check"],
    ["config"],
    ["config", "hold"],
    ["status"],
    ["status", "--verbose"],
    ["run", "--lock", "run.ts", "--", "true"],
    ["run", "--lock", held, "--", "true"],
    ["help"],
    ["complete", "bash"],
    ["shell"],
    ["instance", "register", "--task", "T", "--role", "R"],
    ["instance", "unregister"],
    ["instance", "heartbeat"],
    ["instance", "list"],
    ["instance", "show", OTHER],
    ["lock", "acquire", "new.ts", mine],
    ["lock", "acquire", held],
    ["lock", "release", mine],
    ["lock", "release", "--all"],
    ["lock", "release", held, "--force", "--lock-id", lockId],
    ["lock", "release", held, "--force", "--lock-id", "another"],
    ["lock", "renew", mine],
    ["lock", "renew", held],
    ["lock", "verify", mine],
    ["lock", "verify", held],
    ["lock", "check", held],
    ["lock", "check", mine],
    ["lock", "wait", held, "--timeout", "100ms"],
    ["lock", "list"],
    ["lock", "cleanup"],
    ["decisions", "add", "--category", "testing", "--title", "T", "--description", "D", "--supersedes", decision],
    ["decisions", "add", "--category", "tesing", "--title", "T", "--description", "D"],
    ["decisions", "list"],
    ["decisions", "list", "--in-force", "--grep", "T", "--author", OTHER],
    ["decisions", "query", decision],
    ["decisions", "import", file],
  ];
  return lines.map(command);
}

/** What has a second form for machines. */
export function asJson(call: Call): Call {
  const at = call.argv.indexOf("--");
  const argv = at < 0 ? [...call.argv, "--json"] : call.argv.toSpliced(at, 0, "--json");
  return { ...call, name: `${call.name} --json`, argv, json: true };
}

export function completionCalls(): readonly Call[] {
  const lines: readonly (readonly string[])[] = [
    ["lock", "release", ""],
    ["lock", "check", ""],
    ["instance", "show", ""],
    ["decisions", "query", ""],
    ["decisions", "list", "--category", ""],
    ["decisions", "list", "--author", ""],
    ["config", ""],
  ];
  return lines.map((words) => ({ ...command(["complete", "--", ...words]), kind: "completion" }));
}

/** The bash edition's tools, by the links that init lays. */
export function toolCalls(project: Project, { held, mine, decision }: Names): readonly Call[] {
  const lines: readonly (readonly [tool: string, ...words: readonly string[]])[] = [
    ["coord-status"],
    ["coord-status", "--verbose"],
    ["coord-lock", "acquire", held],
    ["coord-lock", "check", held],
    ["coord-lock", "list"],
    ["coord-lock", "release", mine],
    ["coord-lock", "cleanup"],
    ["coord-decisions", "list"],
    ["coord-decisions", "query", decision],
  ];
  return lines.map(([tool, ...words]) => ({
    name: [tool, ...words].join(" "),
    argv: [join(project.state, "bin", tool), ...words],
    kind: "tool",
    json: false,
  }));
}

type Fields = Readonly<Record<string, unknown>>;

export function hookCall(verb: string, event: string, cwd: string, fields: Fields = {}): Call {
  const input = { session_id: SESSION, cwd, hook_event_name: event, ...fields };
  const tool = fields["tool_name"];
  return {
    name: `hook ${verb} ${event}${typeof tool === "string" ? ` ${tool}` : ""}`,
    argv: [BINARY, "hook", verb],
    stdin: `${JSON.stringify(input)}\n`,
    kind: "hook",
    json: false,
  };
}

/** A session's life, event by event, as `coord install` wires it. */
export function hookCalls(project: Project, { held, mine }: Names): readonly Call[] {
  const { dir } = project;
  const sub = { agent_id: SUBAGENT, agent_type: "general-purpose" };
  const tool = (name: string, file: string, more: Fields = {}): Fields => ({
    tool_name: name,
    tool_use_id: `toolu_${name}`,
    tool_input: { file_path: project.path(file), content: "x\n", old_string: "1", new_string: "2" },
    duration_ms: 5,
    ...more,
  });
  return [
    hookCall("init", "SessionStart", dir, { source: "startup" }),
    hookCall("init", "SubagentStart", dir, sub),
    hookCall("heartbeat", "UserPromptSubmit", dir, { prompt: "Go on" }),
    hookCall("check", "PreToolUse", dir, tool("Write", held)),
    hookCall("check", "PreToolUse", dir, tool("Write", mine)),
    hookCall("check", "PreToolUse", dir, tool("Edit", "seen.ts")),
    hookCall("check", "PreToolUse", dir, tool("Write", "seen.ts")),
    hookCall("check", "PreToolUse", dir, tool("Write", "fresh.ts")),
    hookCall("release", "PostToolUse", dir, tool("Write", "fresh.ts", { tool_response: { type: "create" } })),
    hookCall("release", "PostToolUseFailure", dir, tool("Write", "fresh.ts", { error: "no" })),
    hookCall("release", "PostToolBatch", dir, { tool_calls: [] }),
    hookCall("heartbeat", "PostToolUse", dir, tool("Read", "seen.ts")),
    hookCall("heartbeat", "PreToolUse", dir, tool("Bash", "seen.ts")),
    hookCall("release", "Stop", dir),
    hookCall("release", "SubagentStop", dir, sub),
    hookCall("cleanup", "SessionEnd", dir, { reason: "other" }),
  ];
}

const inputSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

/** What a hook's call has on stdin. */
export function inputOf({ stdin }: Call): Fields {
  return v.parse(inputSchema, stdin ?? "{}");
}
