#!/usr/bin/env bun
/**
 * What one Edit costs a session of the real client, wall clock: from the model's answer that asks for it to the client's
 * next question. Three wirings take turns, session by session, so that all meet the same machine: no hooks; the hooks
 * that `coord install` writes, with an empty program in coord's place; and coord.
 *
 *   bun test/real-client/edit-cost.ts [--sessions N] [--edits N]     N sessions of each, with so many edits in each
 *
 * COORD_BIN and COORD_EMPTY name other binaries than dist/coord and dist/empty. The last line is JSON.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startClient } from "./client.ts";
import { installClient } from "./install.ts";
import { startModel, type Model } from "./model.ts";
import { inLoopbackOnly, isLoopbackOnly } from "./network.ts";
import { install, layProject, type Project } from "./project.ts";
import { edit, read, say as answer, type Item } from "./script.ts";

/** Set for the run inside the network of its own; its value is the client's binary, which had to be fetched outside. */
const INSIDE = "COORD_EDIT_COST_INSIDE";
const FILE = "src/values.ts";
const SOURCE = `export const edited = 1;\n${"export const other = 1;\n".repeat(300)}`;

const WIRINGS = ["none", "empty", "coord"] as const;
type Wiring = (typeof WIRINGS)[number];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function binary(variable: string, name: string): string {
  const path = resolve(process.env[variable] ?? join(import.meta.dir, "../../dist", name));
  if (!existsSync(path)) throw new Error(`No binary at "${path}". Run: npm run build -- --empty; npm run build`);
  return path;
}

/** The project scope calls `coord` from PATH: so the same wiring can find either program there. */
function wired(wiring: Wiring): Project {
  const project = layProject({ [FILE]: SOURCE });
  if (wiring === "none") return project;
  const coord = binary("COORD_BIN", "coord");
  install(project, coord, "project", "tool");
  if (wiring === "empty") {
    project.withdraw();
    project.offer(binary("COORD_EMPTY", "empty"));
  }
  return project;
}

function script(path: string, edits: number): readonly Item[] {
  const one = (n: number): Item => edit(path, `edited = ${n + 1};`, `edited = ${n + 2};`);
  return [read(path), ...Array.from({ length: edits }, (_, n) => one(n)), answer("done")];
}

/** Milliseconds of each edit of one session. The first one, for which the client still loads parts of itself, is left out. */
async function session(model: Model, wiring: Wiring, name: string, edits: number, bin: string): Promise<number[]> {
  const project = wired(wiring);
  try {
    const path = project.path(FILE);
    const place = { project: project.dir, home: project.home, path: project.searchPath };
    const items = script(path, edits + 1);
    const task = `Task of ${name}.`;
    const client = startClient({
      bin,
      modelUrl: model.url,
      script: { name, items },
      mode: "acceptEdits",
      task,
      ...place,
    });
    const { code, stderr } = await client.ended;
    if (code !== 0) throw new Error(`session ${name} ended with ${code}: ${stderr}`);
    const failed = model.shown(name).flatMap((round) => round.results.filter(({ isError }) => isError));
    if (failed.length > 0) throw new Error(`session ${name}: ${failed[0]?.tool} failed: ${failed[0]?.text}`);
    if (!project.content(FILE).includes(`edited = ${edits + 2};`)) throw new Error(`session ${name} did not edit`);
    // Shown: the prompt, what was read, then each edit.
    const at = model.shownAt(name);
    return Array.from({ length: edits }, (_, n) => (at[n + 3] ?? Number.NaN) - (at[n + 2] ?? Number.NaN));
  } finally {
    project.remove();
  }
}

async function measure(client: string, sessions: number, edits: number): Promise<void> {
  const times: Record<Wiring, number[]> = { none: [], empty: [], coord: [] };
  const model = startModel();
  try {
    for (let round = 0; round < sessions; round += 1) {
      const order = WIRINGS.map((_, n) => WIRINGS[(n + round) % WIRINGS.length] ?? "none");
      for (const wiring of order) {
        times[wiring].push(...(await session(model, wiring, `${wiring}-${round}`, edits, client)));
      }
      say(`round ${round + 1} of ${sessions}`);
    }
  } finally {
    await model.stop();
  }
  say(JSON.stringify(times));
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { sessions: { type: "string", default: "10" }, edits: { type: "string", default: "20" } },
  });
  const client = process.env[INSIDE];
  if (client !== undefined) {
    if (!isLoopbackOnly()) throw new Error("This network has more than loopback. Unset " + INSIDE);
    await measure(client, Number(values.sessions), Number(values.edits));
    return 0;
  }
  const [program, ...rest] = inLoopbackOnly([process.execPath, import.meta.path, ...args]);
  const installed = installClient(say);
  return spawnSync(program, rest, { stdio: "inherit", env: { ...process.env, [INSIDE]: installed } }).status ?? 1;
}

void main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(`The cost of an edit cannot be measured: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
