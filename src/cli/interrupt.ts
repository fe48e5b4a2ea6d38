import { catchSignals, signalExitCode } from "../platform/signals.ts";
import type { Sys } from "../platform/sys/types.ts";
import type { Answer } from "./answer.ts";

/** What ends a program that waits: Ctrl-C, a polite kill, a closed terminal. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does `work`, which ends early and leaves nothing behind when its signal is aborted, and then lets the process die of
 * the very signal: a shell whose command ends by Ctrl-C has to see that, or its script goes on.
 */
export async function interruptible(
  sys: Sys,
  work: (signal: AbortSignal) => Promise<Answer | undefined>,
): Promise<Answer> {
  const controller = new AbortController();
  let by: NodeJS.Signals | undefined;
  const { letGo } = catchSignals(sys, ENDING, (name) => {
    by ??= name;
    controller.abort();
  });
  try {
    const answer = await work(controller.signal);
    if (answer !== undefined) return answer;
  } finally {
    letGo();
  }
  return dieOf(by ?? "SIGINT");
}

/** Ends this process by a signal. Answers, as a shell would put it, only where the signal did not. */
export function dieOf(name: NodeJS.Signals): Answer {
  process.kill(process.pid, name);
  return { json: undefined, text: () => "", exitCode: signalExitCode(name) };
}
