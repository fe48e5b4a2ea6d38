/** Instances that share paths, in every order of their steps up to a depth, breadth-first: every use case is the real one. */
import { after, liveHolder, type Wrongs } from "./lock-truth.ts";
import { keyOf } from "./lock-key.ts";
import { run, sweepOne, type BreakingApp, type Outcome } from "./world-run.ts";
import {
  changed,
  instanceName,
  item,
  newWorld,
  pathAt,
  type Agent,
  type PathTruth,
  type Pending,
  type Verb,
  type World,
} from "./world.ts";

export interface LockScenario {
  readonly instances: number;
  readonly paths: number;
  /** How many steps are gone, at the most. */
  readonly depth: number;
  readonly writes: number;
  /** How often time passes, a step each. */
  readonly steps: number;
  readonly crashes: number;
  /** What the instances do, one path at a time; a claim of more is of all. */
  readonly verbs: readonly Verb[];
  /** Those whose look at the file is a step of its own, before their decision. */
  readonly split: readonly Verb[];
  readonly claimsAll: boolean;
  readonly sweeps: boolean;
  readonly breaking: BreakingApp;
}

export interface LockRun {
  readonly states: number;
  readonly transitions: number;
  /** Nothing was cut off by the depth: all that can happen within the other bounds was looked at. */
  readonly isWhole: boolean;
  readonly depth: number;
  /** States in which nobody can know any more who wrote what: there only the locks are checked. */
  readonly late: number;
  readonly granted: number;
  readonly conflicts: number;
  readonly violation: { readonly what: string; readonly trace: readonly string[] } | undefined;
}

interface Step {
  readonly label: string;
  readonly to: World;
  readonly wrongs: Wrongs;
  readonly outcome: Outcome | undefined;
}

/** How a state was reached. */
interface Way {
  readonly from: Way | undefined;
  readonly label: string;
}

interface Known {
  readonly world: World;
  readonly way: Way | undefined;
}

export async function exploreLocks(scenario: LockScenario): Promise<LockRun> {
  const { writes, steps, crashes } = scenario;
  const start: Known = {
    world: newWorld(scenario.instances, scenario.paths, { writes, steps, crashes }),
    way: undefined,
  };
  // 64 bits of each key: among ten million states two share them once in 400,000 runs.
  const numberOf = (world: World): bigint => BigInt(Bun.hash(keyOf(world)));
  const met = new Set([numberOf(start.world)]);
  let level: readonly Known[] = [start];
  const count = { transitions: 0, late: 0, granted: 0, conflicts: 0 };
  let depth = 0;
  for (; depth < scenario.depth && level.length > 0; depth += 1) {
    const next: Known[] = [];
    for (const known of level) {
      for await (const { label, to, wrongs, outcome } of stepsFrom(known.world, scenario)) {
        count.transitions += 1;
        if (outcome?.is === "granted") count.granted += 1;
        if (outcome?.is === "conflict") count.conflicts += 1;
        const [what] = wrongs;
        if (what !== undefined) {
          const violation = { what, trace: [...wayTo(known.way), label] };
          return { states: met.size, isWhole: false, depth, ...count, violation };
        }
        const key = numberOf(to);
        if (met.has(key)) continue;
        met.add(key);
        if (to.truth.some(({ isLate }) => isLate)) count.late += 1;
        next.push({ world: to, way: { from: known.way, label } });
      }
    }
    level = next;
  }
  return { states: met.size, isWhole: level.length === 0, depth, ...count, violation: undefined };
}

function wayTo(end: Way | undefined): readonly string[] {
  const labels: string[] = [];
  for (let way = end; way !== undefined; way = way.from) labels.unshift(way.label);
  return labels;
}

async function* stepsFrom(world: World, scenario: LockScenario): AsyncGenerator<Step> {
  const { left } = world;
  if (left.steps > 0) {
    const to = { ...world, step: world.step + 1, left: { ...left, steps: left.steps - 1 } };
    yield { label: "time passes", to, wrongs: [], outcome: undefined };
  }
  for (const [i, agent] of world.agents.entries()) {
    const name = instanceName(i);
    if (scenario.sweeps && world.instances.has(name)) yield await swept(world, i, scenario);
    if (!agent.isAlive) {
      if (world.step > agent.since) yield simple(world, i, "comes back", () => born(agent, world.step));
      continue;
    }
    if (left.crashes > 0) {
      const dead: Agent = { ...agent, isAlive: false, since: world.step, tool: undefined, pending: undefined };
      const to = { ...world, left: { ...left, crashes: left.crashes - 1 } };
      yield simple(to, i, "dies", () => dead);
    }
    if (agent.pending !== undefined) {
      yield await acted(world, i, agent.pending, scenario);
      continue;
    }
    if (agent.tool !== undefined) {
      yield* toolSteps(world, i, agent, agent.tool, scenario);
      continue;
    }
    for (const verb of scenario.verbs) yield* begun(world, i, verb, scenario);
  }
}

function born(agent: Agent, step: number): Agent {
  return { ...agent, isAlive: true, life: agent.life + 1, since: step };
}

function simple(world: World, i: number, label: string, change: (agent: Agent) => Agent): Step {
  const to = { ...world, agents: changed(world.agents, i, change) };
  return { label: `${instanceName(i)} ${label}`, to, wrongs: [], outcome: undefined };
}

/** A tool call that was let through: it writes and says so, or does not, or stops without a word (Esc). */
async function* toolSteps(
  world: World,
  i: number,
  agent: Agent,
  { path: p, wrote }: { readonly path: number; readonly wrote: boolean },
  scenario: LockScenario,
): AsyncGenerator<Step> {
  yield simple(world, i, "stops its tool without a word", (old) => ({ ...old, tool: undefined }));
  if (wrote) {
    yield* begun(
      { ...world, agents: changed(world.agents, i, () => ({ ...agent, tool: undefined })) },
      i,
      "record",
      scenario,
      p,
    );
    return;
  }
  if (world.left.writes === 0) return;
  const isLate = liveHolder(world, item(world.truth, p))?.by !== i;
  const write = (old: PathTruth): PathTruth => ({
    ...old,
    writers: [...old.writers, i],
    unreported: changed(old.unreported, i, () => true),
    isLate: old.isLate || isLate,
  });
  const to: World = {
    ...world,
    truth: changed(world.truth, p, write),
    agents: changed(world.agents, i, () => ({ ...agent, tool: { path: p, wrote: true } })),
    left: { ...world.left, writes: world.left.writes - 1 },
  };
  yield { label: `${instanceName(i)} writes f${p}`, to, wrongs: [], outcome: undefined };
}

async function* begun(
  world: World,
  i: number,
  verb: Verb,
  scenario: LockScenario,
  only?: number,
): AsyncGenerator<Step> {
  const all = world.truth.map((_, p) => p);
  const single = only === undefined ? all.map((p) => [p]) : [[only]];
  // These two are of no path of their own.
  const isOfAll = verb === "end batch" || verb === "heartbeat";
  const choices = isOfAll ? [all] : verb === "claim" && scenario.claimsAll ? [...single, all] : single;
  for (const paths of choices) {
    const pending: Pending = { verb, paths, observed: world.truth.map(({ writers }) => writers.length) };
    if (!scenario.split.includes(verb)) yield await acted(world, i, pending, scenario);
    else {
      const kept = { ...pending, observed: pending.observed.map((seen, p) => (paths.includes(p) ? seen : 0)) };
      yield simple(world, i, `looks, for ${verb}`, (agent) => ({ ...agent, pending: kept }));
    }
  }
}

async function acted(world: World, i: number, pending: Pending, scenario: LockScenario): Promise<Step> {
  const { world: then, outcome } = await run(world, i, pending, scenario.breaking);
  const wrongs: Wrongs = [];
  for (const [key, { fence }] of world.ledgers)
    if ((then.ledgers.get(key)?.fence ?? 0) < fence) wrongs.push(`the fence of ${key} fell`);
  const { verb, paths } = pending;
  const truth = world.truth.map((old, p) =>
    paths.includes(p) && concerns(outcome, paths) ? after(world, then, i, p, pending, outcome, wrongs) : old,
  );
  const isRegistered = world.instances.has(instanceName(i));
  const isSign =
    verb === "check" ||
    verb === "claim" ||
    verb === "note" ||
    (isRegistered && (verb === "record" || verb === "heartbeat")) ||
    (verb === "renew" && outcome.is === "stake" && outcome.stake === "mine");
  const tool = verb === "check" && outcome.is === "granted" ? { path: item(paths, 0), wrote: false } : undefined;
  const to: World = {
    ...then,
    truth,
    signs: isSign ? changed(world.signs, i, () => world.step) : world.signs,
    agents: changed(world.agents, i, (agent) => ({ ...agent, pending: undefined, tool })),
  };
  return {
    label: `${instanceName(i)} ${verb} ${paths.map((p) => `f${p}`).join(" ")}: ${said(outcome)}`,
    to,
    wrongs,
    outcome,
  };
}

/** A refused claim of several paths says of one of them only who is in the way. */
function concerns(outcome: Outcome, paths: readonly number[]): boolean {
  return paths.length === 1 || outcome.is === "done" || outcome.is === "granted";
}

async function swept(world: World, i: number, { breaking }: LockScenario): Promise<Step> {
  const { world: then, outcome } = await sweepOne(world, i, breaking);
  const wrongs: Wrongs = [];
  const name = instanceName(i);
  const { isAlive, life } = item(world.agents, i);
  const isLiving = isAlive && world.instances.get(name)?.process?.start === `${life}`;
  const removed = outcome.is === "removed" && outcome.removed;
  if (removed && isLiving) wrongs.push(`${name} is removed and lives`);
  if (!removed && !isLiving) wrongs.push(`${name} is dead and stays`);
  const truth = world.truth.map((old, p) => {
    const isHeld = then.locks.get(pathAt(p).key)?.grants.some((g) => g.locked_by.instance_id === name) === true;
    return removed && !isHeld && old.holder?.by === i ? { ...old, holder: undefined } : old;
  });
  return { label: `cleanup of ${name}: ${removed ? "removed" : "kept"}`, to: { ...then, truth }, wrongs, outcome };
}

function said(outcome: Outcome): string {
  switch (outcome.is) {
    case "granted":
      return outcome.warned === undefined ? "granted" : `granted, warned of ${outcome.warned}`;
    case "held":
    case "conflict":
      return `${outcome.is} by ${outcome.by}`;
    case "stake":
      return outcome.stake;
    case "seen":
      return outcome.counts ? "seen" : "does not count";
    case "removed":
    case "done":
      return outcome.is;
  }
  return outcome satisfies never;
}
