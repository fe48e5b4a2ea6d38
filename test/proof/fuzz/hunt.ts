import { chance, SEED } from "../seed.ts";
import type { Draw } from "./mutate.ts";

/** A failure as it can be had again: the seed of its run is what `draw` comes from. */
export function hunt(runs: number, work: (draw: Draw, run: number) => void): void {
  for (let run = 0; run < runs; run += 1) {
    try {
      work(chance(SEED + run), run);
    } catch (error) {
      throw failure(run, error);
    }
  }
}

export async function huntAsync(
  runs: number,
  work: (draw: Draw, run: number) => Promise<void>,
  from = 0,
): Promise<void> {
  for (let run = from; run < runs; run += 1) {
    try {
      await work(chance(SEED + run), run);
    } catch (error) {
      throw failure(run, error);
    }
  }
}

function failure(run: number, error: unknown): Error {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Error(`run ${run} of PROOF_SEED=${SEED} (alone: PROOF_SEED=${SEED + run}, run 0): ${what}`, {
    cause: error,
  });
}

/** What is said of a failure and of what it came from, for those who ask why a mutant was found. */
export function reasons(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${reasons(error.cause)}`;
}
