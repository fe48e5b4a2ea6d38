/** Who contends for the guard, and what may happen to them meanwhile. */
import type { ProcessRef } from "../../../src/domain/process.ts";
import type { Breaking } from "./contender.ts";

export interface Scenario {
  readonly processes: readonly ProcessRef[];
  readonly breaking: Breaking;
  /** How many of the processes may die. */
  readonly crashes: number;
  /** Whether there is a guard with a free token at the start, nothing at all, or a guard that is empty. */
  readonly begins: "free" | "without" | "empty";
  /** How many renames may happen and be answered with ENOENT all the same. */
  readonly lostAnswers: number;
  /** How often a tool may lay a copy into the guard: `free`, or the token of one who has died. */
  readonly copies: number;
  /** How many listings may fail with EIO. */
  readonly failures: number;
  /**
   * Whether processes that have ended or died come back, without end, each as a new one. It takes the old one's name,
   * which stands for one never used before as soon as nobody remembers it and the disk does not hold it.
   */
  readonly again: boolean;
  /** The process that must have died before the one with this number starts: a later one may have its pid. */
  readonly startsAfter: Readonly<Record<number, number>>;
  /** Whether states that differ by the names of processes only count as one. */
  readonly symmetric: boolean;
  /** "rules": the token is looked at too. "harm": only what its users feel. */
  readonly watched: "rules" | "harm";
}

export const PLAIN: Omit<Scenario, "processes" | "crashes"> = {
  breaking: (ports) => ports,
  begins: "free",
  lostAnswers: 0,
  copies: 0,
  failures: 0,
  again: false,
  startsAfter: {},
  symmetric: true,
  watched: "rules",
};

/** Processes of one machine. */
export function neighbours(count: number): readonly ProcessRef[] {
  return Array.from({ length: count }, (_, i) => ({
    host: "h",
    boot: "b",
    pidns: "1",
    pid: 101 + i,
    start: `${11 + i}`,
  }));
}
