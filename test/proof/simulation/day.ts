/** A working day: hundreds of instances at some dozens of files, each going its own way by chance. */
import { chance } from "../seed.ts";
import { changeFile } from "./acting.ts";
import { agenda, type Agenda } from "./agenda.ts";
import { virtualClock } from "./clock.ts";
import { checkDecisions } from "./life-steps.ts";
import type { Mutant } from "./mutants.ts";
import { play, player, type Kind, type Move, type Player } from "./player.ts";
import type { Outcome } from "./small-world.ts";
import { world, type World } from "./world.ts";

export interface Day {
  readonly seed: number;
  readonly instances: number;
  readonly paths: number;
  /** How many use cases are called at most. */
  readonly steps: number;
}

type Draw = () => number;

/** Out of a hundred. */
const KINDS: readonly (readonly [Kind, number])[] = [
  ["session", 60],
  ["subagent", 15],
  ["unbound", 12],
  ["shell", 13],
];
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DESK = 5;

export async function liveDay(day: Day, mutant?: Mutant): Promise<Outcome> {
  const draw = chance(day.seed);
  const clock = virtualClock();
  const plan = agenda(clock);
  const here = world({ clock, timing: plan.timing, mutant, storyLines: 120 });
  const players: Player[] = [];
  for (let n = 0; n < day.instances; n += 1) players.push(newcomer(here, players, n, draw));
  for (const one of players) begin(here, plan, players, one, day, draw);
  weather(here, plan, day, draw);
  const isOver = (): boolean =>
    here.findings.first() !== undefined || (here.findings.counts.get("steps") ?? 0) > day.steps;
  while (!isOver() && (await plan.next()));
  if (here.findings.first() === undefined) await evening(here, players);
  return { here, finding: here.findings.first() };
}

function pick<T>(items: readonly T[], draw: Draw): T | undefined {
  return items[Math.floor(draw() * items.length)];
}

function weighed<T>(items: readonly (readonly [T, number])[], draw: Draw): T | undefined {
  let left = draw() * items.reduce((sum, [, weight]) => sum + weight, 0);
  return items.find(([, weight]) => (left -= weight) < 0)?.[0];
}

function newcomer(here: World, players: readonly Player[], n: number, draw: Draw): Player {
  const kind = weighed(KINDS, draw) ?? "session";
  const session =
    kind === "subagent"
      ? pick(
          players.filter((one) => one.kind === "session"),
          draw,
        )
      : undefined;
  return player(here, `i${n}`, kind === "subagent" && session === undefined ? "session" : kind, session);
}

/** One instance, from now on: a move, and some time after it the next one. */
function begin(here: World, plan: Agenda, players: readonly Player[], one: Player, day: Day, draw: Draw): void {
  const first = Math.floor(draw() * day.paths);
  const desk = Array.from({ length: DESK }, (_, n) => `src/${(first + n * n) % day.paths}.ts`);
  const next = (ms: number): void => {
    const move = nextMove(one, desk, draw);
    const go = (): void => plan.begin(play(here, players, one, move).then(() => next(pauseBefore(one, draw))));
    plan.after(ms, go, () => move.do !== "tool" || one.call !== undefined);
  };
  next(draw() * 10 * MINUTE_MS);
}

/** How long it takes until the next move: a tool that runs, a permission prompt, a person who thinks or has gone home. */
function pauseBefore({ call }: Player, draw: Draw): number {
  const luck = draw();
  if (call?.done === "checked" && luck < 0.06) return 30 * SECOND_MS + draw() * 5 * MINUTE_MS;
  if (call !== undefined) return 5 + draw() * 200;
  return luck < 0.03 ? draw() * 60 * MINUTE_MS : draw() * 3 * MINUTE_MS;
}

function nextMove({ call, reading }: Player, desk: readonly string[], draw: Draw): Move {
  const path = pick(desk, draw) ?? "src/0.ts";
  const text = draw() < 0.05 ? "the same again" : `text ${Math.floor(draw() * 1e6)}`;
  const tool: Move = { do: "tool", path, edit: draw() < 0.6, text };
  const luck = draw();
  if (call !== undefined) {
    if (luck < 0.03) return { do: pick(["fail", "interrupt", "escape"] as const, draw) ?? "fail" };
    return luck < 0.05 ? { do: "crash" } : luck < 0.06 ? { do: "prompt" } : tool;
  }
  if (reading !== undefined) return { do: "read", path, whole: luck < 0.7 };
  const other = pick(desk, draw) ?? path;
  const ttl = draw() < 0.3 ? { ttlMs: 5 * SECOND_MS + Math.floor(draw() * 10 * MINUTE_MS) } : {};
  const wait = draw() < 0.5 ? { waitMs: Math.floor(draw() * 20 * SECOND_MS) } : {};
  const moves: readonly (readonly [Move, number])[] = [
    [tool, 34],
    [{ do: "read", path, whole: true }, 22],
    [{ do: "acquire", paths: draw() < 0.2 ? [path, other] : [path], ...ttl, ...wait }, 5],
    [{ do: "release", path }, 8],
    [{ do: "renew", path, ...ttl }, 3],
    [{ do: "bash", path, text }, 3],
    [{ do: "look", path }, 2],
    [{ do: "wait", path, ms: Math.floor(draw() * 10 * SECOND_MS) }, 2],
    [{ do: "force", path, stale: draw() < 0.2 }, 1],
    [{ do: "beat", busyMs: draw() < 0.2 ? 10 * MINUTE_MS : 0 }, 5],
    [{ do: "prompt" }, 5],
    [{ do: "stop" }, 4],
    [{ do: "begin", looks: draw() < 0.1 }, 1],
    [{ do: "decide" }, 1.5],
    [{ do: "crash" }, 1],
    [{ do: "leave" }, 0.7],
    [{ do: "clear" }, 0.3],
    [{ do: "clean" }, 0.3],
    [{ do: "status" }, 0.2],
  ];
  return weighed(moves, draw) ?? tool;
}

/** The user's own edits, formatters, the laptop's lid, and clocks that are set. */
function weather(here: World, plan: Agenda, day: Day, draw: Draw): void {
  const go = (): void => {
    const luck = draw();
    if (luck < 0.85) {
      const path = here.path(`src/${Math.floor(draw() * day.paths)}.ts`);
      changeFile(here, undefined, path, `by the user ${Math.floor(draw() * 1e6)}`);
    } else if (luck < 0.95) {
      here.findings.count("times asleep");
      here.clock.sleep(draw() * 90 * MINUTE_MS);
    } else {
      here.clock.set((draw() - 0.5) * 20 * MINUTE_MS);
    }
    plan.after(draw() * MINUTE_MS, go);
  };
  plan.after(MINUTE_MS, go);
}

/** Everybody goes, and nothing stays. */
async function evening(here: World, players: readonly Player[]): Promise<void> {
  const { findings, book } = here;
  for (const one of players) {
    if (one.agent.gone) continue;
    await play(here, players, one, { do: "leave" });
  }
  const last = player(here, "evening", "session", undefined);
  here.clock.pass(24 * 60 * MINUTE_MS);
  await play(here, [...players, last], last, { do: "clean" });
  const kept = [...book.keys()].filter((key) => book.path(key).held.size > 0);
  const rule = "cleanup removes the gone and nobody else";
  findings.check(rule, kept.length === 0, () => `${kept.length} locks are left in the evening`);
  await checkDecisions(here, last.agent);
}
