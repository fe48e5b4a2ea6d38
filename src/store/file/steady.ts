/**
 * Looking without the guard at changes of several paths (RELIABILITY section 3): between the publication of a journal
 * and its removal some of its records are new and some are old, so what was seen meanwhile is looked at again.
 *
 * The journal comes and goes by renames in the state's top folder, and hardly anything else does: while there is no
 * journal and the folder's time stands still, no such change has happened. A journal that stays was left by a process
 * that died or met a full disk; taking the guard once finishes what it says.
 */
import { isCoordError } from "../../domain/errors.ts";
import { failed, mtimeMs, type Sys } from "../../platform/sys/types.ts";
import type { Layout } from "./layout.ts";

export interface SteadyPorts {
  readonly sys: Sys;
  readonly layout: Layout;
  readonly wallMs: () => number;
  /** Takes the guard, which finishes what was left, and gives it back. */
  readonly finish: () => void;
  /** A line for the user: what is seen may be half of a change. */
  readonly report: (line: string) => void;
}

/** A change of several paths takes a few milliseconds; after this many looks its journal is taken for a leftover. */
const LEFTOVER_LOOKS = 5;
/** After this long the last look counts: to see a moment too much is better than to see nothing. Milliseconds. */
const PATIENCE_MS = 250;
/** Within one tick of the kernel's clock a second change leaves no trace in a folder's time. Milliseconds. */
const TICK_MS = 10;

export function steady<A>(ports: SteadyPorts, read: () => A): A {
  const { sys } = ports;
  const end = sys.monotonicMs() + PATIENCE_MS;
  let finished = false;
  for (let look = 1; ; look += 1) {
    const late = sys.monotonicMs() >= end;
    const before = stillness(ports);
    if (late || typeof before === "string") {
      const seen = read();
      if (late || stillness(ports) === before) return seen;
      continue;
    }
    if (before.journal && look > LEFTOVER_LOOKS && !finished) {
      finished = true;
      finishOrLeave(ports);
    } else sys.sleepMs(look);
  }
}

/** The folder's time while there is nothing undecided. */
function stillness({ sys, layout, wallMs }: SteadyPorts): string | { readonly journal: boolean } {
  if (sys.lstat(layout.journal) !== "ENOENT") return { journal: true };
  const top = sys.lstat(layout.top);
  // Where there is no state nothing changes; whoever reads finds that out.
  if (failed(top)) return top;
  return Math.abs(wallMs() - mtimeMs(top)) < TICK_MS ? { journal: false } : top.mtimeNs;
}

/** Looking must work where nothing can be written, and while somebody sits on the guard. */
function finishOrLeave({ finish, report }: SteadyPorts): void {
  try {
    finish();
  } catch (error) {
    if (!isCoordError(error)) throw error;
    report(`a change of several paths is half done and cannot be finished now: ${error.message}`);
  }
}
