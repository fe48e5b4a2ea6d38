/** A day's work: sessions write files that others write too, end, crash, and have hooks killed under them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomName } from "../../../src/platform/random-name.ts";
import { coordAsync } from "../../e2e/cli.ts";
import { BINARY, type Project } from "../../hooks/project.ts";
import type { Session } from "../../hooks/session.ts";
import type { Crew } from "./crew.ts";

export interface Work {
  /** Milliseconds from the start of each hook that checks a write to its end. */
  readonly checks: number[];
  turns: number;
  denied: number;
  ended: number;
  crashed: number;
  hooksKilled: number;
  decisions: number;
  /** What a user was told that should not have been. */
  readonly complaints: string[];
}

export function noWork(): Work {
  const none = { turns: 0, denied: 0, ended: 0, crashed: 0, hooksKilled: 0, decisions: 0 };
  return { ...none, checks: [], complaints: [] };
}

export interface Day {
  readonly project: Project;
  readonly crew: Crew;
  readonly draw: () => number;
  readonly odds: Odds;
  readonly work: Work;
  /** Asked before each turn. */
  readonly isOver: () => boolean;
}

/** How many are at work in the same moment: the machine has few cores. */
const AT_A_TIME = 3;
/** Files that everybody writes, every other time. */
const SHARED = 3;
/** Out of a thousand turns, so many end like this. */
export interface Odds {
  readonly end: number;
  readonly crash: number;
  readonly kill: number;
  readonly decide: number;
}

/** A hook that is killed dies somewhere in its work. Milliseconds. */
const LIFE_OF_A_HOOK_MS = 8;

export async function workADay(day: Day): Promise<void> {
  const busy = new Set<number>();
  const fates = beginning(day.odds);
  const worker = async (): Promise<void> => {
    while (!day.isOver()) {
      const place = Math.floor(day.draw() * day.crew.size);
      if (busy.has(place)) {
        await Bun.sleep(1);
        continue;
      }
      busy.add(place);
      await turn(day, place, fates.shift() ?? day.draw() * 1000);
      busy.delete(place);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** Each day has one of each, however few turns it has. */
function beginning({ kill, decide }: Odds): number[] {
  return [0, kill, 1000 - decide - 1, 999];
}

async function turn(day: Day, place: number, fate: number): Promise<void> {
  const { crew, draw, odds, work, project } = day;
  const one = crew.at(place);
  const shared = `shared/file-${Math.floor(draw() * SHARED)}.ts`;
  const file = draw() < 0.5 ? shared : crew.own(place, draw());
  const text = `export const by = "${one.id}"; // ${work.turns}\n`;
  work.turns += 1;
  const told = [await one.prompt("Go on")];
  if (project.has(file)) told.push(await one.read(file));
  const input = { file_path: project.path(file), content: text };
  const started = performance.now();
  const call = await one.begin("Write", input);
  work.checks.push(performance.now() - started);
  told.push(call.told);
  if (call.told.denied === undefined) {
    project.write(file, text);
    told.push(await one.finish(call));
  } else work.denied += 1;
  if (fate < odds.kill) await killAHook(day, one, input);
  if (fate >= odds.kill && fate < odds.kill + odds.crash) {
    await one.client.kill();
    work.crashed += 1;
    return crew.replace(place);
  }
  told.push(await one.batch(), await one.stop());
  if (fate > 1000 - odds.decide) {
    const words = ["decisions", "add", "--category", "architecture", "--title", "T", "--description", "D"];
    const { code, err } = await coordAsync(project, [...words, "--as", one.id]);
    if (code !== 0) work.complaints.push(err);
    work.decisions += 1;
  } else if (fate > 1000 - odds.decide - odds.end) {
    told.push(await one.end());
    await one.client.kill();
    work.ended += 1;
    await crew.replace(place);
  }
  work.complaints.push(...told.flatMap(({ message }) => message ?? []));
  return undefined;
}

/** SIGKILL somewhere in a hook; and what one leaves that is killed while it writes, because that is seldom hit. */
async function killAHook({ project, draw, work }: Day, one: Session, input: object): Promise<void> {
  const event = {
    session_id: one.sessionId,
    cwd: project.dir,
    hook_event_name: "PreToolUse",
    tool_name: "Write",
    tool_input: input,
    tool_use_id: randomName(),
  };
  const child = Bun.spawn([BINARY, "hook", "check"], {
    cwd: project.dir,
    env: { ...project.env, CLAUDE_PID: `${one.client.pid}`, CLAUDE_CODE_SESSION_ID: one.sessionId },
    stdin: new Blob([`${JSON.stringify(event)}\n`]),
    stdout: "ignore",
    stderr: "ignore",
  });
  await Bun.sleep(draw() * LIFE_OF_A_HOOK_MS);
  child.kill("SIGKILL");
  await child.exited;
  if (child.signalCode === "SIGKILL") work.hooksKilled += 1;
  writeFileSync(join(project.state, "tmp", randomName()), "{");
}
