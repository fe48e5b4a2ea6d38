/** Days and nights, one after the other, on one state folder. */
import type { Sys } from "../../../src/platform/sys/types.ts";
import { layProject, type Project } from "../../hooks/project.ts";
import { chance } from "../seed.ts";
import { companion } from "./companion.ts";
import { hire, type Crew } from "./crew.ts";
import { noWork, workADay, type Odds, type Work } from "./day.ts";
import { logDecisions } from "./decisions.ts";
import { fillHistory, measure, sleepANight, type Morning } from "./night.ts";

export interface Load {
  readonly sessions: number;
  /** Locks that each holds for as long as it lives. */
  readonly claims: number;
  readonly decisions: number;
  readonly days: number;
  /** How long a day is, in one of two ways. */
  readonly dayMs: number | undefined;
  readonly turnsADay: number | undefined;
  readonly odds: Odds;
  readonly seed: number;
}

/** What is wrong with a mutant: with the system under its cleaning, or with the process that lives through all of it. */
export interface Leak {
  readonly sys?: (sys: Sys) => Sys;
  readonly companion?: boolean;
}

export interface Soaked {
  readonly mornings: readonly Morning[];
  readonly work: Work;
  readonly replaced: number;
  readonly companionSaid: string;
}

/** `look` sees the state after the last night, with everybody still there. */
export async function soak(
  load: Load,
  leak: Leak = {},
  look: (project: Project, crew: Crew, work: Work) => Promise<void> = async () => undefined,
): Promise<Soaked> {
  using project = layProject();
  logDecisions(project.state, load.decisions);
  // What is still to be written would slow down every hook of the first days.
  Bun.spawnSync(["sync"]);
  const crew = await hire(project, load.sessions, load.claims);
  await using fellow = await companion(project, leak.companion === true);
  const work = noWork();
  const draw = chance(load.seed);
  const mornings: Morning[] = [];
  for (let day = 0; day < load.days; day += 1) {
    fillHistory(project);
    const end = performance.now() + (load.dayMs ?? Number.POSITIVE_INFINITY);
    const enough = work.turns + (load.turnsADay ?? Number.POSITIVE_INFINITY);
    await workADay({
      project,
      crew,
      draw,
      odds: load.odds,
      work,
      isOver: () => work.turns >= enough || performance.now() >= end,
    });
    await fellow.mustLive();
    await sleepANight(project, leak.sys ?? ((sys) => sys));
    await fellow.mustLive();
    mornings.push(measure(project, fellow.pid));
  }
  await look(project, crew, work);
  return { mornings, work, replaced: crew.replaced(), companionSaid: await fellow.end() };
}
