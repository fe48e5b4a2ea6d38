/** Runs cases once undisturbed, then once for each point and fault, and looks at what that leaves. */
import { aftermath, afterNext, type Expected, type Found, type Undisturbed } from "./aftermath.ts";
import type { Case } from "./case.ts";
import { openLane, type Lane } from "./lane.ts";
import { aged, gistOf, type Picture } from "./picture.ts";
import { KINDS, labelOf, pointsOf, type Fault, type Point } from "./points.ts";
import { layStates, perform, type StateName } from "./states.ts";
import { inject, trace, type Injected } from "./strace.ts";

/** A point and what is done to the process there. */
export interface Shot {
  readonly point: Point;
  readonly fault: "kill" | Fault;
}

export interface Tally {
  /** Cases in one state. */
  cases: number;
  points: number;
  /** Shots that were meant to be fired. */
  wanted: number;
  /** Those that took effect at the call that was meant. */
  hit: number;
  /** Different disks that were left, each looked at whole. */
  outcomes: number;
  readonly missed: string[];
  /** What does not hold, with what is needed to repeat it. */
  readonly losses: string[];
}

export interface SweepOptions {
  readonly shots: (points: readonly Point[], one: Case) => readonly Shot[];
  /** Judges what the process itself did and said; the disk is looked at anyway. */
  readonly judge: (one: Case, was: Undisturbed, ran: Injected, changed: readonly string[]) => readonly string[];
  /** What it has said is what is expected of the state. */
  readonly expected: (one: Case, was: Undisturbed, ran: Injected) => Expected;
  readonly lanes: number;
  /** Ends the sweep after a loss like this. */
  readonly until?: RegExp;
  /** What is swept in place of the binary, which still does everything before and after. */
  readonly victim?: readonly string[];
}

export interface Task {
  readonly one: Case;
  readonly state: StateName;
}

export function tasksOf(cases: readonly Case[]): readonly Task[] {
  return cases.flatMap((one) => one.states.map((state) => ({ one, state })));
}

/** Two hours of leases, less what a lane may take: then its states are made anew. Milliseconds. */
const STATES_LAST_MS = 3_600_000;
/** Longer than anything is put off by coord. Milliseconds. */
const LONG_AGO_MS = 60_000;

export async function sweep(tasks: readonly Task[], options: SweepOptions): Promise<Tally> {
  const tally: Tally = { cases: 0, points: 0, wanted: 0, hit: 0, outcomes: 0, missed: [], losses: [] };
  const left = [...tasks];
  const work = async (): Promise<void> => {
    const lane = openLane(options.victim);
    try {
      let states = await layStates(lane);
      let laidMs = performance.now();
      for (let task = left.shift(); task !== undefined; task = left.shift()) {
        if (performance.now() - laidMs > STATES_LAST_MS) {
          states = await layStates(lane);
          laidMs = performance.now();
        }
        await sweepOne(lane, task, states[task.state], options, tally);
      }
    } finally {
      lane.close();
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, work));
  return tally;
}

async function sweepOne(
  lane: Lane,
  { one, state }: Task,
  start: Picture,
  options: SweepOptions,
  tally: Tally,
): Promise<void> {
  lane.lay(start);
  await perform(lane, one.prepare ?? []);
  const picture = aged(lane.take(), LONG_AGO_MS);
  const { was, points } = await undisturbed(lane, one, picture);
  const known = new Map<string, Found>();
  tally.cases += 1;
  tally.points += points.length;
  for (const { point, fault } of options.shots(points, one)) {
    if (options.until !== undefined && tally.losses.some((loss) => options.until?.test(loss) === true)) return;
    tally.wanted += 1;
    const ran = await shoot(lane, one, picture, { point, fault });
    const where = `${one.name} [${state}], ${fault} at ${point.nth}. ${point.label}`;
    if (ran.hit === undefined || !isMeant(lane, point, ran)) {
      tally.missed.push(`${where}${ran.hit === undefined ? "" : ` (came to ${labelOf(ran.hit, lane.box)})`}`);
      if (ran.hit === undefined) continue;
    } else tally.hit += 1;
    const expected = options.expected(one, was, ran);
    const gist = `${gistOf(lane.take())} ${expected}`;
    const found = known.get(gist) ?? (await aftermath(lane, one, was, expected));
    if (!known.has(gist)) tally.outcomes += 1;
    known.set(gist, found);
    const problems = [...found.problems, ...options.judge(one, was, ran, found.changed)];
    for (const problem of problems) tally.losses.push(`${where}: ${problem}`);
  }
}

async function undisturbed(
  lane: Lane,
  one: Case,
  picture: Picture,
): Promise<{ readonly was: Undisturbed; readonly points: readonly Point[] }> {
  lane.lay(picture);
  const before = await afterNext(lane);
  lane.lay(picture);
  const { calls, code, out, err } = await trace(lane.victim(one.step), lane.log, KINDS);
  if (code === undefined) throw new Error(`${one.name} does not end by itself: ${out}${err}`);
  const after = await afterNext(lane);
  return { was: { code, out, err, before, after }, points: pointsOf(calls, lane) };
}

/** The runtime may make a call more or less before coord begins: then the one that is meant is a neighbour. */
const NEIGHBOURS = [0, 0, 1, -1, 2, -2] as const;

async function shoot(lane: Lane, one: Case, picture: Picture, { point, fault }: Shot): Promise<Injected> {
  let ran: Injected | undefined;
  for (const aside of NEIGHBOURS) {
    lane.lay(picture);
    ran = await inject(lane.victim(one.step), lane.log, { ...point, nth: Math.max(1, point.nth + aside), fault });
    if (isMeant(lane, point, ran)) break;
  }
  if (ran === undefined) throw new Error("nothing was run");
  return ran;
}

function isMeant(lane: Lane, point: Point, { hit }: Injected): boolean {
  return hit !== undefined && labelOf(hit, lane.box) === point.label;
}
