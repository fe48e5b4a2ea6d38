/** A small world: few instances, one or two paths, a list of events, and what fast-check makes of it. */
import * as fc from "fast-check";
import { changeFile, STEP_MS } from "./acting.ts";
import { virtualClock } from "./clock.ts";
import type { Finding } from "./findings.ts";
import { checkDecisions } from "./life-steps.ts";
import type { Mutant } from "./mutants.ts";
import { gone, play, player, type Kind, type Move, type Player } from "./player.ts";
import { world, type Timing, type World } from "./world.ts";

/** What nobody of them does. */
export type Weather =
  | { readonly do: "pass" | "sleep" | "set" | "reboot"; readonly ms: number }
  /** Time goes by so that the next step comes so many milliseconds before or after a lock ends. */
  | { readonly do: "end"; readonly offMs: number }
  | { readonly do: "user"; readonly path: string; readonly text: string };

export type Event = { readonly who: number; readonly move: Move } | { readonly weather: Weather };

export interface Small {
  readonly hold: "tool" | "turn" | "session";
  readonly cast: readonly Kind[];
  readonly events: readonly Event[];
}

export interface Outcome {
  readonly here: World;
  readonly finding: Finding | undefined;
}

/** In the order of their events, each one whole before the next. */
export async function playInOrder(small: Small, mutant?: Mutant): Promise<Outcome> {
  const clock = virtualClock();
  const timing: Timing = { sleepMs: clock.pass, until: async (monoMs) => clock.passUntil(monoMs) };
  const here = world({ config: { hold: small.hold }, clock, timing, mutant });
  const players = castOf(here, small);
  for (const event of small.events) {
    await happen(here, players, event);
    if (here.findings.first() !== undefined) break;
  }
  return finished(here, players);
}

/** Each instance in the order of its own events, and between any two steps of one whatever the scheduler picks of the others'. */
export async function playInterleaved(small: Small, scheduler: fc.Scheduler, mutant?: Mutant): Promise<Outcome> {
  const pause = (label: string): Promise<void> => scheduler.schedule(Promise.resolve(), label);
  const clock = virtualClock();
  const timing: Timing = {
    pause,
    sleepMs: clock.pass,
    until: async (monoMs) => {
      await pause("wait");
      clock.passUntil(monoMs);
    },
  };
  const here = world({ config: { hold: small.hold }, clock, timing, mutant });
  const players = castOf(here, small);
  const lanes = Map.groupBy(small.events, (event) => ("who" in event ? event.who % players.length : -1));
  const runs = [...lanes.values()].map(async (events) => {
    for (const event of events) {
      await pause("next");
      if (here.findings.first() === undefined) await happen(here, players, event);
    }
  });
  await scheduler.waitFor(Promise.all(runs));
  return { here, finding: here.findings.first() };
}

async function finished(here: World, players: readonly Player[]): Promise<Outcome> {
  const someone = players.find((one) => !one.agent.gone);
  if (someone !== undefined) await checkDecisions(here, someone.agent);
  return { here, finding: here.findings.first() };
}

function castOf(here: World, { cast }: Small): readonly Player[] {
  const players: Player[] = [];
  for (const [n, kind] of cast.entries()) {
    const session = kind === "subagent" || kind === "twin" ? players.find((one) => one.kind === "session") : undefined;
    const name = "abcdef"[n] ?? `p${n}`;
    const isAlone = session === undefined && (kind === "subagent" || kind === "twin");
    players.push(player(here, name, isAlone ? "session" : kind, session));
  }
  return players;
}

async function happen(here: World, players: readonly Player[], event: Event): Promise<void> {
  if ("weather" in event) return weather(here, players, event.weather);
  const who = players[event.who % players.length];
  if (who !== undefined) await play(here, players, who, event.move);
}

function weather(here: World, players: readonly Player[], now: Weather): void {
  const { clock, book, findings, machine } = here;
  findings.note(`${now.do} ${"ms" in now ? now.ms : ""}`);
  switch (now.do) {
    case "pass":
    case "sleep":
    case "set":
      clock[now.do](now.ms);
      return;
    case "reboot":
      machine.reboot();
      clock.reboot(now.ms);
      for (const one of players) gone(one);
      return;
    case "end": {
      const all = [...book.keys()].flatMap((key) => [...book.path(key).held.values()]);
      const left = all.map((held) => book.leftMs(held)).filter((ms) => ms > 0);
      const next = Math.min(...left);
      if (Number.isFinite(next)) clock.pass(Math.max(0, Math.ceil(next) + now.offMs - STEP_MS));
      return;
    }
    case "user":
      changeFile(here, undefined, here.path(now.path), now.text);
      return;
  }
  return now satisfies never;
}

const paths = fc.constantFrom("a.ts", "a.ts", "b.ts");
/** Mostly new content; sometimes one that was there before. */
const texts = fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 999 }).map((n) => `v${n}`) }, fc.constantFrom("x", "y"));
const ttls = fc.option(fc.constantFrom(1000, 60_000, 400_000), { nil: undefined });

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constant("tool" as const), path: paths, edit: fc.boolean(), text: texts }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("read" as const), path: paths, whole: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("fail" as const, "interrupt" as const, "escape" as const) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("bash" as const), path: paths, text: texts }) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        fc.uniqueArray(paths, { minLength: 1, maxLength: 2 }),
        ttls,
        fc.option(fc.constantFrom(500, 30_000), { nil: undefined }),
      )
      .map(([wanted, ttlMs, waitMs]): Move => ({
        do: "acquire",
        paths: wanted,
        ...(ttlMs === undefined ? {} : { ttlMs }),
        ...(waitMs === undefined ? {} : { waitMs }),
      })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(paths, ttls)
      .map(([path, ttlMs]): Move => (ttlMs === undefined ? { do: "renew", path } : { do: "renew", path, ttlMs })),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("release" as const, "look" as const), path: paths }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("wait" as const), path: paths, ms: fc.constantFrom(100, 1000, 70_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("force" as const), path: paths, stale: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("beat" as const), busyMs: fc.constantFrom(0, 0, 600_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("begin" as const), looks: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "prompt" as const,
        "prompt" as const,
        "stop" as const,
        "leave" as const,
        "clear" as const,
        "crash" as const,
        "clean" as const,
        "status" as const,
        "decide" as const,
      ),
    }),
  },
);

const HOUR_MS = 3_600_000;
const times = fc.constantFrom(1, 100, 5000, 14_999, 20_000, 61_000, 301_000, HOUR_MS);
const change: fc.Arbitrary<Weather> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: times }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("end" as const), offMs: fc.constantFrom(-1, 0, 1) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("sleep" as const), ms: fc.constantFrom(60_000, HOUR_MS, 30 * HOUR_MS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("set" as const), ms: fc.constantFrom(-HOUR_MS, -1000, 1000, HOUR_MS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reboot" as const), ms: fc.constantFrom(30_000, HOUR_MS) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("user" as const), path: paths, text: texts }) },
);

const KINDS: readonly Kind[] = ["session", "session", "subagent", "unbound", "shell"];

/** `twins`: sessions that are resumed in a second process while the first one lives, too. */
export function smallWorlds(most: number, twins: boolean): fc.Arbitrary<Small> {
  const kind = fc.constantFrom<Kind>(...KINDS, ...(twins ? (["twin"] as const) : []));
  const event: fc.Arbitrary<Event> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ who: fc.nat({ max: 3 }), move }) },
    { weight: 1, arbitrary: fc.record({ weather: change }) },
  );
  return fc.record({
    hold: fc.constantFrom("tool" as const, "tool" as const, "turn" as const, "session" as const),
    cast: fc.array(kind, { minLength: 2, maxLength: 4 }),
    events: fc.array(event, { minLength: 1, maxLength: most, size: "max" }),
  });
}
