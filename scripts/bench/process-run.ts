/** Whole processes, from spawn to exit, as somebody who starts them waits for them. */
import type { Call } from "../stand-in/client.ts";

/** Starts a process and waits for its end. Milliseconds, and what it printed. Throws when it fails. */
export function timed({ command, env, stdin }: Call, cwd: string): { readonly ms: number; readonly stdout: string } {
  const input = Buffer.from(stdin);
  const started = Bun.nanoseconds();
  const run = Bun.spawnSync([...command], { cwd, env, stdin: input, stdout: "pipe", stderr: "pipe" });
  const ms = (Bun.nanoseconds() - started) / 1e6;
  if (run.exitCode !== 0) {
    throw new Error(`${command.join(" ")} ended with ${run.exitCode ?? run.signalCode}: ${run.stderr.toString()}`);
  }
  return { ms, stdout: run.stdout.toString() };
}

export interface Side {
  /** What to start; made anew each time. Not timed. */
  readonly call: () => Call;
  /** Judges what it printed and puts things back. Not timed. */
  readonly done?: (stdout: string) => void;
}

/** Two things to be compared: each run of one is next to a run of the other, so that both meet the same machine. */
export interface Pairing {
  readonly name: string;
  readonly subject: Side;
  readonly floor: Side;
  /** Where both are started, if not where all are. */
  readonly cwd?: string;
  /** Makes both ready. Not timed. */
  readonly prepare?: () => Promise<void>;
}

/** Milliseconds of each run. */
export interface Times {
  readonly name: string;
  readonly subject: readonly number[];
  readonly floor: readonly number[];
}

export interface Rounds {
  readonly rounds: number;
  /** Rounds before these, which do not count. */
  readonly warmUp: number;
  /** After this long one of them is run no more, but not before MIN_ROUNDS. Milliseconds; default: no such end. */
  readonly budgetMs?: number;
}

/** The fewest that have a middle. */
const MIN_ROUNDS = 3;

/** Runs all pairings in turn, again and again. Which side goes first alternates too. */
export async function alternate(pairings: readonly Pairing[], cwd: string, options: Rounds): Promise<readonly Times[]> {
  const all = pairings.map((pairing) => ({ pairing, subject: new Array<number>(), floor: new Array<number>() }));
  const { budgetMs = Number.POSITIVE_INFINITY } = options;
  const isDone = ({ subject }: { readonly subject: readonly number[] }): boolean =>
    subject.length >= MIN_ROUNDS && subject.reduce((total, ms) => total + ms, 0) > budgetMs;
  for (let round = -options.warmUp; round < options.rounds; round += 1) {
    // Nothing else here yields to the event loop, without which no signal is heard.
    await Bun.sleep(0);
    for (const { pairing, subject, floor } of all.filter((one) => !isDone(one))) {
      await pairing.prepare?.();
      const sides = [
        { side: pairing.subject, into: subject },
        { side: pairing.floor, into: floor },
      ];
      for (const { side, into } of round % 2 === 0 ? sides : sides.toReversed()) {
        const { ms, stdout } = timed(side.call(), pairing.cwd ?? cwd);
        side.done?.(stdout);
        if (round >= 0) into.push(ms);
      }
    }
  }
  return all.map(({ pairing: { name }, subject, floor }) => ({ name, subject, floor }));
}
