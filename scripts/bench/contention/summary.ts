/** What several processes that wanted paths met, in figures. */
import { mean, percentile } from "../stats.ts";
import type { Contention } from "./contender.ts";

export interface Summary {
  readonly grants: number;
  readonly grantsPerSecond: number;
  readonly waitP50Ms: number;
  readonly waitP99Ms: number;
  /** Starvation would show here, and in the least grants that a process had. */
  readonly longestWaitMs: number;
  readonly meanHoldMs: number;
  readonly leastGrants: number;
  readonly mostGrants: number;
  /** Of all processes, how often one did not get at the state within its 2 s: there a hook lets its call go on. */
  readonly turnedAway: number;
  readonly elapsedMs: number;
}

/** `all`: of each process. They go on until the last one has had its last turn, so that is the time that counts. */
export function summaryOf(all: readonly Contention[]): Summary {
  const elapsedMs = Math.max(...all.map((one) => one.elapsedMs));
  const counts = all.map(({ waits }) => waits.length);
  const waits = all.flatMap((one) => one.waits);
  return {
    grants: waits.length,
    grantsPerSecond: waits.length / (elapsedMs / 1000),
    waitP50Ms: percentile(waits, 0.5),
    waitP99Ms: percentile(waits, 0.99),
    longestWaitMs: percentile(waits, 1),
    meanHoldMs: mean(all.flatMap(({ holds }) => holds)),
    leastGrants: Math.min(...counts),
    mostGrants: Math.max(...counts),
    turnedAway: all.reduce((total, one) => total + one.turnedAway, 0),
    elapsedMs,
  };
}
