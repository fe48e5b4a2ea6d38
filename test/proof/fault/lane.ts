/**
 * Where one case after the other is run: a project, a home and scratch in a folder of its own, laid anew for each run,
 * and processes that stand for two clients. Records hold absolute paths, so a picture taken here is laid here again.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApp, type App } from "../../../src/app/context.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { BINARY, type Vars } from "../../hooks/project.ts";
import { entries } from "../../hooks/state.ts";
import { layPicture, takePicture, type Picture } from "./picture.ts";
import { run, type Program, type Ran } from "./strace.ts";

/** Two Claude Code sessions, each in a process of its own. */
export type SessionName = "me" | "other";

const SESSION_IDS: Readonly<Record<SessionName, string>> = {
  me: "11111111-2222-4333-8444-555555555555",
  other: "99999999-8888-4777-8666-555555555555",
};

/**
 * One command line. In its words and its stdin `$PROJECT`, `$HOME` and `$ME` (a process) stand for the lane's, and
 * `$DECISION`, `$LOCK`, `$TOKEN` for what is in its state when it is run.
 */
export interface Step {
  readonly words: readonly string[];
  /** In place of the binary: another name of it. */
  readonly program?: string;
  /** In the environment of this session's hooks and commands. */
  readonly session?: SessionName;
  readonly stdin?: string;
}

export interface Lane {
  /** Everything lies under it; `box` is what a picture shows. */
  readonly root: string;
  readonly box: string;
  readonly project: string;
  readonly home: string;
  readonly state: string;
  readonly log: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly client: (name: SessionName) => number;
  readonly program: (step: Step) => Program;
  /** The same of what is swept. */
  readonly victim: (step: Step) => Program;
  /** Runs a step by itself. */
  readonly run: (step: Step) => Promise<Ran>;
  readonly lay: (picture: Picture) => void;
  readonly take: () => Picture;
  /** The workspace, to look at in this process. */
  readonly open: () => Promise<App>;
  /** Starts a process, does `work` while it lives, and kills it. */
  readonly withDead: (work: (pid: number) => Promise<void>) => Promise<void>;
  readonly close: () => void;
}

/** Leases and locks outlive every run here, so that only what is done ends them; nobody waits for a lock. */
const SETTINGS = { COORD_STALE_AFTER: "4h", COORD_TTL: "4h", COORD_TOOL_TTL: "4h", COORD_WAIT: "0s" };

/** @param victim what starts the program that is swept, when it is not the binary. */
export function openLane(victim: readonly string[] = [BINARY]): Lane {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "coord-fault-")));
  const box = join(root, "box");
  const [project, home, scratch] = ["project", "home", "tmp"].map((name) => join(box, name));
  if (project === undefined || home === undefined || scratch === undefined) throw new Error("no folders");
  for (const folder of [project, home, scratch]) mkdirSync(folder, { recursive: true });
  const env = { PATH: "/usr/bin:/bin", HOME: home, TMPDIR: scratch, LANG: "C.UTF-8", ...SETTINGS };
  const children: Bun.Subprocess[] = [];
  const start = (): Bun.Subprocess => {
    // It ends with its stdin, also when this process is killed.
    const child = Bun.spawn(["cat"], { stdin: "pipe", stdout: "ignore", stderr: "ignore" });
    children.push(child);
    return child;
  };
  const clients = { me: start(), other: start() };
  const [stdout, stderr] = [join(root, "stdout"), join(root, "stderr")];
  const state = join(project, ".claude/coordination");
  const values: Readonly<Record<string, () => string>> = {
    $PROJECT: () => project,
    $HOME: () => home,
    $ME: () => `${clients.me.pid}`,
    $DECISION: () => firstDecision(state),
    $LOCK: () => lockIdOf(state, "src/held.ts"),
    $TOKEN: () => entries(join(state, "guard"))[0] ?? "none",
  };
  const filled = (text: string): string => text.replaceAll(/\$[A-Z]+/g, (name) => values[name]?.() ?? name);
  const started = (as: readonly string[], { words, program, session, stdin }: Step): Program => ({
    argv: [...(program === undefined ? as : [filled(program)]), ...words.map(filled)],
    cwd: project,
    env: session === undefined ? env : { ...env, ...sessionEnv(session, project, clients[session].pid) },
    stdin: stdin === undefined ? undefined : filled(stdin),
    stdout,
    stderr,
  });
  return {
    root,
    box,
    project,
    home,
    state,
    log: join(root, "strace.log"),
    stdout,
    stderr,
    client: (name) => clients[name].pid,
    program: (step) => started([BINARY], step),
    victim: (step) => started(victim, step),
    run: (step) => run(started([BINARY], step)),
    lay: (picture) => layPicture(box, picture),
    take: () => takePicture(box),
    open: async () => openApp({ native: await loadNative(), env, cwd: project }),
    withDead: async (work) => {
      const child = start();
      await work(child.pid);
      child.kill("SIGKILL");
      await child.exited;
    },
    close: () => {
      for (const child of children) child.kill("SIGKILL");
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function firstDecision(state: string): string {
  const [month = ""] = entries(join(state, "decisions"));
  const [file = "none"] = entries(join(state, "decisions", month));
  return file.replace(/\.json$/, "");
}

function lockIdOf(state: string, path: string): string {
  const records = entries(join(state, "locks")).map((name) => readFileSync(join(state, "locks", name), "utf8"));
  const record = records.find((text) => text.includes(`"file_path":"${path}"`)) ?? "";
  return /"lock_id":"([^"]+)"/.exec(record)?.[1] ?? "none";
}

function sessionEnv(name: SessionName, project: string, pid: number): Vars {
  return {
    CLAUDECODE: "1",
    CLAUDE_PID: String(pid),
    CLAUDE_PROJECT_DIR: project,
    CLAUDE_CODE_SESSION_ID: SESSION_IDS[name],
  };
}

/** A command line without quotes: its words are what spaces separate. */
export function line(text: string): Step {
  return { words: text.split(" ") };
}

/** What the client sends to `coord hook VERB`. */
export function hook(verb: string, event: string, fields: object = {}, session: SessionName = "me"): Step {
  const input = {
    session_id: SESSION_IDS[session],
    transcript_path: "$HOME/.claude/projects/p/transcript.jsonl",
    cwd: "$PROJECT",
    hook_event_name: event,
    ...fields,
  };
  return { words: ["hook", verb], session, stdin: `${JSON.stringify(input)}\n` };
}

/** The fields of a tool call that writes a file. */
export function writing(file: string, content = "new\n"): object {
  return {
    tool_name: "Write",
    tool_use_id: `toolu_${file.replaceAll(/\W/g, "_")}`,
    tool_input: { file_path: `$PROJECT/${file}`, content },
  };
}
