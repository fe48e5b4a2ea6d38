import { isLoss } from "../app/keep-locks.ts";
import type { CoordError } from "../domain/errors.ts";
import { groupWitness, type GroupWitness } from "../platform/group-witness.ts";
import { catchSignals } from "../platform/signals.ts";
import { lacksRoom, startChild, type Child, type Program } from "../platform/start-child.ts";
import type { Sys } from "../platform/sys/types.ts";
import { toFailure } from "./errors.ts";
import { printFailure, printNotice } from "./output.ts";
import { notStarted, shownName } from "./run-program.ts";

/** The exit code of what went wrong besides the command, as env(1), timeout(1) and xargs(1) have it. */
export const OWN_FAILURE = 125;
/**
 * Signals that are passed on. Not SIGTSTP and its like: the terminal stops the whole group, which is right, and this
 * process cannot be told to stop and stop itself.
 */
const PASSED_ON = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;
/** Long enough to write down what matters, short enough not to write on for long: what docker-stop(1) gives, too. */
const GRACE_MS = 10_000;
/** How many files are open at once, at most: to start the command, and with all that is done around it. */
const FILES = { child: 2, all: 6 } as const;
/** How long a signal that this process has got may take to be told, on a busy machine. Milliseconds. */
const LATE_MS = 1000;

export interface RunnerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The instance that holds the locks. */
  readonly instance: string;
  readonly json: boolean;
  /** Between SIGTERM and SIGKILL for a command whose lock is lost. Milliseconds; default GRACE_MS. */
  readonly graceMs?: number;
}

/** A command and what happens around it. From its making to `close` no signal ends this process unawares. */
export interface Runner {
  /** Aborted by a signal that comes before the command has begun. */
  readonly signal: AbortSignal;
  /** Runs the command to its end and answers its exit code; undefined when a signal came first. */
  readonly work: (lost: Promise<CoordError>) => Promise<number | undefined>;
  /** Says on stderr, once, that the locks were lost. */
  readonly tellLost: (why: CoordError) => Promise<void>;
  /** The signal that this process should die of: one that came before the command, or Ctrl-C that has ended it. */
  readonly interrupt: () => NodeJS.Signals | undefined;
  readonly close: () => void;
}

/** Throws IO where the system would not let the locks be taken, kept and given back, before anything is begun. */
export function runner(sys: Sys, program: Program, { env, instance, json, graceMs = GRACE_MS }: RunnerOptions): Runner {
  refuseShortage(sys, program, FILES.all);
  const early = new AbortController();
  let by: NodeJS.Signals | undefined;
  let running: { readonly child: Child; readonly witness: GroupWitness } | undefined;
  let interrupted = false;
  const ownInterrupt = Promise.withResolvers<void>();
  const passing: Promise<void>[] = [];
  let told = false;

  const onSignal = (name: NodeJS.Signals): void => {
    if (name === "SIGINT") {
      interrupted = true;
      ownInterrupt.resolve();
    }
    if (running !== undefined) {
      passing.push(passOn(running, name));
      return;
    }
    by ??= name;
    early.abort();
  };
  const passOn = async ({ child, witness }: NonNullable<typeof running>, name: NodeJS.Signals): Promise<void> => {
    if (!(await witness.saw(name))) child.kill(name);
  };
  const tellLost = async (why: CoordError, then: string): Promise<void> => {
    if (told) return;
    told = true;
    const failure = toFailure(why);
    if (json) return printFailure({ ...failure, exitCode: OWN_FAILURE }, true);
    const hint = isLoss(why) ? "" : ` (${failure.hint})`;
    return printNotice(`coord run: ${why.message}${hint}; "${shownName(program)}" ${then}`);
  };

  const { ignored, letGo } = catchSignals(sys, PASSED_ON, onSignal);
  return {
    signal: early.signal,
    work: async (lost) => {
      if (early.signal.aborted) return undefined;
      let hasEnded = false;
      let witness: GroupWitness | undefined;
      let grace: ReturnType<typeof setTimeout> | undefined;
      try {
        refuseShortage(sys, program, FILES.child);
        const child = startChild(program, { env: { ...env, COORD_INSTANCE_ID: instance }, ignored });
        if ("errno" in child) throw notStarted(program, child.errno);
        // After the command: a signal in between is rather passed on twice than never.
        witness = groupWitness();
        running = { child, witness };
        void lost.then(async (why) => {
          if (hasEnded) return;
          child.kill("SIGTERM");
          grace = setTimeout(() => child.kill("SIGKILL"), graceMs);
          await tellLost(why, "is told to end");
        });
        const code = await child.exited;
        // Its end may be told before the signal that has ended it and came here too.
        if (child.endedBy() === "SIGINT" && !ignored.includes("SIGINT")) {
          await Promise.race([ownInterrupt.promise, Bun.sleep(LATE_MS)]);
        }
        // Who has sent it is still being found out.
        await Promise.all(passing);
        return code;
      } finally {
        hasEnded = true;
        clearTimeout(grace);
        witness?.close();
      }
    },
    // A full disk is no lock that was lost, and says nothing of what the command has done.
    tellLost: (why) =>
      tellLost(why, isLoss(why) ? "has run without it" : "has run, but its lock could not be given back"),
    interrupt: () => by ?? (interrupted && running?.child.endedBy() === "SIGINT" ? "SIGINT" : undefined),
    close: letGo,
  };
}

function refuseShortage(sys: Sys, program: Program, files: number): void {
  const short = lacksRoom(sys, files);
  if (short !== "") throw notStarted(program, short);
}
