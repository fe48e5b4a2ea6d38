/** The compiled binary on a terminal: pty.py plays the terminal and the shell. */
import { join } from "node:path";
import * as v from "valibot";
import { BINARY, type Project } from "../hooks/project.ts";

export type Step =
  /** Waits until this has come since the last step. */
  | readonly ["until", text: string]
  /** Somebody else's command, run to its end in the project. */
  | readonly ["run", argv: readonly string[]]
  | readonly ["send", keys: string]
  | readonly ["resize", columns: number, rows: number]
  | readonly ["signal", name: "SIGTERM" | "SIGHUP" | "SIGINT" | "SIGSTOP" | "SIGTSTP"]
  /** Waits until it is stopped. */
  | readonly ["stopped"]
  /** Takes the terminal back and sets it as a shell wants it. */
  | readonly ["cooked"]
  | readonly ["continue"]
  | readonly ["exit"];

const playedSchema = v.object({
  output: v.array(v.string()),
  code: v.nullable(v.number()),
  signal: v.nullable(v.string()),
  /** The terminal's settings at the end are those of a shell: lines, with echo. */
  cooked: v.boolean(),
});
export type Played = v.InferOutput<typeof playedSchema>;

export interface Show {
  /** Instead of coord; its first word is a path. */
  readonly program?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export const PYTHON = Bun.which("python3");

/** Runs `coord`, or another program, with these words on a terminal. Throws when a step does not come to its end. */
export async function onTerminal(
  project: Project,
  words: readonly string[],
  steps: readonly Step[],
  { program = [BINARY], columns = 80, rows = 24, env = {} }: Show = {},
): Promise<Played> {
  const spec = {
    argv: [...program, ...words],
    env: { ...project.env, TERM: "xterm-256color", ...env },
    cwd: project.dir,
    columns,
    rows,
    steps,
  };
  const child = Bun.spawn([PYTHON ?? "python3", join(import.meta.dir, "pty.py")], {
    stdin: new Blob([JSON.stringify(spec)]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`The terminal: ${err}`);
  return v.parse(v.pipe(v.string(), v.parseJson(), playedSchema), out);
}
