/** Sixteen workers play one session after the other until the storm is over. */
import type { Project } from "../../hooks/project.ts";
import { chance } from "../seed.ts";
import { counterFaults, COUNTERS, END } from "./counters.ts";
import { publishedFaults } from "./published.ts";
import { playSession, type Storm } from "./sessions.ts";
import { striker, type StrikeOptions, type Tally } from "./strike.ts";

export interface StormOptions extends Pick<StrikeOptions, "share" | "argv"> {
  readonly workers: number;
  readonly forMs: number;
  readonly seed: number;
  readonly counters?: readonly string[];
  /** End as soon as a line is gone. */
  readonly untilLost?: boolean;
}

export interface Aftermath extends Pick<Storm, "decisions" | "registered" | "counts"> {
  readonly tally: Tally;
  /** What must not have happened. */
  readonly faults: readonly string[];
  /** What was written and is gone. */
  readonly lost: readonly string[];
  readonly lines: number;
  /** How often all that is published was read while the storm went on. */
  readonly looks: number;
}

/** What a project of the storm starts with. */
export const CALM: Readonly<Record<string, string>> = Object.fromEntries(COUNTERS.map((name) => [name, END]));

const LOOK_EVERY_MS = 250;

export async function rage(project: Project, options: StormOptions): Promise<Aftermath> {
  const { workers, forMs, seed, counters = COUNTERS, untilLost = false } = options;
  const draw = chance(seed);
  const end = performance.now() + forMs;
  let isOver = false;
  const storm: Storm = {
    project,
    striker: striker({ draw, share: options.share, ...(options.argv === undefined ? {} : { argv: options.argv }) }),
    draw,
    isOver: () => isOver,
    counters,
    written: new Map(),
    holders: new Map(),
    faults: [],
    decisions: new Map(),
    registered: new Set(),
    counts: { granted: 0, denied: 0, crashed: 0, recorded: 0 },
  };
  const work = async (): Promise<void> => {
    while (!isOver) await playSession(storm);
  };
  let looks = 0;
  const watch = async (): Promise<void> => {
    while (!isOver) {
      storm.faults.push(...publishedFaults(project.state));
      looks += 1;
      await Bun.sleep(LOOK_EVERY_MS);
      isOver ||= performance.now() > end || (untilLost && counterFaults(project, storm.written).length > 0);
    }
  };
  const guarded = (part: Promise<void>): Promise<void> =>
    part.finally(() => {
      isOver = true;
    });
  const all = [watch(), ...Array.from({ length: workers }, work)].map(guarded);
  for (const done of await Promise.allSettled(all)) if (done.status === "rejected") throw done.reason;
  const { tally } = storm.striker;
  return {
    tally,
    faults: storm.faults,
    lost: counterFaults(project, storm.written),
    lines: [...storm.written.values()].flat().length,
    looks,
    decisions: storm.decisions,
    registered: storm.registered,
    counts: storm.counts,
  };
}
