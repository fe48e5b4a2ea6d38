/**
 * A project with work under way, whose state is spoilt again and again: agent-a, agent-b and a session each hold a file.
 * Root plays it as nobody, for whom permissions count, with a copy of the binary that nobody can reach.
 */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BINARY, layProject, type Project, type Vars } from "../../hooks/project.ts";
import { TOOLS } from "../../../src/cli/dropin/tool.ts";
import { instanceOf } from "../../hooks/session.ts";

export interface Ran {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

export interface Call {
  readonly words: readonly string[];
  readonly stdin?: string;
  /** The name by which the binary is called. */
  readonly tool?: string | undefined;
  readonly env?: Vars;
}

export interface Scene extends Disposable {
  readonly root: string;
  readonly dir: string;
  readonly state: string;
  readonly home: string;
  /** Files of somebody else's that the state may come to point to. */
  readonly outside: string;
  readonly specimens: string;
  readonly sessionId: string;
  /** The key of a.ts, and the lock that agent-a has on it. */
  readonly key: string;
  readonly lockId: string;
  readonly decision: string;
  readonly read: (path: string) => string;
  readonly run: (call: Call) => Promise<Ran>;
  /** Everything as it was when the scene was made. `all`: the user's folders too. */
  readonly restore: (all: boolean) => void;
}

/** Far above the two seconds that anything may take on a machine that has time for it. */
const HANGS_MS = 10_000;
export const IS_ROOT = process.getuid?.() === 0;
/** As whom coord runs here. */
export const USER = IS_ROOT ? 65_534 : (process.getuid?.() ?? 0);
const AS_USER = ["setpriv", "--reuid", `${USER}`, "--regid", `${USER}`, "--clear-groups"];
const SPECIMENS = `
import os, stat
os.mkfifo("fifo")
os.mknod("socket", stat.S_IFSOCK | 0o600)
if os.getuid() == 0:
    os.mknod("zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    os.mknod("full", stat.S_IFCHR | 0o666, os.makedev(1, 7))
`;

/** `wrapped`: called in place of the binary, which it finds as $COORD. */
export async function layScene(wrapped?: string): Promise<Scene> {
  const project = layProject({ state: false, files: { "a.ts": "a\n", "b.ts": "b\n", "c.ts": "c\n", "s.ts": "s\n" } });
  try {
    return await furnished(project, wrapped);
  } catch (error) {
    project[Symbol.dispose]();
    throw error;
  }
}

async function furnished(project: Project, wrapped: string | undefined): Promise<Scene> {
  const { root, dir, state } = project;
  const at = (name: string): string => join(root, name);
  const [home, outside, specimens, bin, saved] = [at("home"), at("outside"), at("specimens"), at("bin"), at("saved")];
  for (const folder of [outside, specimens, bin, saved, join(outside, "folder")]) mkdirSync(folder);
  mkdirSync(join(home, ".config/coord"), { recursive: true });
  writeFileSync(join(home, ".config/coord/config.json"), '{"stale_after":"10m"}\n');
  writeFileSync(join(outside, "file"), "somebody's\n", { mode: 0o644 });
  writeFileSync(join(outside, "folder/file"), "somebody's\n", { mode: 0o644 });
  writeFileSync(at("log.json"), '{"decisions":[{"title":"Imported"}]}\n');
  must(["python3", "-c", SPECIMENS], specimens);
  const real = join(bin, "coord.real");
  copyFileSync(BINARY, real);
  chmodSync(real, 0o755);
  writeFileSync(join(bin, "coord"), wrapped ?? `#!/bin/sh\nexec "$COORD" "$@"\n`, { mode: 0o755 });
  for (const tool of TOOLS) symlinkSync(real, join(bin, tool));
  if (IS_ROOT) must(["chown", "-hR", `${USER}:${USER}`, root], root);

  const sessionId = "97e583ee-3d87-47d3-868a-1c0a2eb52b42";
  const client = project.client();
  const env = {
    ...project.env,
    PATH: `${bin}:${project.env["PATH"] ?? ""}`,
    COORD: real,
    STATE: state,
    OUTSIDE: outside,
  };
  const hookEnv = { CLAUDECODE: "1", CLAUDE_PID: `${client.pid}`, CLAUDE_PROJECT_DIR: dir };
  const run = async ({ words, stdin, tool, env: more = {} }: Call): Promise<Ran> => {
    const program = tool === undefined && (wrapped === undefined || !laid) ? real : join(bin, tool ?? "coord");
    const started = performance.now();
    const child = Bun.spawn([...(IS_ROOT ? AS_USER : []), program, ...words], {
      cwd: dir,
      env: { ...env, ...(stdin === undefined ? {} : hookEnv), ...more },
      stdin: new Blob([stdin ?? ""]),
      stdout: "pipe",
      stderr: "pipe",
      timeout: HANGS_MS,
      killSignal: "SIGKILL",
    });
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    await child.exited;
    return {
      code: child.exitCode,
      signal: child.signalCode === null ? null : `${child.signalCode}`,
      out,
      err,
      ms: performance.now() - started,
    };
  };
  // Only then the one that stands in place of the binary.
  let laid = false;
  const good = async (call: Call): Promise<string> => {
    const ran = await run(call);
    if (ran.code !== 0) throw new Error(`${call.words.join(" ")}: ${JSON.stringify(ran)}`);
    return ran.out;
  };

  await good({ words: ["init"] });
  writeFileSync(join(state, "config.json"), '{"wait":"100ms","hold":"session"}\n');
  if (IS_ROOT) chownSync(join(state, "config.json"), USER, USER);
  for (const [id, file] of [
    ["agent-b", "b.ts"],
    ["agent-a", "a.ts"],
  ] as const) {
    const me = ["--as", id];
    await good({
      words: ["instance", "register", "--task", `work on ${file}`, "--role", "r", "--pid", `${client.pid}`, ...me],
    });
    await good({ words: ["lock", "acquire", file, "--ttl", "1h", "--intent", "i", ...me] });
    await good({ words: ["lock", "renew", file, "--ttl", "1h", ...me] });
    await good({
      words: ["decisions", "add", "--category", "api", "--title", `By ${id}`, "--description", "D", ...me],
    });
  }
  const check = {
    session_id: sessionId,
    cwd: dir,
    hook_event_name: "PreToolUse",
    tool_name: "Write",
    tool_use_id: "t",
  };
  const write = { ...check, tool_input: { file_path: join(dir, "s.ts"), content: "s" } };
  await good({ words: ["hook", "check"], stdin: JSON.stringify(write) });
  await good({ words: ["lock", "cleanup"] });
  await good({ words: ["init"] });
  if (!existsSync(join(state, "heartbeats", `${instanceOf(sessionId)}.json`)))
    throw new Error("The session is not there");

  const locks = readdirSync(join(state, "locks")).map((name) => ({
    name,
    text: readFileSync(join(state, "locks", name), "utf8"),
  }));
  const mine = locks.find(({ text }) => text.includes('"agent-a"'));
  const ids = readdirSync(join(state, "decisions"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  const parts: readonly (readonly [name: string, all: boolean])[] = [
    ["outside", false],
    ["home", true],
    ["project", true],
    ["project/.claude", false],
  ];
  for (const name of ["outside", "home", "project"]) must(["cp", "-a", at(name), saved], root);

  laid = true;
  return {
    root,
    dir,
    state,
    home,
    outside,
    specimens,
    sessionId,
    run,
    key: mine?.name.slice(0, 32) ?? "",
    lockId: /"lock_id":"([^"]*)"/.exec(mine?.text ?? "")?.[1] ?? "",
    decision:
      ids
        .toSorted()[0]
        ?.slice(-31, -5)
        .replace(/^.*DEC/, "DEC") ?? "",
    read: (path) => readFileSync(path, "utf8"),
    restore: (all) => {
      for (const [name, isUsers] of parts) {
        if (isUsers && !all) continue;
        if (name === "project/.claude" && all) continue;
        rmSync(at(name), { recursive: true, force: true });
        must(["cp", "-a", join(saved, name), at(name)], root);
      }
    },
    [Symbol.dispose]: project[Symbol.dispose],
  };
}

function must(argv: readonly string[], cwd: string): void {
  const done = Bun.spawnSync([...argv], { cwd, stdin: "ignore" });
  if (done.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${done.stderr.toString()}`);
}
