/** A project in which others are at work: every kind of record is there, and can be replaced, planted, compared. */
import { createHash } from "node:crypto";
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as v from "valibot";
import { coord, type Ran } from "../../e2e/cli.ts";
import { layProject, type Project, type Vars } from "../../hooks/project.ts";
import {
  commandCalls,
  completionCalls,
  hookCalls,
  ME,
  OTHER,
  run,
  SESSION,
  toolCalls,
  type Call,
  type Names,
} from "./call.ts";

export interface Peopled extends Disposable {
  readonly project: Project;
  readonly names: Names;
  readonly commands: readonly Call[];
  readonly completions: readonly Call[];
  readonly tools: readonly Call[];
  readonly hooks: readonly Call[];
  /** Commands, completions, tools and hooks. */
  readonly all: readonly Call[];
  /** Types a command line as the one who calls. */
  readonly typed: (words: readonly string[], env?: Vars) => Ran;
  /** As it was when all had settled: the state folder, settings and the work tree. */
  readonly reset: () => void;
}

const listed = v.looseObject({ locks: v.array(v.looseObject({ lock_id: v.string(), file_path: v.string() })) });
const logged = v.looseObject({ decision_id: v.string() });

function prepare(project: Project, words: readonly string[], as = ME): string {
  const ran = coord(project, words, { env: { COORD_INSTANCE_ID: as } });
  if (ran.code !== 0) throw new Error(`coord ${words.join(" ")}: ${JSON.stringify(ran)}`);
  return ran.out;
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, text: string): T {
  return v.parse(v.pipe(v.string(), v.parseJson(), schema), text);
}

/**
 * `agent-b` holds held.ts, has changed seen.ts after the session has read it, and has decided something; `agent-a`, who
 * calls, holds mine.ts.
 */
export async function peopled(): Promise<Peopled> {
  const project = layProject({
    files: {
      "held.ts": "1\n",
      "mine.ts": "1\n",
      "seen.ts": "1\n",
      "run.ts": "1\n",
      "old-log.json": '{"decisions":[{"title":"Old"}]}',
    },
  });
  project.configure({ hold: "turn", wait: "0s" });
  prepare(project, ["instance", "register", "--task", "Task B", "--role", "role-b"], OTHER);
  prepare(project, ["instance", "register", "--task", "Task A", "--role", "role-a"]);
  prepare(project, ["lock", "acquire", "held.ts", "--intent", "Intent B"], OTHER);
  prepare(project, ["lock", "acquire", "mine.ts", "--intent", "Intent A"]);
  const decided = [
    "--category",
    "testing",
    "--title",
    "Title",
    "--description",
    "Description",
    "--problem",
    "P",
    "--rationale",
    "R",
  ];
  const added = prepare(project, ["decisions", "add", ...decided, "--files", "held.ts", "--json"], OTHER);
  const { decision_id: decision } = parsed(logged, added);
  const { locks } = parsed(listed, prepare(project, ["lock", "list", "--json"]));
  const lockId = locks.find(({ file_path }) => file_path === "held.ts")?.lock_id ?? "";
  const names = { held: "held.ts", mine: "mine.ts", lockId, decision, import: "old-log.json" };
  const hooks = hookCalls(project, names);
  const find = (name: string): Call => {
    const call = hooks.find((hook) => hook.name === name);
    if (call === undefined) throw new Error(`No call "${name}"`);
    return call;
  };
  await run(project, find("hook init SessionStart"));
  await run(project, find("hook heartbeat PostToolUse Read"));
  // One more who writes what the session has seen, and stays.
  prepare(project, ["lock", "acquire", "seen.ts"], OTHER);
  project.write("seen.ts", "2\n1\n");
  prepare(project, ["lock", "release", "seen.ts"], OTHER);
  const kept = join(project.root, "kept");
  cpSync(project.dir, kept, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  const commands = commandCalls(names);
  const [completions, tools] = [completionCalls(), toolCalls(project, names)];
  return {
    project,
    names,
    commands,
    completions,
    tools,
    hooks,
    all: [...commands, ...completions, ...tools, ...hooks],
    typed: (words, env = {}) => coord(project, words, { env: { COORD_INSTANCE_ID: ME, ...env } }),
    reset: () => {
      for (const name of readdirSync(project.dir)) {
        if (name !== ".git") rmSync(join(project.dir, name), { recursive: true, force: true });
      }
      for (const name of readdirSync(kept)) {
        if (name === ".git") continue;
        cpSync(join(kept, name), join(project.dir, name), {
          recursive: true,
          verbatimSymlinks: true,
          preserveTimestamps: true,
        });
      }
      rmSync(join(project.root, "home"), { recursive: true, force: true });
      mkdirSync(join(project.root, "home"));
    },
    [Symbol.dispose]: () => project[Symbol.dispose](),
  };
}

/** One of the session's, for those who look for it in the state. */
export const SESSION_INSTANCE = `claude-${createHash("sha256").update(SESSION).digest("hex").slice(0, 12)}`;

/** Every file and folder below, with all that somebody who touched it would have changed: content, mode, time, links. */
export function fingerprint(top: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const look = (path: string): void => {
    const stat = lstatSync(path, { bigint: true });
    const what = stat.isSymbolicLink()
      ? `link ${readlinkSync(path)}`
      : stat.isFile()
        ? `file ${createHash("sha256").update(readFileSync(path)).digest("hex")}`
        : stat.isDirectory()
          ? "folder"
          : "other";
    found.set(relative(top, path), `${what} ${stat.mode.toString(8)} ${stat.uid} ${stat.nlink} ${stat.mtimeNs}`);
    if (stat.isDirectory()) for (const name of readdirSync(path)) look(join(path, name));
  };
  look(top);
  return found;
}

/** A line for each difference. */
export function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path}: ${before.get(path) ?? "nothing"} -> ${after.get(path) ?? "nothing"}`);
}

/** Every file of the state whose content is JSON of ours, relative to the state folder. */
export function recordFiles(state: string): readonly string[] {
  const found: string[] = [];
  const look = (folder: string): void => {
    for (const entry of readdirSync(join(state, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !["schemas", "bin", "lib", "guard", "tmp"].includes(entry.name)) look(path);
      if (entry.isFile() && /\.jsonl?$/.test(entry.name)) found.push(path);
    }
  };
  look("");
  return found.toSorted();
}

export function writeText(path: string, text: string): void {
  rmSync(path, { force: true, recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
}
