/**
 * What a hook asks of the system, counted, so that it cannot grow unseen: a hook runs before and after every edit of
 * every session. A count that changes for a reason is changed here.
 */
import { expect, test } from "bun:test";
import { isHookVerb } from "../../src/domain/hook-verb.ts";
import { runHook } from "../../src/hooks/run.ts";
import { loadNative, type Native } from "../../src/platform/sys/load.ts";
import type { Sys } from "../../src/platform/sys/types.ts";
import { SILENCE, type Place, type Told } from "./hook.ts";
import { BINARY, layProject, type Project } from "./project.ts";
import { session, type Session } from "./session.ts";

/** The calls by kind: reading and writing files, looking at them, changing folders, and the rest. */
interface Counts {
  readonly files: number;
  readonly looks: number;
  readonly changes: number;
  readonly others: number;
}

const KINDS: Readonly<Record<Exclude<keyof Sys, "name" | "exit">, keyof Counts>> = {
  open: "files",
  read: "files",
  readAt: "files",
  write: "files",
  close: "files",
  fsync: "files",
  fstat: "looks",
  lstat: "looks",
  stat: "looks",
  readlink: "looks",
  realpath: "looks",
  list: "looks",
  rename: "changes",
  link: "changes",
  symlink: "changes",
  unlink: "changes",
  mkdir: "changes",
  rmdir: "changes",
  fchmod: "changes",
  readable: "others",
  sleepMs: "others",
  monotonicMs: "others",
  uid: "others",
  ignores: "others",
};

const KNOWN: Round = {
  check: { files: 50, looks: 26, changes: 5, others: 13 },
  release: { files: 54, looks: 26, changes: 6, others: 13 },
  batch: { files: 75, looks: 29, changes: 7, others: 13 },
  heartbeat: { files: 32, looks: 16, changes: 0, others: 8 },
  read: { files: 43, looks: 23, changes: 2, others: 12 },
};

const ENDED = new Error("the hook has ended");
const NOTHING: Counts = { files: 0, looks: 0, changes: 0, others: 0 };

/** The system as a hook sees it: stdin holds `input`, its end is thrown, and each call is counted. */
function counting(
  { sys, darwin }: Native,
  input: Uint8Array<ArrayBuffer>,
  count: (kind: keyof Counts) => void,
): Native {
  let rest = input;
  const own: Partial<Sys> = {
    readable: () => true,
    read: (fd, into) => {
      if (fd !== 0) return sys.read(fd, into);
      const now = rest.subarray(0, into.length);
      into.set(now);
      rest = rest.subarray(now.length);
      return now.length;
    },
    exit: () => {
      throw ENDED;
    },
  };
  const counted: Sys = new Proxy(sys, {
    get: (target, name: keyof Sys) => {
      if (name === "name") return target.name;
      if (name !== "exit") count(KINDS[name]);
      return own[name] ?? target[name];
    },
  });
  return { sys: counted, darwin };
}

/** Runs the hook in this process. What it says is of no interest here. */
async function counted(native: Native, verb: string, input: unknown, place: Place): Promise<Counts> {
  if (!isHookVerb(verb)) throw new Error(`there is no hook ${verb}`);
  const counts = { ...NOTHING };
  const bytes = new TextEncoder().encode(`${JSON.stringify(input)}\n`);
  const before = { ...process.env };
  Object.assign(process.env, place.env);
  try {
    await runHook(
      counting(native, bytes, (kind) => (counts[kind] += 1)),
      verb,
    );
  } catch (error) {
    if (error !== ENDED) throw error;
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
  return counts;
}

type Round = Readonly<Record<"check" | "release" | "batch" | "heartbeat" | "read", Counts>>;

/** One edit from its check to the end of its batch, a Bash call, and a Read: what each of their hooks calls. */
async function round(project: Project, me: Session, counts: () => Counts): Promise<Round> {
  // Renews the lease, so that none of the others is due to.
  await me.start();
  const after = async (step: Promise<unknown>): Promise<Counts> => {
    await step;
    return counts();
  };
  const content = `export const a = ${Math.random()};\n`;
  const call = await me.begin("Write", { file_path: project.path("src/a.ts"), content });
  const check = counts();
  project.write("src/a.ts", content);
  const release = await after(me.finish(call));
  const batch = await after(me.batch());
  const heartbeat = await after(me.begin("Bash", { command: "true" }));
  return { check, release, batch, heartbeat, read: await after(me.read("src/b.ts")) };
}

test("the hooks of an edit make the system calls that they are known to make, and no more among many others", async () => {
  using project = layProject({ files: { "src/a.ts": "export const a = 1;\n", "src/b.ts": "export const b = 1;\n" } });
  const native = await loadNative();
  let last = NOTHING;
  const run = async (verb: string, input: unknown, place: Place): Promise<Told> => {
    last = await counted(native, verb, input, place);
    return SILENCE;
  };
  const me = session(project, { run });
  // The first one makes records that the others find.
  await round(project, me, () => last);
  const alone = await round(project, me, () => last);
  expect(alone).toEqual(KNOWN);

  for (let other = 0; other < 20; other += 1) {
    const locks = Array.from({ length: 50 }, (_, n) => `held/${other}-${n}.ts`);
    const acquired = Bun.spawnSync([BINARY, "lock", "acquire", ...locks, "--as", `other-${other}`], {
      cwd: project.dir,
      env: project.env,
    });
    expect([acquired.exitCode, acquired.stderr.toString()]).toEqual([0, ""]);
  }
  expect(await round(project, me, () => last)).toEqual(KNOWN);
});
