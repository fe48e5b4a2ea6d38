/** Starts processes of coord and strikes at them: some are killed, some stopped for a while, at any moment of their lives. */
import { HANGS_MS } from "../../e2e/cli.ts";
import { answerOf, type Ended, type Place, type Told } from "../../hooks/hook.ts";
import { BINARY } from "../../hooks/project.ts";

export interface Tally {
  started: number;
  killed: number;
  stopped: number;
  /** Of those that were let live: said that the guard was not to be had in time. */
  busy: number;
  /** Of those neither killed nor stopped, in milliseconds. */
  slowest: number;
  /** What coord told the user besides. */
  readonly told: string[];
}

export interface Striker {
  readonly tally: Tally;
  /** Runs it to its end, whatever that is. */
  readonly start: (argv: readonly string[], place: Place, stdin: string) => Promise<Ended>;
  /** Runs a hook; throws for one that was killed: `wasKilled`. */
  readonly hook: (verb: string, input: unknown, place: Place) => Promise<Told>;
}

export interface StrikeOptions {
  readonly draw: () => number;
  /** The part of all processes that is killed. */
  readonly share: number;
  /** What stands in for a hook. */
  readonly argv?: (verb: string) => readonly string[];
}

const KILLED = "killed here";
const STOP_SHARE = 0.03;
const STOP_MS = 120;
/** How long a process lives, to begin with. Milliseconds. */
const LIFE_MS = 30;
/** By this factor the median of each kind of process follows each life. */
const FOLLOW = 1.1;

export function wasKilled(error: unknown): boolean {
  return error instanceof Error && error.message === KILLED;
}

export function striker({ draw, share, argv = (verb) => [BINARY, "hook", verb] }: StrikeOptions): Striker {
  const tally: Tally = { started: 0, killed: 0, stopped: 0, busy: 0, slowest: 0, told: [] };
  // Some wait for others, and live far longer than most: so the median of each kind, not the mean of all.
  const medians = new Map<string, number>();
  const start: Striker["start"] = async (argv, place, stdin) => {
    const from = performance.now();
    const child = Bun.spawn([...argv], {
      ...place,
      stdin: new Blob([stdin]),
      stdout: "pipe",
      stderr: "pipe",
      timeout: HANGS_MS,
      killSignal: "SIGABRT",
    });
    tally.started += 1;
    const fate = draw();
    // Those that come too late hit nobody: so more are tried while too few have died.
    const wanted = share === 0 ? 0 : tally.killed < share * tally.started ? Math.min(1, share * 2) : share / 2;
    const timers: Timer[] = [];
    const after = (ms: number, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT") => {
      timers.push(setTimeout(() => child.kill(signal), ms));
    };
    const kind = argv.slice(0, 3).join(" ");
    const lifeMs = medians.get(kind) ?? LIFE_MS;
    const at = draw() * lifeMs * 1.2;
    const stops = share > 0 && fate > 1 - STOP_SHARE;
    if (fate < wanted) after(at, "SIGKILL");
    else if (stops) {
      after(at, "SIGSTOP");
      after(at + STOP_MS, "SIGCONT");
      tally.stopped += 1;
    }
    const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    await child.exited;
    for (const timer of timers) clearTimeout(timer);
    const { exitCode, signalCode: signal } = child;
    if (signal === "SIGKILL") tally.killed += 1;
    else if (!stops) {
      const tookMs = performance.now() - from;
      medians.set(kind, tookMs > lifeMs ? lifeMs * FOLLOW : lifeMs / FOLLOW);
      tally.slowest = Math.max(tally.slowest, tookMs);
    }
    return { exitCode, signal, stdout, stderr };
  };
  return {
    tally,
    start,
    hook: async (verb, input, place) => {
      const ended = await start(argv(verb), place, `${JSON.stringify(input)}\n`);
      if (ended.signal === "SIGKILL") throw new Error(KILLED);
      const told = answerOf(ended, input);
      if (told.message !== undefined) {
        if (/stayed so for|was busy for/.test(told.message)) tally.busy += 1;
        else tally.told.push(told.message);
      }
      return told;
    },
  };
}
