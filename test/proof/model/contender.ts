/** One process of the model: the real guard around a counter, driven by the answers to its calls. */
import { isCoordError } from "../../../src/domain/errors.ts";
import { judge, type PidFacts, type ProcessRef } from "../../../src/domain/process.ts";
import { acquire, release, type GuardPorts } from "../../../src/store/file/guard.ts";
import { heldName } from "../../../src/store/file/token.ts";
import { DIR, modelSys, WAIT_MS, type Ask, type Call } from "./calls.ts";

/** A broken guard: the real one with some of its ports replaced. `ask` reaches the explorer. */
export type Breaking = (ports: GuardPorts, ask: Ask) => GuardPorts;

export interface Contender {
  readonly ref: ProcessRef;
  readonly breaking: Breaking;
}

/** The token that a process makes. Its nonce never recurs, so one per process will do. */
export function tokenOf(ref: ProcessRef): string {
  return heldName(ref, "n");
}

/** Where a process stands after some answers: at its next call, or at its end. */
export type Place =
  | { readonly at: "call"; readonly call: Call }
  /** "done", or the code of the error that it ended with. */
  | { readonly at: "end"; readonly how: string };

const STOPPED = new Error("stopped at a call");

/** Runs the real code from its start with the answers that it got so far, up to the next call. */
export function follow({ ref, breaking }: Contender, answers: readonly string[]): Place {
  let next = 0;
  let open: Call | undefined;
  const ask: Ask = (call) => {
    const answer = answers[next];
    next += 1;
    if (answer !== undefined) return answer;
    open = call;
    throw STOPPED;
  };
  const ports: GuardPorts = breaking(
    {
      sys: modelSys(ask, tokenOf(ref)),
      dir: DIR,
      self: () => ref,
      judge: (them) => judge(them, ref, (pid) => factsFrom(ask({ call: "facts", pid }))),
      random: () => 0.5,
      nonce: () => "n",
    },
    ask,
  );
  try {
    const held = acquire(ports, WAIT_MS);
    ask({ call: "read" });
    ask({ call: "write" });
    release(ports, held);
    return { at: "end", how: "done" };
  } catch (error) {
    if (error === STOPPED && open !== undefined) return { at: "call", call: open };
    if (isCoordError(error)) return { at: "end", how: error.code };
    throw error;
  }
}

function factsFrom(answer: string): PidFacts {
  return answer === "no" ? { found: "no" } : { found: "yes", start: answer, zombie: false };
}
