/**
 * A session as the client plays it: each event goes to the hooks that `coord install` wires for it, as the JSON of
 * test/fixtures/recorded-session.jsonl, and the tools really write in between. Answers say what the client would show.
 */
import { createHash, randomUUID } from "node:crypto";
import { wiring } from "../../src/cli/wiring.ts";
import { runHook, SILENCE, type Place, type Told } from "./hook.ts";
import { BINARY, type Client, type Project, type Vars } from "./project.ts";

export interface SessionOptions {
  readonly sessionId?: string;
  /** The process of the client; default: one of its own. */
  readonly client?: Client;
  readonly cwd?: string;
  readonly env?: Vars;
  /** How a hook is run; default: to its end. */
  readonly run?: (verb: string, input: unknown, place: Place) => Promise<Told>;
}

type Input = Readonly<Record<string, unknown>>;

/** A tool call under way. */
export interface Call {
  readonly told: Told;
  readonly tool: string;
  readonly input: Input;
  readonly id: string;
}

export interface Session {
  readonly sessionId: string;
  /** The name that coord gives it: DESIGN section 3. */
  readonly id: string;
  readonly client: Client;
  /** Any event, with the fields that all have. */
  readonly send: (event: string, fields?: Input) => Promise<Told>;
  readonly start: (source?: string) => Promise<Told>;
  readonly prompt: (text: string) => Promise<Told>;
  /** PreToolUse. */
  readonly begin: (tool: string, input: Input) => Promise<Call>;
  /** PostToolUse. */
  readonly finish: (call: Call, response?: unknown, durationMs?: number) => Promise<Told>;
  /** PostToolUseFailure. */
  readonly fail: (call: Call, interrupted?: boolean) => Promise<Told>;
  readonly read: (file: string) => Promise<Told>;
  /** The whole call, if it is not denied; without the batch that ends it. */
  readonly write: (file: string, text: string) => Promise<Told>;
  readonly edit: (file: string, from: string, to: string) => Promise<Told>;
  /** PostToolBatch with all calls since the last one. */
  readonly batch: () => Promise<Told>;
  readonly stop: () => Promise<Told>;
  readonly end: (reason?: string) => Promise<Told>;
  /** A subagent; its `start` and `stop` are SubagentStart and SubagentStop. */
  readonly subagent: (agentId: string, role?: string) => Session;
}

/** What a tool takes that does next to nothing, as in the recording. */
const DURATION_MS = 8;
const WIRED = wiring({ scope: "user", binary: BINARY, writeTools: [], strict: false });

/** The hooks that run for an event, by the matcher rules of CLAUDE_CODE.md section 1.4. */
export function hooksFor(event: string, tool: string | undefined): readonly string[] {
  const matches = (matcher: string | undefined): boolean => {
    if (matcher === undefined) return true;
    if (tool === undefined) return false;
    return /^[\w\- ,|]+$/.test(matcher) ? matcher.split("|").includes(tool) : new RegExp(matcher).test(tool);
  };
  return WIRED.filter((w) => w.event === event && matches(w.group.matcher)).map((w) => w.hook);
}

export function instanceOf(sessionId: string): string {
  return `claude-${createHash("sha256").update(sessionId).digest("hex").slice(0, 12)}`;
}

export function session(project: Project, options: SessionOptions = {}): Session {
  const sessionId = options.sessionId ?? randomUUID();
  const client = options.client ?? project.client();
  return play(project, { ...options, sessionId, client }, undefined);
}

interface Agent {
  readonly id: string;
  readonly role: string;
}

function play(
  project: Project,
  options: SessionOptions & { readonly sessionId: string; readonly client: Client },
  agent: Agent | undefined,
): Session {
  const { sessionId, client, cwd = project.dir, run = runHook } = options;
  const env = {
    ...project.env,
    CLAUDECODE: "1",
    CLAUDE_PID: String(client.pid),
    CLAUDE_PROJECT_DIR: project.dir,
    CLAUDE_CODE_SESSION_ID: sessionId,
    ...options.env,
  };
  const common = {
    session_id: sessionId,
    transcript_path: `${project.env["HOME"] ?? ""}/.claude/projects/p/${sessionId}.jsonl`,
    cwd,
    prompt_id: randomUUID(),
    permission_mode: "acceptEdits",
    effort: { level: "medium" },
    ...(agent === undefined ? {} : { agent_id: agent.id, agent_type: agent.role }),
  };
  let calls: Input[] = [];

  const send = async (event: string, fields: Input = {}): Promise<Told> => {
    const input = { ...common, hook_event_name: event, ...fields };
    const tool = fields["tool_name"];
    let told = SILENCE;
    for (const verb of hooksFor(event, typeof tool === "string" ? tool : undefined)) {
      told = both(told, await run(verb, input, { cwd, env }));
    }
    return told;
  };
  const begin = async (tool: string, input: Input): Promise<Call> => {
    const id = `toolu_${randomUUID().slice(0, 11)}`;
    calls.push({ tool_name: tool, tool_input: input, tool_use_id: id });
    const told = await send("PreToolUse", { tool_name: tool, tool_input: input, tool_use_id: id });
    return { told, tool, input, id };
  };
  const ended = ({ tool, input, id }: Call): Input => ({
    tool_name: tool,
    tool_input: input,
    tool_use_id: id,
    duration_ms: DURATION_MS,
  });
  const finish = (call: Call, response: unknown = {}, durationMs = DURATION_MS): Promise<Told> =>
    send("PostToolUse", { ...ended(call), duration_ms: durationMs, tool_response: response });
  const whole = async (call: Call, change: () => unknown): Promise<Told> => {
    if (call.told.denied !== undefined) return call.told;
    return both(call.told, await finish(call, change()));
  };

  return {
    sessionId,
    id: agent === undefined ? instanceOf(sessionId) : `${instanceOf(sessionId)}.${agent.id}`,
    client,
    send,
    start: (source = "startup") => (agent === undefined ? send("SessionStart", { source }) : send("SubagentStart")),
    prompt: (text) => send("UserPromptSubmit", { prompt: text }),
    begin,
    finish,
    fail: (call, interrupted = false) =>
      send("PostToolUseFailure", { ...ended(call), error: "It did not work", is_interrupt: interrupted }),
    read: async (file) =>
      whole(await begin("Read", { file_path: project.path(file) }), () => readResponse(project, file)),
    write: async (file, text) => {
      const path = project.path(file);
      return whole(await begin("Write", { file_path: path, content: text }), () => {
        const type = project.has(file) ? "update" : "create";
        project.write(file, text);
        return { type, filePath: path, content: text, structuredPatch: [], originalFile: null, userModified: false };
      });
    },
    edit: async (file, from, to) => {
      const input = { file_path: project.path(file), old_string: from, new_string: to, replace_all: false };
      return whole(await begin("Edit", input), () => {
        project.write(
          file,
          project.content(file).replace(from, () => to),
        );
        return { filePath: input.file_path, oldString: from, newString: to, userModified: false, replaceAll: false };
      });
    },
    batch: () => {
      const tool_calls = calls.map((call) => ({ ...call, tool_response: "done" }));
      calls = [];
      return send("PostToolBatch", { tool_calls });
    },
    stop: () =>
      send(agent === undefined ? "Stop" : "SubagentStop", {
        stop_hook_active: false,
        last_assistant_message: "finished",
      }),
    end: (reason = "other") => send("SessionEnd", { reason }),
    subagent: (id, role = "general-purpose") => play(project, options, { id, role }),
  };
}

/** What Read answers for a whole text file. */
export function readResponse(project: Project, file: string): Input {
  const content = project.content(file);
  const lines = content.split("\n").length;
  return {
    type: "text",
    file: { filePath: project.path(file), content, numLines: lines, startLine: 1, totalLines: lines },
  };
}

function both(a: Told, b: Told): Told {
  const join = (x: string | undefined, y: string | undefined): string | undefined =>
    x === undefined || y === undefined ? (x ?? y) : `${x}\n${y}`;
  return { denied: join(a.denied, b.denied), context: join(a.context, b.context), message: join(a.message, b.message) };
}
