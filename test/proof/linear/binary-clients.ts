/**
 * The same fight by the compiled binary: each client is a process that its instance is bound to, and calls a command for
 * each operation. Some commands are killed alone, some together with their client.
 */
import * as v from "valibot";
import { BINARY, layProject, type Client, type Project } from "../../hooks/project.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import { chance } from "../seed.ts";
import { checked, pathName, refusal, type Told } from "./answers.ts";
import { drawer, type Drawn } from "./draw.ts";
import type { Operation } from "./history.ts";
import { CLIENTS } from "./lock-clients.ts";

export interface Calls {
  readonly history: readonly Operation[];
  readonly killed: number;
  readonly clientsKilled: number;
}

const KILL = 0.12;
/** Of those commands, with so many their clients die. */
const WITH_CLIENT = 0.4;
/** So long a command takes, to begin with. Milliseconds. */
const LIFE_MS = 15;

export async function callTogether(seed: number, operations: number): Promise<Calls> {
  using project = layProject();
  const { sys } = await loadNative();
  const draw = chance(seed);
  const history: Operation[] = [];
  const tally = { killed: 0, clientsKilled: 0 };
  let lifeMs = LIFE_MS;

  const lives = async (slot: number): Promise<void> => {
    let left = Math.ceil(operations / CLIENTS);
    for (let life = 0; left > 0; life += 1) {
      const client = `b${slot}-${life}`;
      const body = project.client();
      await register(project, client, body);
      const next = drawer(draw);
      let struckAt: number | undefined;
      for (; left > 0 && struckAt === undefined; left -= 1) {
        const call = asCommand(next.call());
        const { verb, paths, target } = call;
        const from = sys.monotonicMs();
        const run = start(project, client, call);
        const dies = draw() < KILL;
        const timer = dies ? setTimeout(() => run.kill(), draw() * 1.2 * lifeMs) : undefined;
        const told = await run.told;
        clearTimeout(timer);
        const until = sys.monotonicMs();
        if (!dies) lifeMs = 0.9 * lifeMs + 0.1 * (until - from);
        history.push({ client, verb, paths, target, from, until, answer: told?.answer });
        if (told === undefined) tally.killed += 1;
        else next.answered(call, told.answer, told.sights);
        if (dies && draw() < WITH_CLIENT) struckAt = sys.monotonicMs();
      }
      if (struckAt !== undefined) tally.clientsKilled += 1;
      const from = struckAt ?? sys.monotonicMs();
      await body.kill();
      history.push({ client, verb: "die", from, until: sys.monotonicMs() });
    }
  };
  const all = Array.from({ length: CLIENTS }, (_, slot) => lives(slot));
  for (const end of await Promise.allSettled(all)) if (end.status === "rejected") throw end.reason;
  return { ...tally, history };
}

async function register(project: Project, id: string, body: Client): Promise<void> {
  const words = ["instance", "register", "--task", "Linear", "--role", "main", "--as", id, "--pid", `${body.pid}`];
  const child = spawn(project, words);
  const err = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`cannot register ${id}: ${err}`);
}

function spawn(project: Project, words: readonly string[]) {
  return Bun.spawn([BINARY, ...words], {
    cwd: project.dir,
    env: project.env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

interface Running {
  readonly kill: () => void;
  /** Undefined: it was killed before it had answered. */
  readonly told: Promise<Told | undefined>;
}

function start(project: Project, id: string, call: Drawn): Running {
  const child = spawn(project, [...wordsOf(call), "--as", id, "--json"]);
  const told = async (): Promise<Told | undefined> => {
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    await child.exited;
    // What was printed is an answer, also of one that was killed right after.
    if (out.endsWith("\n")) return answered(call, out);
    if (err.endsWith("\n")) return refused(call, err);
    if (child.signalCode === "SIGKILL") return undefined;
    throw new Error(`"coord ${wordsOf(call).join(" ")}" said nothing and ended with ${child.exitCode}: ${err}`);
  };
  return { kill: () => child.kill("SIGKILL"), told: told() };
}

/** The command renews one path at a time. */
function asCommand(call: Drawn): Drawn {
  return call.verb === "renew" ? { ...call, paths: call.paths.slice(0, 1) } : call;
}

function wordsOf({ verb, paths, lockId }: Drawn): readonly string[] {
  const names = paths.map(pathName);
  if (verb === "force") return ["lock", "release", ...names, "--force", "--lock-id", lockId ?? ""];
  return ["lock", verb, ...names];
}

const lockSchema = v.looseObject({
  lock_id: v.string(),
  locked_by: v.looseObject({ instance_id: v.string() }),
  fence: v.number(),
});
const locksSchema = v.looseObject({ locks: v.array(lockSchema) });
const releasedSchema = v.looseObject({
  paths: v.tuple([v.looseObject({ state: v.picklist(["released", "free"]) })]),
});
const checkSchema = v.looseObject({
  state: v.picklist(["free", "mine", "held", "expired", "changed"]),
  lock: v.nullable(lockSchema),
  reason: v.optional(v.string()),
  granted_to: v.optional(v.string()),
  forced: v.optional(v.looseObject({ by: v.string() })),
});
const errorSchema = v.looseObject({
  error: v.looseObject({ code: v.string(), message: v.string(), holders: v.optional(v.unknown()) }),
});

function parsed<T>(schema: v.GenericSchema<unknown, T>, text: string): T {
  return v.parse(v.pipe(v.string(), v.parseJson(), schema), text);
}

function answered({ verb, paths }: Drawn, out: string): Told {
  switch (verb) {
    case "acquire":
      return { answer: { is: "granted", fences: fences(out) }, sights: [] };
    case "renew":
      return { answer: { is: "renewed", fences: fences(out) }, sights: [] };
    case "release":
    case "force":
      return { answer: { is: parsed(releasedSchema, out).paths[0].state }, sights: [] };
    case "check":
      return checked(paths[0] ?? 0, parsed(checkSchema, out));
  }
  return verb satisfies never;
}

function fences(out: string): readonly number[] {
  return parsed(locksSchema, out).locks.map(({ fence }) => fence);
}

function refused({ verb, paths }: Drawn, err: string): Told {
  const { code, message, holders } = parsed(errorSchema, err).error;
  return refusal(verb, paths, code, message, holders);
}
