/** A project whose state, or all of it, lies on a small disk; as it was before each case. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, layProject } from "../../hooks/project.ts";
import { answerOf, rawHook, type Ended } from "../../hooks/hook.ts";
import { unsound } from "../corrupt/sound.ts";
import { SESSION, type Seen, type Write } from "./full-disk-commands.ts";
import { mounted, type Disk, type Mounted } from "./full-disk-mount.ts";

export interface Scene extends Disposable {
  readonly disk: Mounted;
  readonly state: string;
  readonly restore: () => void;
  readonly run: (write: Write) => Promise<Ended>;
  readonly seen: () => Seen;
  /** What is wrong with what is published: records that are none, tokens, scratch, quarantine. A line each. */
  readonly faults: () => readonly string[];
  /** Leaves so many bytes in the last block of the history. */
  readonly padEvents: (left: number) => void;
}

export interface Setting {
  readonly disk: Disk;
  /** What lies on the small disk. */
  readonly lies: "state" | "all";
}

/** With room for what `coord init` lays; the state itself then takes 56 KiB, and the disk is made as small as that. */
const STATE_BYTES = 256 * 1024;
/** A git repository is larger than that. */
const ALL_BYTES = 2 * 1024 * 1024;
const BLOCK = 4096;

export async function layScene(base: string, { disk, lies }: Setting): Promise<Scene> {
  const small = join(base, "small");
  const saved = join(base, "saved");
  mkdirSync(saved);
  const early = lies === "all" ? mounted(small, disk, ALL_BYTES, 300) : undefined;
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = lies === "all" ? small : base;
  const project = layProject({ state: false, files: { "a.ts": "a\n", "b.ts": "b\n", "s.ts": "s\n" } });
  process.env["TMPDIR"] = before ?? "/tmp";
  const { dir, state } = project;
  const on = early ?? mounted(state, disk, STATE_BYTES, 100);
  const client = project.client();
  const env = { ...project.env, COORD_STALE_AFTER: "1h", COORD_HOLD: "session", CLAUDE_PROJECT_DIR: dir };
  const log = join(base, "import.json");
  writeFileSync(log, JSON.stringify({ decisions: [{ title: "Imported", description: "d".repeat(9000) }] }));
  const call = (words: readonly string[], stdin?: string): Promise<Ended> => {
    const argv = [BINARY, ...words.map((word) => (word === "IMPORT" ? log : word))];
    const as = stdin === undefined ? {} : { CLAUDE_PID: `${client.pid}`, CLAUDECODE: "1" };
    return rawHook(stdin ?? "", { cwd: dir, env: { ...env, ...as } }, argv);
  };
  const good = async (words: readonly string[], stdin?: string): Promise<void> => {
    const ended = await call(words, stdin);
    if (ended.exitCode !== 0) throw new Error(`${words.join(" ")}: ${JSON.stringify(ended)}`);
  };

  await good(["init"]);
  // What can be done without makes room for what cannot.
  for (const name of ["schemas", "lib", "bin", "work-registry.json", ".gitignore"])
    rmSync(join(state, name), { recursive: true });
  for (const [id, file] of [
    ["agent-a", "a.ts"],
    ["agent-b", "b.ts"],
  ] as const) {
    await good(["instance", "register", "--task", "t", "--role", "r", "--pid", `${client.pid}`, "--as", id]);
    await good(["lock", "acquire", file, "--ttl", "2h", "--as", id]);
    await good(["decisions", "add", "--category", "api", "--title", `By ${id}`, "--description", "D", "--as", id]);
  }
  const start = { session_id: SESSION, cwd: dir, hook_event_name: "PreToolUse", tool_name: "Write", tool_use_id: "t" };
  await good(
    ["hook", "check"],
    JSON.stringify({ ...start, tool_input: { file_path: join(dir, "s.ts"), content: "s" } }),
  );
  must(["cp", "-a", `${on.dir}/.`, saved]);

  return {
    disk: on,
    state,
    restore: () => {
      on.clear();
      must(["cp", "-a", `${saved}/.`, on.dir]);
      // Where a hook notes what it has told, once a session, when the state has no room for the note.
      const notes = join(project.root, "tmp");
      for (const name of readdirSync(notes)) rmSync(join(notes, name), { recursive: true });
    },
    run: (write) => call(write.words, write.stdin?.(dir)),
    seen: () => lookedUp(state),
    faults: () => faultsOf(state),
    padEvents: (left) => {
      const events = join(state, "events.jsonl");
      const size = readFileSync(events).length;
      const pad = (2 * BLOCK - left - (size % BLOCK)) % BLOCK;
      writeFileSync(events, "\n".repeat(pad), { flag: "a" });
    },
    [Symbol.dispose]: () => {
      // Whatever lies in the other goes first.
      const [inner, outer] = lies === "all" ? [project, on] : [on, project];
      inner[Symbol.dispose]();
      outer[Symbol.dispose]();
    },
  };
}

function texts(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

function field(text: string, name: string): string {
  return new RegExp(`"${name}":\\s*"([^"]*)"`).exec(text)?.[1] ?? "";
}

function lookedUp(state: string): Seen {
  return {
    locks: texts(join(state, "locks")).map((text) => `${field(text, "file_path")} ${field(text, "instance_id")}`),
    instances: texts(join(state, "heartbeats")).map((text) => field(text, "instance_id")),
    decisions: texts(join(state, "decisions")).map((text) => field(text, "title")),
  };
}

function faultsOf(state: string): readonly string[] {
  const found = unsound(state, process.getuid?.()).map((path) => `${path.slice(state.length + 1)} is no record`);
  for (const folder of ["tmp", "corrupt"]) {
    // A mark that keeps a hook from telling the same thing twice is no scratch.
    for (const name of readdirSync(join(state, folder)).filter((it) => !it.startsWith("told-")))
      found.push(`${folder}/${name}`);
  }
  const tokens = readdirSync(join(state, "guard")).join();
  if (tokens !== "free") found.push(`guard/ holds "${tokens}"`);
  for (const name of readdirSync(state)) if (/^guard\.tmp|^journal/.test(name)) found.push(name);
  return found;
}

/** What a hook told; throws for what no hook may say. */
export function toldBy(write: Write, ended: Ended) {
  return answerOf(ended, { hook_event_name: JSON.parse(write.stdin?.("/") ?? "{}").hook_event_name });
}

function must(argv: readonly string[]): void {
  const done = Bun.spawnSync([...argv], { stdin: "ignore" });
  if (done.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${done.stderr.toString()}`);
}
