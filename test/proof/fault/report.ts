/** What the sweeps run, how they say what they found, and what they hand to the report. */
import { availableParallelism } from "node:os";
import { expect } from "bun:test";
import { record } from "../evidence.ts";
import { IS_LONG } from "../form.ts";
import { SEED, sample } from "../seed.ts";
import { CASES } from "./cases/index.ts";
import { tasksOf, type Tally, type Task } from "./sweep.ts";

/** Each waits for processes most of the time. */
export const LANES = Math.max(2, Math.min(4, availableParallelism()));

/** PROOF_CASE: only cases with this in their names, and all that can be done to them. */
const ONLY = process.env["PROOF_CASE"];

/** All of the grid is swept, not a sample. */
export const ALL_OF_IT = IS_LONG || ONLY !== undefined;

/** The cases of this run: all of them, or `count` by chance. */
export function tasks(count: number, draw: () => number): readonly Task[] {
  const all = tasksOf(CASES.filter(({ name }) => ONLY === undefined || name.includes(ONLY)));
  return ALL_OF_IT ? all : sample(all, count, draw);
}

/** More than this of a failure helps nobody. */
const SHOWN = 25;

/** Fails with what was found; else records it as evidence. */
export function conclude(check: string, tally: Tally): void {
  const { cases, points, wanted, hit, outcomes, missed, losses } = tally;
  const show = (lines: readonly string[]): readonly string[] =>
    lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more`];
  const repeat = `PROOF_SEED=${SEED}, or all of one case: PROOF_CASE=NAME`;
  expect({ repeat, losses: show(losses) }).toEqual({ repeat, losses: [] });
  // What was meant for a call that then was not made, or not there, has shown nothing.
  expect({ repeat, missed: show(missed), covered: hit > wanted * 0.95 }).toMatchObject({ covered: true });
  const load = { commands: cases, points, injected: wanted, "took effect": hit, "disks looked at": outcomes };
  record({ check, load, losses: losses.length, seed: SEED });
}
