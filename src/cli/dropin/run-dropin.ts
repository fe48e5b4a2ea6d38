import { asksForHelp } from "../check-args.ts";
import { toFailure, unwritableButDone, type Failure } from "../errors.ts";
import { printFailure, printLines } from "../output.ts";
import { coordDecisions, DECISIONS_USAGE } from "./coord-decisions.ts";
import { coordLock, LOCK_USAGE } from "./coord-lock.ts";
import { coordStatus, STATUS_USAGE } from "./coord-status.ts";
import { newSay, type Say } from "./say.ts";
import type { ToolName } from "./tool.ts";

interface Tool {
  readonly usage: string;
  readonly run: (words: readonly string[], say: Say) => Promise<number>;
}

const TOOLS: Readonly<Record<ToolName, Tool>> = {
  "coord-status": { usage: STATUS_USAGE, run: coordStatus },
  "coord-lock": { usage: LOCK_USAGE, run: coordLock },
  "coord-decisions": { usage: DECISIONS_USAGE, run: coordDecisions },
};

/** Runs a command line of the bash edition. As `runCli`: resolves to the exit code, after everything is written. */
export async function runTool(name: ToolName, words: readonly string[]): Promise<number> {
  const { usage, run } = TOOLS[name];
  return speaking(async (say) => {
    if (!asksForHelp(words)) return run(words, say);
    say.out(usage);
    return 0;
  });
}

/** What is said is written in any case, and after it what went wrong. */
export async function speaking(work: (say: Say) => Promise<number>): Promise<number> {
  const say = newSay();
  const ended = await work(say).catch(toFailure);
  say.tellWarnings();
  const unsaid = await failureOf(printLines(say.lines));
  const failure = typeof ended === "number" ? unsaid : ended;
  if (failure === undefined) return Number(ended);
  try {
    await printFailure(failure, false);
  } catch {
    // The streams are gone: the exit code is all that can still be said.
  }
  return failure.exitCode;
}

async function failureOf(printing: Promise<void>): Promise<Failure | undefined> {
  try {
    await printing;
    return undefined;
  } catch (error) {
    return toFailure(unwritableButDone(error));
  }
}
