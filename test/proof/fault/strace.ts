/**
 * Runs a program under strace, which can stop it dead, or refuse it, right before its Nth system call of a kind.
 *
 * strace counts each thread by itself. All that coord does to the disk it does on its main thread, so that one is
 * traced; only what it prints may be written by a thread of the runtime, and is then told from that thread's other
 * calls by the file that it goes to (`-P`).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { callsIn, type Call } from "./calls.ts";
import { HANGS_MS } from "../../e2e/cli.ts";
import type { Vars } from "../../hooks/project.ts";

const STRACE = "/usr/bin/strace";

/** Fails, saying what to do, where nothing can be traced: a sweep that is passed over proves nothing. */
export function requireStrace(): void {
  const probe = Bun.which(STRACE) === null ? undefined : Bun.spawnSync([STRACE, "-f", "-o", "/dev/null", "true"]);
  if (probe?.exitCode === 0) return;
  const why = probe === undefined ? "it is not installed" : probe.stderr.toString().trim();
  throw new Error(`The sweeps need strace, and it does not work here (${why}). On Debian: apt-get install strace`);
}

export interface Program {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Vars;
  /** What stdin holds; nothing when absent. */
  readonly stdin?: string | undefined;
  /** Files: what is written there is told from other calls by their names. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface Ran {
  /** Undefined when it ended by a signal. */
  readonly code: number | undefined;
  readonly killed: boolean;
  /** It was ended by the sweep itself, after HANGS_MS. */
  readonly hung: boolean;
  readonly out: string;
  readonly err: string;
}

/** What to do to the program, and at which call. */
export interface Injection {
  readonly call: string;
  /** Of the main thread's calls of this kind; with `path`, of all that concern it. */
  readonly nth: number;
  /** Only calls that concern this file, on any thread. */
  readonly path: string | undefined;
  /** No other thread gets as far as `nth`. */
  readonly alone: boolean;
  /** "kill", the name of an errno, or the count that a call pretends to have done. */
  readonly fault: "kill" | `E${string}` | number;
}

/** Runs it by itself. */
export async function run(program: Program): Promise<Ran> {
  return spawn(program, program.argv);
}

/** Every call that could be swept, in their order, without hindering any. */
export async function trace(program: Program, log: string, kinds: readonly string[]): Promise<Traced> {
  const words = [STRACE, "-f", "--seccomp-bpf", "-y", "-o", log, "-e", `trace=${kinds.join()}`];
  return { ...(await spawn(program, [...words, ...program.argv])), calls: callsIn(readFileSync(log, "utf8")) };
}

export interface Traced extends Ran {
  readonly calls: readonly Call[];
}

export interface Injected extends Ran {
  /** The call that it was done to; undefined when it was never reached. */
  readonly hit: Call | undefined;
}

export async function inject(program: Program, log: string, injection: Injection): Promise<Injected> {
  const { call, nth, alone, fault } = injection;
  const what = fault === "kill" ? "signal=KILL" : typeof fault === "number" ? `retval=${fault}` : `error=${fault}`;
  const words = [...threads(injection), "-e", `trace=${call}`, "-e", `inject=${call}:${what}:when=${nth}`];
  const ran = await spawn(program, [STRACE, "-y", "-o", log, ...words, ...program.argv]);
  const calls = callsIn(readFileSync(log, "utf8"));
  const main = calls[0]?.thread;
  const hit =
    fault !== "kill"
      ? calls.find((one) => one.injected && (!alone || one.thread === main))
      : ran.killed
        ? calls.at(-1)
        : undefined;
  return { ...ran, hit };
}

/**
 * Which threads are traced. With seccomp-bpf strace is twice as fast, but it needs `-f`, under which other threads and
 * children are done to as well; and the kernel drops a signal that is sent from such a stop.
 */
function threads({ path, alone, fault }: Injection): readonly string[] {
  if (path !== undefined) return ["-f", "-P", path];
  return alone && fault !== "kill" ? ["-f", "--seccomp-bpf"] : [];
}

async function spawn({ cwd, env, stdin, stdout, stderr }: Program, argv: readonly string[]): Promise<Ran> {
  // Bun opens them without making them empty.
  for (const file of [stdout, stderr]) writeFileSync(file, "");
  const child = Bun.spawn([...argv], {
    cwd,
    env,
    stdin: stdin === undefined ? "ignore" : new Blob([stdin]),
    stdout: Bun.file(stdout),
    stderr: Bun.file(stderr),
  });
  let hung = false;
  const watchdog = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, HANGS_MS);
  await child.exited;
  clearTimeout(watchdog);
  return {
    code: child.signalCode === null ? (child.exitCode ?? undefined) : undefined,
    killed: child.signalCode === "SIGKILL" && !hung,
    hung,
    out: readFileSync(stdout, "utf8"),
    err: readFileSync(stderr, "utf8"),
  };
}
