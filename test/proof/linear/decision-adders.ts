/** Processes that add decisions at the same time, of which some are killed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { BINARY, type Project } from "../../hooks/project.ts";
import { chance } from "../seed.ts";
import type { DecisionMutant } from "./decision-mutants.ts";
import type { AdderOrder } from "./decision-worker.ts";

const lineSchema = v.object({ title: v.string(), id: v.optional(v.string()) });
/** Without an ID: it is about to be added. With one: it has been. */
export type AdderLine = v.InferOutput<typeof lineSchema>;

/** By title: what was begun, and the ID that it was given, if that was told. */
export type Begun = Map<string, string | undefined>;

export interface Adding {
  readonly project: Project;
  /** The bundled worker. */
  readonly script: string;
  readonly seed: number;
  readonly mutant: DecisionMutant;
  readonly workers: number;
  /** Loops that call the compiled binary for each decision. */
  readonly callers: number;
  /** By each of them. */
  readonly count: number;
  /** How many of the processes are killed, as a part of one, for workers per decision. */
  readonly killed: number;
}

export interface Added {
  readonly begun: Begun;
  readonly killed: number;
}

/** An addition takes about this long: kills come in between. */
const LIFE_MS = 40;

/** As long as one may be, so that half of it would show. */
export function descriptionOf(title: string): string {
  return `What was decided in ${title}. `.repeat(10);
}

export async function addTogether(adding: Adding): Promise<Added> {
  const begun: Begun = new Map();
  const draw = chance(adding.seed);
  const tally = { killed: 0 };
  const all = [
    ...Array.from({ length: adding.workers }, (_, i) => worker(adding, `w${i}-${adding.seed}`, begun, draw, tally)),
    ...Array.from({ length: adding.callers }, (_, i) => caller(adding, `b${i}-${adding.seed}`, begun, draw, tally)),
  ];
  // All have ended before one of them makes this fail.
  for (const end of await Promise.allSettled(all)) if (end.status === "rejected") throw end.reason;
  return { begun, killed: tally.killed };
}

type Tally = { killed: number };

async function worker(adding: Adding, name: string, begun: Begun, draw: () => number, tally: Tally): Promise<void> {
  const { project, script, mutant, count } = adding;
  for (let life = 0, from = 0; from < count; life += 1) {
    const log = join(project.root, `${name}-${life}.log`);
    const order: AdderOrder = { dir: project.dir, log, name, from, count: count - from, mutant };
    const child = Bun.spawn([process.execPath, script, JSON.stringify(order)], {
      cwd: project.dir,
      env: project.env,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
    // On average it gets 1/killed additions done; on a machine where even the start takes longer, later ones live longer.
    const lifeMs = (draw() * 2 * LIFE_MS * (1 + life / 8)) / adding.killed;
    const end = adding.killed === 0 ? undefined : setTimeout(() => child.kill("SIGKILL"), lifeMs);
    const exitCode = await child.exited;
    clearTimeout(end);
    if (child.signalCode === "SIGKILL") tally.killed += 1;
    else if (exitCode !== 0) throw new Error(`adder ${name} ended with ${exitCode}`);
    for (const { title, id } of linesOf(log)) {
      if (id === undefined) from += 1;
      begun.set(title, id);
    }
  }
}

function linesOf(log: string): readonly AdderLine[] {
  if (!existsSync(log)) return [];
  const text = readFileSync(log, "utf8");
  const whole = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
  return whole.map((line) => v.parse(v.pipe(v.string(), v.parseJson(), lineSchema), line));
}

const answerSchema = v.looseObject({ decision_id: v.string() });

async function caller(adding: Adding, name: string, begun: Begun, draw: () => number, tally: Tally): Promise<void> {
  const { project, count } = adding;
  for (let n = 0; n < count; n += 1) {
    const title = `${name} ${n}`;
    begun.set(title, undefined);
    const words = ["--category", "testing", "--title", title, "--description", descriptionOf(title)];
    const child = Bun.spawn([BINARY, "decisions", "add", ...words, "--as", name, "--json"], {
      cwd: project.dir,
      env: project.env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const end = draw() < adding.killed ? setTimeout(() => child.kill("SIGKILL"), draw() * 2 * LIFE_MS) : undefined;
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    const exitCode = await child.exited;
    clearTimeout(end);
    // What was printed is acknowledged, also by one that was killed right after.
    if (out.endsWith("\n")) begun.set(title, v.parse(v.pipe(v.string(), v.parseJson(), answerSchema), out).decision_id);
    if (child.signalCode === "SIGKILL") tally.killed += 1;
    else if (exitCode !== 0 || out === "") throw new Error(`"decisions add" ended with ${exitCode}: ${err}`);
  }
}
