import { childEnv } from "../../platform/child-env.ts";

/** What became of a program that was started. */
export type Ended =
  | { readonly kind: "not-started"; readonly why: string }
  | { readonly kind: "hung"; readonly deadlineMs: number }
  | ({ readonly kind: "ended"; readonly exitCode: number | null; readonly signal: string | null } & Output);

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** No hook, version or list of files is longer; what is more is left out. Bytes. */
const MAX_OUTPUT = 8 * 1024 * 1024;
/** How long the pipes of a program that has ended may stay open: something that it started may still hold them. */
const LINGER_MS = 500;

/**
 * Runs a program to its end, in a process group of its own, which is killed when the deadline passes or `signal` aborts.
 * Never throws for what the program does.
 */
export async function runChild(argv: readonly string[], options: ChildOptions): Promise<Ended> {
  const { cwd, env, stdin = "", deadlineMs, signal } = options;
  let child;
  try {
    child = Bun.spawn([...argv], {
      cwd,
      env: childEnv(env),
      stdin: new Blob([stdin]),
      stdout: "pipe",
      stderr: "pipe",
      detached: true,
    });
  } catch (error) {
    return { kind: "not-started", why: error instanceof Error ? error.message : String(error) };
  }
  const { pid, exited } = child;
  const over = Promise.withResolvers<"over">();
  const timer = setTimeout(() => over.resolve("over"), deadlineMs);
  const abort = (): void => over.resolve("over");
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  const stop = Promise.withResolvers<undefined>();
  const output = Promise.all([collect(child.stdout, stop.promise), collect(child.stderr, stop.promise)]);
  try {
    const first = await Promise.race([exited, over.promise]);
    if (first === "over") {
      killGroup(pid);
      await exited;
      return { kind: "hung", deadlineMs };
    }
    const linger = setTimeout(() => stop.resolve(undefined), LINGER_MS);
    const [stdout, stderr] = await output;
    clearTimeout(linger);
    return {
      kind: "ended",
      exitCode: child.exitCode,
      signal: child.signalCode === null ? null : String(child.signalCode),
      stdout,
      stderr,
    };
  } finally {
    clearTimeout(timer);
    stop.resolve(undefined);
    signal.removeEventListener("abort", abort);
    await output;
  }
}

/** What a program that is only asked something prints; undefined unless it ends well. */
export async function stdoutOf(argv: readonly string[], options: ChildOptions): Promise<string | undefined> {
  const ended = await runChild(argv, options);
  return ended.kind === "ended" && ended.exitCode === 0 ? ended.stdout : undefined;
}

/** Reads until the end, until there is too much, or until `stop`. */
async function collect(stream: ReadableStream<Uint8Array>, stop: Promise<undefined>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const part = await Promise.race([reader.read(), stop]);
    if (part === undefined || part.done || text.length > MAX_OUTPUT) break;
    text += decoder.decode(part.value, { stream: true });
  }
  await reader.cancel();
  return text;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}
