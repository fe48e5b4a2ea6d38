/**
 * Stands in for the client: a process that lives as long as the session, and hooks called as the client calls them.
 */
import { randomUUID } from "node:crypto";
import type { HookVerb } from "../../src/domain/hook-verb.ts";
import { decodeAnswer, type Told } from "./answer.ts";
import type { HookEvent, Session } from "./events.ts";
import type { Project } from "./project.ts";

export interface Call {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
}

export interface Client {
  readonly session: Session;
  readonly pid: number;
  /** How a hook is started for an event. */
  readonly call: (verb: HookVerb, event: HookEvent) => Call;
  /** Starts it and says what the model or the user is told. Throws when it fails, which a hook never may. */
  readonly hook: (verb: HookVerb, event: HookEvent) => Told;
  /** SIGKILL: no hook is told. */
  readonly kill: () => Promise<void>;
}

/** Longer than any demo or benchmark: a forgotten one ends by itself. Seconds. */
const LIFE = "3600";

/** `coord` is how the binary is called: its path, behind an emulator if it is for another machine. */
export function startClient(coord: readonly string[], project: Project, id: string = randomUUID()): Client {
  const process = Bun.spawn(["sleep", LIFE], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  const session = { id, project: project.top };
  const env = {
    ...project.env,
    CLAUDE_PID: String(process.pid),
    CLAUDE_PROJECT_DIR: project.top,
    CLAUDE_CODE_SESSION_ID: id,
    CLAUDECODE: "1",
  };
  const call = (verb: HookVerb, event: HookEvent): Call => ({
    command: [...coord, "hook", verb],
    env,
    stdin: `${JSON.stringify(event)}\n`,
  });
  return {
    session,
    pid: process.pid,
    call,
    hook: (verb, event) => {
      const { command, stdin } = call(verb, event);
      const run = Bun.spawnSync([...command], { cwd: project.top, env, stdin: Buffer.from(stdin) });
      const complaint = run.stderr.toString();
      if (run.exitCode !== 0 || complaint !== "") {
        throw new Error(`hook ${verb} ended with ${run.exitCode ?? run.signalCode ?? "nothing"}: ${complaint}`);
      }
      return decodeAnswer(run.stdout.toString());
    },
    kill: async () => {
      process.kill("SIGKILL");
      await process.exited;
    },
  };
}
