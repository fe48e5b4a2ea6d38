/**
 * Links, pipes, sockets and devices in place of every file and folder that coord uses: what they lead to stays as it
 * is, and nothing hangs. SECURITY.md, "Files".
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { readdirSync } from "node:fs";
import { runIn } from "../../hooks/project.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { run, textOf, type Call } from "./call.ts";
import { changes, fingerprint, peopled, recordFiles, SESSION_INSTANCE, type Peopled } from "./project.ts";
import { terminalFaults } from "./terminal-faults.ts";

const draw = chance(SEED);
const TIMEOUT_MS = scaled(240_000, 2_400_000);
const isRoot = process.getuid?.() === 0;

let scene: Peopled;
const servers: Server[] = [];
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => {
  for (const server of servers) server.close();
  scene[Symbol.dispose]();
});

/** Where something is planted, from the project's folder. */
function spots(): readonly string[] {
  scene.reset();
  const state = ".claude/coordination";
  const folders = ["guard", "tmp", "corrupt", "locks", "files", "heartbeats", "held", "held/agent-a"];
  const later = ["held/agent-b", `held/${SESSION_INSTANCE}`, "decisions", "schemas", "bin", "lib"];
  const months = readdirSync(join(scene.project.state, "decisions")).map((month) => `decisions/${month}`);
  const files = ["journal.json", "floor.json", "pruned", "work-registry.json", ".gitignore", "guard/free"];
  const laid = ["lib/coordination.sh", "bin/coord-status", "schemas/lock.schema.json", "decision-counter~1.json"];
  const inState = [...folders, ...later, ...months, ...recordFiles(scene.project.state), ...files, ...laid];
  return [...new Set(["", ...inState.map((name) => `/${name}`)])].map((name) => `${state}${name}`);
}

/** The user's own places in the project, which a repository can bring. */
const SETTINGS = [".claude/settings.json", ".claude/settings.local.json", "old-log.json"];

/** What is planted. `canary` is a copy of what was there, or of something like it, outside of the project. */
const KINDS: Readonly<Record<string, (path: string, canary: string) => Promise<void> | void>> = {
  "a link to what it was": (path, canary) => symlinkSync(canary, path),
  "a link to a folder": (path, canary) => symlinkSync(dirname(canary), path),
  "a link to nowhere": (path, canary) => symlinkSync(`${canary}-nowhere`, path),
  "a link to itself": (path) => symlinkSync(path, path),
  "a pipe": (path) => void runIn("/", { PATH: process.env["PATH"] ?? "" }, ["mkfifo", path]),
  "a link to a device": (path) => symlinkSync("/dev/zero", path),
  "a socket": (path) => listening(path),
  "a folder": (path) => mkdirSync(path),
  ...(isRoot
    ? {
        "a device": (path: string) =>
          void runIn("/", { PATH: process.env["PATH"] ?? "" }, ["mknod", path, "c", "1", "5"]),
      }
    : {}),
};

/** A socket's path takes 107 bytes at most: it is made elsewhere and moved. */
async function listening(path: string): Promise<void> {
  const short = join(scene.project.root, "s");
  const server = createServer();
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(short, () => resolve());
  await promise;
  server.unref();
  renameSync(short, path);
}

/** Plants it and answers the folder in which everything must stay as it is. */
async function plant(spot: string, kind: string): Promise<string> {
  const { project } = scene;
  const canaries = join(project.root, "canaries");
  const canary = join(canaries, "it");
  rmSync(canaries, { recursive: true, force: true });
  mkdirSync(canaries);
  const path = project.path(spot);
  if (existsSync(path)) cpSync(path, canary, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  else project.write(canary, "{}\n");
  // Names that coord itself gives, where a link leads to the folder above.
  for (const name of ["free", "0123456789ab-1-1", "events.jsonl", "config.json"])
    project.write(join(canaries, name), "canary\n");
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  await KINDS[kind]?.(path, canary);
  return canaries;
}

/** `own`: text that says that coord has met what was planted, or has done without. */
async function met(spot: string, kind: string, call: Call): Promise<readonly string[]> {
  scene.reset();
  const canaries = await plant(spot, kind);
  const before = fingerprint(canaries);
  const called = await run(scene.project, call);
  const at = `${call.name}, ${kind} at ${spot}`;
  const lost = changes(before, fingerprint(canaries)).map((change) => `${at}: ${change}`);
  // What hangs, shows a stack trace or crashes is no answer.
  const faults = terminalFaults(called).filter((fault) => !fault.includes(" on std"));
  const crashed = called.code !== null && called.code > 128 ? [`ended with ${called.code}`] : [];
  const silent =
    called.code !== 0 && call.kind !== "completion" && textOf(called).trim() === "" ? ["fails without a word"] : [];
  return [...lost, ...[...faults, ...crashed, ...silent].map((fault) => `${at}: ${fault}`)];
}

test(
  "nothing that is planted in the state, in settings or beside them is followed, changed or waited for",
  async () => {
    const grid = [...spots(), ...SETTINGS].flatMap((spot) => Object.keys(KINDS).map((kind) => ({ spot, kind })));
    const calls = scene.all;
    const cases = sample(
      grid.flatMap((cell) => sample(calls, scaled(4, 12), draw).map((call) => ({ ...cell, call }))),
      scaled(130, 6000),
      draw,
    );
    const faults: string[] = [];
    for (const { spot, kind, call } of cases) faults.push(...(await met(spot, kind, call)));
    expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] });
    record({
      check: "links, pipes, sockets, devices and folders in place of what coord uses",
      load: { spots: spots().length + SETTINGS.length, kinds: Object.keys(KINDS).length, calls: cases.length },
      losses: faults.length,
      seed: SEED,
    });
  },
  TIMEOUT_MS,
);

test(
  "every folder of the state as a link to its very content elsewhere: nothing there changes",
  async () => {
    const folders = spots().filter(
      (spot) => existsSync(scene.project.path(spot)) && !/\.[a-z]+$|bin\/|free$|pruned$/.test(spot),
    );
    const faults: string[] = [];
    let calls = 0;
    for (const spot of folders) {
      for (const call of sample(scene.all, scaled(3, scene.all.length), draw)) {
        calls += 1;
        faults.push(...(await met(spot, "a link to what it was", call)));
      }
    }
    expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] });
    record({
      check: "folders of the state that are links",
      load: { folders: folders.length, calls },
      losses: faults.length,
      seed: SEED,
    });
  },
  TIMEOUT_MS,
);
