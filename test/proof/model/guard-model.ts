/**
 * Processes that contend for one guard, each of them the real code, in every order of their steps, with crashes.
 *
 * A state: the disk; for each process where it stands in its automaton and, while it lists, which tokens have been there
 * all the time and which at some time since (a listing is not atomic; it begins with the step before it, because an earlier
 * beginning only allows more); and what is left of the crashes, lost answers and copies.
 */
import type { Space, Words } from "./explore.ts";
import { freshOneGetsIn } from "./fresh-one.ts";
import { canonicalIn } from "./guard-canonical.ts";
import { crowdOf } from "./guard-crowd.ts";
import type { Scenario } from "./guard-scenario.ts";
import { stepsOf } from "./guard-steps.ts";
import { bitCount } from "./shared-disk.ts";

export interface GuardModel extends Space {
  /** How often the real code was run to learn what a process does. */
  readonly runs: number;
}

export function guardModel(scenario: Scenario): GuardModel {
  const crowd = crowdOf(scenario);
  const { disk, word, local, slots, isDead, isGone, hasStarted, facts, runs } = crowd;
  const { left } = word;
  const n = scenario.processes.length;
  const words = n + 1;

  const broken = (state: Words): string | undefined => {
    const shared = state[n] ?? 0;
    if ((shared & word.lost) !== 0) return "an increment is lost";
    let inside = 0;
    for (let i = 0; i < n; i += 1) {
      const node = slots.nodeOf(state[i] ?? 0);
      if (node < 0) continue;
      if (local(i).isInside(node)) inside += 1;
      const end = local(i).endAt(node);
      const isExcused =
        scenario.lostAnswers > left(shared, word.loss) || scenario.failures > left(shared, word.failure);
      if (end !== undefined && !isExcused) return `a process ends with ${end}`;
    }
    if (inside > 1) return `${inside} holders at once`;
    if (scenario.watched === "harm" || scenario.copies > left(shared, word.copy)) return undefined;
    const tokens = bitCount(shared & disk.tokens);
    return (shared & disk.folder) === 0 || tokens === 1 ? undefined : `${tokens} tokens`;
  };

  const start: Words = new Uint32Array(words);
  const found = { free: disk.folder | 1, empty: disk.folder, without: 0 }[scenario.begins];
  const shared = found | (scenario.copies * word.copy);
  start[n] =
    shared | (scenario.lostAnswers * word.loss) | (scenario.crashes * word.crash) | (scenario.failures * word.failure);
  for (let i = 0; i < n; i += 1) start[i] = slots.at(i, 0, 0, false);

  const ways = new Map<string, boolean>();
  const isOver = (state: Words): boolean => {
    let dead = 0;
    for (let i = 0; i < n; i += 1) {
      const hasEnded = isGone(state, i) || local(i).endAt(slots.nodeOf(state[i] ?? 0)) !== undefined;
      if (!hasEnded && hasStarted(state, i)) return false;
      if (isDead(state, i)) dead |= 1 << i;
    }
    const key = `${(state[n] ?? 0) & word.onDisk} ${dead}`;
    const known = ways.get(key);
    if (known !== undefined) return known;
    const isIn = freshOneGetsIn(disk, (state[n] ?? 0) & word.onDisk, scenario.breaking, (pid) => facts(state, 0, pid));
    ways.set(key, isIn);
    return isIn;
  };

  return { words, start, next: stepsOf(crowd), canonical: canonicalIn(crowd), broken, isOver, runs };
}
