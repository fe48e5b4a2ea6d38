/** The compiled binary as a person or script calls it. */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { BINARY, type Project, type Vars } from "../hooks/project.ts";

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Where {
  readonly cwd?: string;
  readonly env?: Vars;
}

/** Far above what any command may take: only one that hangs gets here. */
export const HANGS_MS = 15_000;

/** A PATH on which a shell finds the binary as `coord`: then commands are printed under that name. */
export function pathWithCoord(project: Project): string {
  const bin = join(project.root, "bin");
  if (!existsSync(bin)) {
    mkdirSync(bin);
    symlinkSync(BINARY, join(bin, "coord"));
  }
  return `${bin}:${project.env["PATH"] ?? ""}`;
}

/** Runs `coord` with these words in the project's folder, where it is on the PATH. */
export function coord(project: Project, words: readonly string[], { cwd, env }: Where = {}): Ran {
  const done = Bun.spawnSync([BINARY, ...words], {
    cwd: cwd ?? project.dir,
    env: { ...project.env, PATH: pathWithCoord(project), ...env },
    stdin: "ignore",
    timeout: HANGS_MS,
  });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

/** The same, side by side with others. */
export async function coordAsync(project: Project, words: readonly string[], { cwd, env }: Where = {}): Promise<Ran> {
  const child = Bun.spawn([BINARY, ...words], {
    cwd: cwd ?? project.dir,
    env: { ...project.env, PATH: pathWithCoord(project), ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: HANGS_MS,
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, err };
}

const holder = v.looseObject({ instance_id: v.string(), agent_role: v.string(), pid: v.nullable(v.number()) });
const time = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));

/** LOCK of DESIGN section 4. */
const lockSchema = v.looseObject({
  lock_id: v.pipe(v.string(), v.minLength(8)),
  file_path: v.string(),
  kind: v.picklist(["tool", "turn", "session", "claim"]),
  lock_type: v.literal("write"),
  locked_by: holder,
  locked_at: time,
  expires_at: time,
  file_hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  intent: v.string(),
  fence: v.pipe(v.number(), v.integer()),
});

export const locksSchema = v.looseObject({ locks: v.array(lockSchema) });
export const checkSchema = v.looseObject({
  file_path: v.string(),
  state: v.picklist(["free", "mine", "held", "expired", "changed"]),
  lock: v.nullable(lockSchema),
});
export const cleanupSchema = v.looseObject({
  removed_instances: v.array(v.string()),
  removed_locks: v.array(v.string()),
});
export const registerSchema = v.looseObject({ instance_id: v.string() });
const instanceSchema = v.looseObject({
  instance_id: v.string(),
  agent_role: v.string(),
  task: v.string(),
  status: v.picklist(["active", "idle", "stale"]),
  locks: v.array(lockSchema),
});
export const instancesSchema = v.looseObject({ instances: v.array(instanceSchema) });
export const statusSchema = v.looseObject({
  instances: v.array(instanceSchema),
  totals: v.looseObject({ instances: v.number(), locks: v.number(), decisions: v.number() }),
  recent_decisions: v.array(v.unknown()),
});
const errorSchema = v.looseObject({
  error: v.looseObject({
    code: v.string(),
    exit_code: v.number(),
    message: v.pipe(v.string(), v.minLength(1)),
    hint: v.pipe(v.string(), v.minLength(1)),
    holders: v.optional(v.array(lockSchema)),
    queue_position: v.optional(v.null()),
  }),
});

/** Exactly one JSON document on one line of stdout, nothing on stderr, and this exit code. */
export function json<T>(
  project: Project,
  schema: v.GenericSchema<unknown, T>,
  words: readonly string[],
  where: Where = {},
  exitCode = 0,
): T {
  const ran = coord(project, [...words, "--json"], where);
  if (ran.code !== exitCode || ran.err !== "" || !/^[^\n]+\n$/.test(ran.out)) {
    throw new Error(`coord ${words.join(" ")} --json: ${JSON.stringify(ran)}`);
  }
  return v.parse(v.pipe(v.string(), v.parseJson(), schema), ran.out);
}

/** The same for one that fails: one JSON object on stderr, whose exit code is the process's. */
export function jsonError(project: Project, words: readonly string[], where: Where = {}) {
  const ran = coord(project, [...words, "--json"], where);
  if (ran.out !== "" || !/^[^\n]+\n$/.test(ran.err))
    throw new Error(`coord ${words.join(" ")}: ${JSON.stringify(ran)}`);
  const { error } = v.parse(v.pipe(v.string(), v.parseJson(), errorSchema), ran.err);
  if (error.exit_code !== ran.code) throw new Error(`The exit code is ${ran.code}, the error says ${error.exit_code}`);
  return error;
}
