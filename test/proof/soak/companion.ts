/** A process that lives through all of the soak, to see whether its memory and its open files grow. */
import { entries } from "../../hooks/state.ts";
import { BINARY, until, type Project } from "../../hooks/project.ts";
import { join } from "node:path";

export interface Companion extends AsyncDisposable {
  readonly pid: number;
  /** Throws, with what it said, when it has ended by itself. */
  readonly mustLive: () => Promise<void>;
  /** Its exit code and what it said. Ends it. */
  readonly end: () => Promise<string>;
}

/** It renews the lock that it holds every five seconds, and may be late by fifteen on a busy machine. */
const EAGER = { COORD_TTL: "20s", COORD_STALE_AFTER: "20s" } as const;

/** What takes memory and files, and never gives any back. */
const LEAK = [
  "import sys, threading",
  "kept = []",
  "def leak():",
  "  kept.append((bytearray(b'x' * 4_000_000), open('/dev/null'), open('/dev/null')))",
  "  threading.Timer(0.1, leak).start()",
  "leak()",
  "sys.stdin.read()",
  "import os; os._exit(0)",
].join("\n");

export async function companion(project: Project, leaks: boolean): Promise<Companion> {
  const argv = leaks ? ["python3", "-c", LEAK] : [BINARY, "run", "--lock", "companion.ts", "--", "cat"];
  const child = Bun.spawn(argv, {
    cwd: project.dir,
    env: { ...project.env, ...EAGER },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  if (!leaks) {
    await until("the companion is registered", () =>
      entries(join(project.state, "heartbeats")).some((name) => name.includes(`.run-${child.pid}`)),
    );
  }
  const said = async (): Promise<string> =>
    `${await child.exited} ${await child.stdout.text()}${await child.stderr.text()}`;
  return {
    pid: child.pid,
    mustLive: async () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The companion ended: ${await said()}`);
    },
    end: async () => {
      await child.stdin.end();
      return said();
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
