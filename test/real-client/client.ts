/** One session of the real client, started with a clean environment and a scripted model. */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { promptFor, type Script } from "./script.ts";

/** With this model the client lets a Write replace a file that it never read, which is what coord must stop. */
const MODEL = "claude-opus-5-5";
const TOOLS = ["Bash", "Read", "Edit", "Write", "NotebookEdit", "Agent"] as const;

export type Launch = {
  readonly bin: string;
  readonly modelUrl: string;
  readonly project: string;
  readonly home: string;
  readonly path: string;
  readonly script: Script;
  /** What the user asks for, in words. */
  readonly task: string;
  /** `acceptEdits` lets writes through; under `default` the client itself denies them in `-p`. */
  readonly mode: "acceptEdits" | "default";
};

/** What a hook of the session printed, as the client reports it. */
export type HookOutput = { readonly event: string; readonly stdout: string; readonly stderr: string };

type Ended = {
  /** Undefined when it was killed. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly hooks: readonly HookOutput[];
  readonly wallMs: number;
};

export type Client = {
  readonly name: string;
  readonly sessionId: string;
  /** The name that coord gives this session. */
  readonly instance: string;
  readonly ended: Promise<Ended>;
  /** Kills the client itself, as a crash would: its hooks are left to themselves. Resolves when it is gone. */
  readonly kill: () => Promise<void>;
};

/** DESIGN section 3: derived from the session, so that the test can name whom it expects to be named. */
function instanceOf(sessionId: string): string {
  return `claude-${createHash("sha256").update(sessionId).digest("hex").slice(0, 12)}`;
}

const hookEventSchema = v.object({
  type: v.literal("system"),
  subtype: v.literal("hook_response"),
  hook_event: v.string(),
  stdout: v.optional(v.string(), ""),
  stderr: v.optional(v.string(), ""),
});

function hookOutputs(stdout: string): readonly HookOutput[] {
  const outputs: HookOutput[] = [];
  for (const line of stdout.split("\n")) {
    if (!line.includes("hook_response")) continue;
    const event = v.safeParse(v.pipe(v.string(), v.parseJson(), hookEventSchema), line);
    if (!event.success) continue;
    outputs.push({ event: event.output.hook_event, stdout: event.output.stdout, stderr: event.output.stderr });
  }
  return outputs;
}

export function startClient(launch: Launch): Client {
  const sessionId = randomUUID();
  const scratch = join(launch.home, "tmp");
  mkdirSync(scratch, { recursive: true });
  const started = performance.now();
  const argv = [launch.bin, "-p", promptFor(launch.task, launch.script), "--session-id", sessionId, "--model", MODEL];
  argv.push("--permission-mode", launch.mode, "--output-format", "stream-json", "--verbose", "--include-hook-events");
  if (launch.mode === "acceptEdits") argv.push("--allowedTools", ...TOOLS);
  const child = Bun.spawn(argv, {
    cwd: launch.project,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    // Nothing of this machine's own set-up: no real key, no proxy, no other session that this one would belong to.
    env: {
      PATH: launch.path,
      HOME: launch.home,
      TMPDIR: scratch,
      CLAUDE_CODE_TMPDIR: scratch,
      LANG: "C.UTF-8",
      ANTHROPIC_BASE_URL: launch.modelUrl,
      ANTHROPIC_API_KEY: "none",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_TELEMETRY: "1",
      DISABLE_AUTOUPDATER: "1",
    },
  });
  const ended = (async (): Promise<Ended> => {
    const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    const code = await child.exited;
    return {
      code: child.signalCode === null ? code : undefined,
      stdout,
      stderr,
      hooks: hookOutputs(stdout),
      wallMs: performance.now() - started,
    };
  })();
  return {
    name: launch.script.name,
    sessionId,
    instance: instanceOf(sessionId),
    ended,
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
