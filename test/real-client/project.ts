/** A temporary git project with a home folder of its own, and `coord` put into it the way a user would. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export type Scope = "project" | "local" | "user";
export type Hold = "tool" | "turn" | "session";

/**
 * Hooks of the project's own, beside which coord has to live: per event, the tools and a shell command. The folders are
 * passed in because they exist only when the project does.
 */
export type OwnHooks = (place: {
  readonly dir: string;
  readonly side: string;
}) => Readonly<Record<string, { readonly matcher?: string; readonly command: string }>>;

export type Project = {
  readonly dir: string;
  readonly home: string;
  /** A folder beside the project for whatever hooks and test say to each other. */
  readonly side: string;
  readonly path: (name: string) => string;
  readonly content: (name: string) => string;
  readonly has: (name: string) => boolean;
  /** PATH of the sessions: without any coord but the one that `offer` puts there. */
  readonly searchPath: string;
  /** Lets the sessions find `coord` on PATH. */
  readonly offer: (binary: string) => void;
  /** Takes it away again. */
  readonly withdraw: () => void;
  readonly remove: () => void;
};

function run(argv: readonly [string, ...string[]], cwd: string, env: Readonly<Record<string, string>>): string {
  const done = spawnSync(argv[0], argv.slice(1), { cwd, env, encoding: "utf8", timeout: 20_000 });
  if (done.status === 0) return done.stdout;
  const said = done.error?.message ?? `${done.stderr}${done.stdout}`.trim();
  throw new Error(`"${argv.join(" ")}" ended with ${done.status ?? done.signal ?? "no status"}: ${said}`);
}

/** The machine's PATH without folders that would offer another coord. */
function pathWithoutCoord(): string {
  const folders = (process.env["PATH"] ?? "/usr/bin:/bin").split(delimiter);
  return folders.filter((folder) => folder !== "" && !existsSync(join(folder, "coord"))).join(delimiter);
}

export function layProject(files: Readonly<Record<string, string>>, own?: OwnHooks): Project {
  // The real path, because the client names files by it.
  const root = realpathSync(mkdtempSync(join(tmpdir(), "coord-real-")));
  const [dir, home, side, bin] = ["project", "home", "side", "bin"].map((name) => join(root, name));
  if (dir === undefined || home === undefined || side === undefined || bin === undefined)
    throw new Error("unreachable");
  for (const folder of [dir, home, side, bin]) mkdirSync(folder);
  const path = (name: string): string => join(dir, name);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  }
  const searchPath = `${bin}${delimiter}${pathWithoutCoord()}`;
  const env = { PATH: searchPath, HOME: home, GIT_CONFIG_NOSYSTEM: "1" };
  run(["git", "init", "-q", "-b", "main"], dir, env);
  run(["git", "add", "."], dir, env);
  const author = ["-c", "user.name=Test", "-c", "user.email=test@localhost"];
  run(["git", ...author, "commit", "-q", "--allow-empty", "-m", "Start"], dir, env);
  if (own !== undefined) {
    const hooks = Object.entries(own({ dir, side })).map(([event, { matcher, command }]) => [
      event,
      [{ matcher, hooks: [{ type: "command", command }] }],
    ]);
    mkdirSync(path(".claude"));
    writeFileSync(path(".claude/settings.json"), JSON.stringify({ hooks: Object.fromEntries(hooks) }, undefined, 2));
  }
  const link = join(bin, "coord");
  return {
    dir,
    home,
    side,
    path,
    searchPath,
    content: (name) => readFileSync(path(name), "utf8"),
    has: (name) => existsSync(path(name)),
    offer: (binary) => symlinkSync(binary, link),
    withdraw: () => rmSync(link, { force: true }),
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Runs a command line that a model was shown, as it was printed, where the session is. Gives its exit code. */
export async function runPrinted(project: Project, command: string): Promise<number> {
  const env = { PATH: project.searchPath, HOME: project.home };
  return await Bun.spawn(["sh", "-c", command], { cwd: project.dir, env, stdio: ["ignore", "ignore", "ignore"] })
    .exited;
}

/** Runs coord as a person would in the project's folder, and gives its stdout. Throws on any exit code but 0. */
export function coord(project: Project, binary: string, ...args: readonly string[]): string {
  return run([binary, ...args], project.dir, { PATH: project.searchPath, HOME: project.home });
}

export function install(project: Project, binary: string, scope: Scope, hold: Hold): void {
  if (scope === "project") project.offer(binary);
  coord(project, binary, "install", "--scope", scope, "--hold", hold);
}
