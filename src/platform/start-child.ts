/**
 * Running another program as if it had been called itself: its input, output, terminal and process group are this
 * process's own.
 *
 * Bun.spawn and not node:child_process: it throws the errno of a program that cannot be started, where the other sends
 * an event later, and its exit code is told also for a signal that has no name.
 */
import { childEnv } from "./child-env.ts";
import { failed, type Done, type Sys } from "./sys/types.ts";

/** A command that is there and looks as if it could be executed. */
export interface Program {
  readonly file: string;
  /** The name that it is called by, and its arguments. */
  readonly words: readonly string[];
}

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Signals that it has to ignore, as this process was started to. */
  readonly ignored: readonly NodeJS.Signals[];
}

export interface Child {
  /** The exit code; 128 and the signal's number where a signal has ended it. */
  readonly exited: Promise<number>;
  /** The name of the signal that has ended it. */
  readonly endedBy: () => string | undefined;
  readonly kill: (name: NodeJS.Signals) => void;
}

/**
 * The errno for which not as many more files can be opened. To be asked before a program is started: Bun.spawn opens one
 * to watch it by, after it has started it, and where that fails throws, with the program running on.
 */
export function lacksRoom(sys: Sys, files: number): Done {
  const opened: number[] = [];
  let problem: Done = "";
  while (problem === "" && opened.length < files) {
    const fd = sys.open("/dev/null", "read");
    if (failed(fd)) problem = fd;
    else opened.push(fd);
  }
  for (const fd of opened) sys.close(fd);
  return problem;
}

/** Starts it, or answers the errno that it cannot be started with. */
export function startChild(program: Program, { env, ignored }: ChildOptions): Child | { readonly errno: string } {
  const [name = program.file, ...args] = program.words;
  const direct = [program.file, ...args];
  const started = trySpawn(ignored.length === 0 ? direct : ignoring(ignored, direct), name, env);
  // A script without "#!": execvp(3), and so every shell, env and timeout, hands it to sh.
  if ("errno" in started && started.errno === "ENOEXEC") return trySpawn(["/bin/sh", ...direct], "sh", env);
  return started;
}

/** Bun gives a child the default for every signal: nohup(1) would be in vain. */
function ignoring(signals: readonly NodeJS.Signals[], command: readonly string[]): readonly string[] {
  const names = signals.map((name) => name.slice("SIG".length)).join(" ");
  return ["/bin/sh", "-c", `trap '' ${names}; exec "$@"`, "sh", ...command];
}

function trySpawn(
  command: readonly string[],
  argv0: string,
  env: ChildOptions["env"],
): Child | { readonly errno: string } {
  try {
    const child = Bun.spawn([...command], {
      argv0,
      env: childEnv(env),
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    });
    return {
      exited: child.exited,
      endedBy: () => (child.signalCode === null ? undefined : String(child.signalCode)),
      kill: (name) => child.kill(name),
    };
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "string") return { errno: error.code };
    throw error;
  }
}
