/** A temporary git project with a state folder, a home folder of its own and processes that stand for clients. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

/** The compiled binary under test: the one of this checkout, or a release's. */
export const BINARY = process.env["BINARY_UNDER_TEST"] ?? join(import.meta.dir, "../../dist/coord");

export type Vars = Readonly<Record<string, string>>;

export interface Project extends Disposable {
  /** Where everything of this test lies; the project is a folder in it. */
  readonly root: string;
  readonly dir: string;
  readonly state: string;
  /** Environment of everything that runs here: nothing of the machine's own session. */
  readonly env: Vars;
  /** Absolute, from a path inside the project. */
  readonly path: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  readonly content: (name: string) => string;
  readonly has: (name: string) => boolean;
  readonly git: (...args: readonly string[]) => string;
  /** Writes the state's config.json. */
  readonly configure: (config: Readonly<Record<string, unknown>>) => void;
  /** A process that lives until it is killed or the test ends, as CLAUDE_PID. */
  readonly client: () => Client;
}

export interface Client {
  readonly pid: number;
  /** As a crash would: SIGKILL. Resolves when it is gone. */
  readonly kill: () => Promise<void>;
}

export interface Layout {
  /** Committed at the start. */
  readonly files?: Readonly<Record<string, string>>;
  /** False: nobody has opted in. */
  readonly state?: boolean;
  readonly git?: boolean;
}

export function layProject({ files = {}, state = true, git = true }: Layout = {}): Project {
  // The real path, because the client names files by it.
  const root = realpathSync(mkdtempSync(join(tmpdir(), "coord-hooks-")));
  const dir = join(root, "project");
  const home = join(root, "home");
  const scratch = join(root, "tmp");
  for (const folder of [dir, home, scratch]) mkdirSync(folder);
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: home, TMPDIR: scratch, LANG: "C.UTF-8" };
  const clients: Bun.Subprocess<"pipe", "ignore", "ignore">[] = [];
  const path = (name: string): string => (isAbsolute(name) ? name : join(dir, name));
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  const run = (argv: readonly string[], cwd = dir): string => runIn(cwd, { ...env, GIT_CONFIG_NOSYSTEM: "1" }, argv);
  for (const [name, text] of Object.entries(files)) write(name, text);
  if (git) {
    run(["git", "init", "-q", "-b", "main"]);
    run(["git", "config", "user.name", "Test"]);
    run(["git", "config", "user.email", "test@localhost"]);
    run(["git", "add", "."]);
    run(["git", "commit", "-q", "--allow-empty", "-m", "Start"]);
  }
  if (state) run([BINARY, "init"]);
  const stateDir = path(".claude/coordination");
  return {
    root,
    dir,
    state: stateDir,
    env,
    path,
    write,
    content: (name) => readFileSync(path(name), "utf8"),
    has: (name) => existsSync(path(name)),
    git: (...args) => run(["git", ...args]),
    configure: (config) => writeFileSync(join(stateDir, "config.json"), JSON.stringify(config)),
    client: () => {
      // It ends with its stdin at the latest, also when this test runner is killed.
      const child = Bun.spawn(["cat"], { stdin: "pipe", stdout: "ignore", stderr: "ignore" });
      clients.push(child);
      const kill = async (): Promise<void> => {
        child.kill("SIGKILL");
        await child.exited;
      };
      return { pid: child.pid, kill };
    },
    [Symbol.dispose]: () => {
      for (const child of clients) child.kill("SIGKILL");
      if (existsSync(stateDir)) chmodSync(stateDir, 0o700);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Runs a program to its end and gives its stdout; throws when it fails. */
export function runIn(cwd: string, env: Vars, argv: readonly string[]): string {
  const done = Bun.spawnSync([...argv], { cwd, env, stdin: "ignore", timeout: 20_000 });
  if (done.exitCode === 0) return done.stdout.toString();
  throw new Error(
    `"${argv.join(" ")}" ended with ${done.exitCode}: ${done.stderr.toString()}${done.stdout.toString()}`,
  );
}

/** Waits until `holds`, which reads files: processes tell each other nothing else here. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Never happened: ${what}`);
    await Bun.sleep(5);
  }
}
