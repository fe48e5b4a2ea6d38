/** A night: every file grows two days older, then the state is cleaned up. What the morning finds is measured. */
import { appendFileSync, readdirSync, readFileSync, readlinkSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { cleanUp } from "../../../src/app/cleanup.ts";
import { openApp } from "../../../src/app/context.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import type { Sys } from "../../../src/platform/sys/types.ts";
import type { Project } from "../../hooks/project.ts";

const NIGHT_S = 2 * 86_400;

export async function sleepANight(project: Project, broken: (sys: Sys) => Sys): Promise<void> {
  for (const folder of ["files", "tmp"]) {
    for (const name of readdirSync(join(project.state, folder))) {
      const path = join(project.state, folder, name);
      const { atimeMs, mtimeMs } = statSync(path);
      utimesSync(path, atimeMs / 1000, mtimeMs / 1000 - NIGHT_S);
    }
  }
  const native = await loadNative();
  await cleanUp(
    await openApp({ native: { ...native, sys: broken(native.sys) }, env: { ...project.env }, cwd: project.dir }),
  );
}

/** Where coord lets its history start anew: src/store/file/events-file.ts. Bytes. */
const FULL = 4 * 1024 * 1024;

/** Other people's work: so much of it that the history is full tonight. */
export function fillHistory(project: Project): void {
  const event = { at: "2026-01-08T12:00:00Z", event: "swept", instance: "somebody", standing: "dead", locks: 0 };
  const line = `${JSON.stringify(event)}\n`;
  appendFileSync(join(project.state, "events.jsonl"), line.repeat(Math.ceil(FULL / line.length) + 1));
}

/** What must not grow from day to day. */
export const GAUGES = [
  "ledgers",
  "locks",
  "instances",
  "index",
  "scratch",
  "quarantine",
  "stateBytes",
  "historyBytes",
  "memoryKb",
  "openFiles",
] as const;
export type Gauge = (typeof GAUGES)[number];
export type Morning = Readonly<Record<Gauge, number>>;

/** `pid`: a process of coord that lives through all of it. */
export function measure(project: Project, pid: number): Morning {
  const at = (name: string): string => join(project.state, name);
  const names = (folder: string): readonly string[] => readdirSync(at(folder));
  const records = ["files", "locks", "heartbeats"].flatMap((folder) => names(folder).map((name) => join(folder, name)));
  return {
    ledgers: names("files").length,
    locks: names("locks").length,
    instances: names("heartbeats").length,
    index: names("held").reduce((sum, instance) => sum + names(join("held", instance)).length, 0),
    scratch: names("tmp").length,
    quarantine: names("corrupt").length,
    stateBytes: bytesOf(records.map(at)),
    historyBytes: bytesOf([at("events.jsonl"), at("events.1.jsonl")]),
    memoryKb: Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]),
    openFiles: readdirSync(`/proc/${pid}/fd`).filter((fd) => isOpen(pid, fd)).length,
  };
}

function bytesOf(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function isOpen(pid: number, fd: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`) !== "";
  } catch {
    return false; // closed since the listing
  }
}

/** Beyond what changes from day to day by itself: a tenth, and so many. */
const SPARE: Morning = {
  ledgers: 30,
  locks: 10,
  instances: 3,
  index: 30,
  scratch: 0,
  quarantine: 0,
  // What the ledgers of the shared files may remember, by MAX_VIEWERS and MAX_GRANTS.
  stateBytes: 200_000,
  // A day's work.
  historyBytes: 500_000,
  memoryKb: 12_000,
  openFiles: 4,
};

/** The gauges that are higher at the end than they were after the first days, and by how much. */
export function grown(mornings: readonly Morning[]): readonly string[] {
  const [early, late] = [mornings.slice(0, Math.ceil(mornings.length / 4)), mornings.slice(-2)];
  return GAUGES.flatMap((gauge) => {
    const before = Math.max(...early.map((morning) => morning[gauge]));
    // The lower one of the last two: one peak is no growth.
    const after = Math.min(...late.map((morning) => morning[gauge]));
    return after > before * 1.1 + SPARE[gauge] ? [`${gauge}: ${before} at first, ${after} at the end`] : [];
  });
}
