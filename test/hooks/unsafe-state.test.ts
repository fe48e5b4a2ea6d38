/** A state folder that cannot be trusted or used: SECURITY.md, "Files", and DESIGN section 5, "Fail open, loudly". */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runHook, SILENCE, type Told } from "./hook.ts";
import { BINARY, layProject, type Project, type Vars } from "./project.ts";
import { instanceOf, session } from "./session.ts";
import { entries, events } from "./state.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

const UNSAFE: readonly (readonly [what: string, spoil: (project: Project) => void, says: string])[] = [
  [
    "a link",
    ({ state }) => {
      renameSync(state, `${state}-real`);
      symlinkSync(`${state}-real`, state);
    },
    "symlink",
  ],
  ["world-writable", ({ state }) => chmodSync(state, 0o777), "may be written by everybody"],
  [
    "a file",
    ({ state }) => {
      rmSync(state, { recursive: true });
      writeFileSync(state, "");
    },
    "not a folder but a file",
  ],
];

for (const [what, spoil, says] of UNSAFE) {
  test(`a state folder that is ${what} is refused with one line, once a session, and stops no write`, async () => {
    using project = layProject();
    spoil(project);
    const [a, b] = [session(project), session(project)];
    const { message, ...rest } = await a.start();
    expect(rest).toEqual({ denied: undefined, context: undefined });
    expect(message).toContain(says);
    expect(message).toContain("The session goes on without this check");
    for (const told of [await a.prompt("Hello"), await a.write("a.ts", "1\n"), await a.batch(), await a.stop()]) {
      expect(told).toEqual(SILENCE);
    }
    expect((await b.write("a.ts", "2\n")).message).toContain(says);
    // Nothing was written where it leads.
    expect(entries(join(`${project.state}-real`, "tmp"))).toEqual([]);
    expect(entries(join(`${project.state}-real`, "heartbeats"))).toEqual([]);
  });

  test(`a state folder that is ${what} denies writes, and only those, under strict`, async () => {
    using project = layProject({ files: { "x.ts": "" } });
    spoil(project);
    const a = session(project, { env: { COORD_STRICT: "true" } });
    expect((await a.start()).denied).toBeUndefined();
    const { denied } = await a.write("a.ts", "1\n");
    expect(denied).toContain("Not written: coord: ");
    expect(denied).toContain(says);
    expect(denied).toContain('"strict"');
    expect(project.has("a.ts")).toBe(false);
    expect((await a.read("x.ts")).denied).toBeUndefined();
    for (const told of [await a.batch(), await a.stop(), await a.end()]) expect(told.denied).toBeUndefined();
  });
}

test("a guard that is a link is refused, and nothing is renamed where it leads", async () => {
  using project = layProject();
  await session(project).write("a.ts", "1\n");
  const elsewhere = join(project.root, "elsewhere");
  renameSync(join(project.state, "guard"), elsewhere);
  symlinkSync(elsewhere, join(project.state, "guard"));
  const { mtimeMs } = statSync(elsewhere);
  expect((await session(project).write("b.ts", "1\n")).message).toContain("not a folder but a symlink");
  expect([entries(elsewhere), statSync(elsewhere).mtimeMs]).toEqual([["free"], mtimeMs]);
});

test("a state folder of another user's is refused", async () => {
  if (!isRoot) return; // only root can give a folder away
  using project = layProject();
  chownSync(project.state, NOBODY, NOBODY);
  expect((await session(project).write("a.ts", "1\n")).message).toContain("belongs to another user");
});

test("strict in the state's own config counts too", async () => {
  using project = layProject();
  project.configure({ strict: true });
  const a = session(project);
  expect(await a.write("a.ts", "1\n")).toEqual(SILENCE);
  chmodSync(project.state, 0o777);
  expect((await a.write("b.ts", "1\n")).denied).toContain("may be written by everybody");
});

/**
 * A state folder that this user owns and cannot write to. Root can write anywhere, so root acts as nobody, by a copy of
 * the binary that nobody can reach.
 */
describe("a state folder without permission to write", () => {
  let project: Project | undefined;
  const argv: string[] = [];

  beforeAll(() => {
    project = layProject();
    const { root, dir, state } = project;
    if (isRoot) argv.push("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    const give = (path: string): void => {
      if (isRoot) chownSync(path, NOBODY, NOBODY);
    };
    chmodSync(root, 0o755);
    for (const path of [dir, join(root, "tmp"), state]) give(path);
    for (const name of readdirSync(state)) give(join(state, name));
    mkdirSync(join(state, "guard"));
    writeFileSync(join(state, "guard/free"), "");
    give(join(state, "guard"));
    for (const name of ["guard", "tmp", "locks", "files", "heartbeats", "held", "."])
      chmodSync(join(state, name), 0o500);
  });
  afterAll(() => project?.[Symbol.dispose]());

  async function check(sessionId: string, env: Vars = {}): Promise<Told> {
    if (project === undefined) throw new Error("not laid");
    const input = { session_id: sessionId, cwd: project.dir, hook_event_name: "PreToolUse", tool_name: "Write" };
    const place = { cwd: project.dir, env: { ...project.env, ...env } };
    const call = { ...input, tool_use_id: "t", tool_input: { file_path: project.path("a.ts"), content: "1" } };
    return runHook("check", call, place, [...argv, BINARY, "hook", "check"]);
  }

  test("is told once a session, with what to do, and stops no write", async () => {
    const first = await check("one");
    expect(first.denied).toBeUndefined();
    expect(first.message).toContain("EACCES");
    expect(first.message).toContain("check who owns the folder and its mode");
    expect(await check("one")).toEqual(SILENCE);
    expect((await check("two")).message).toContain("EACCES");
  });

  test("denies under strict", async () => {
    const { denied } = await check("three", { COORD_STRICT: "true" });
    expect(denied).toContain("EACCES");
  });
});

/** A mount namespace of one's own, which not every container allows. */
const MOUNT = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"',
];
const canMount = Bun.spawnSync([...MOUNT, import.meta.dir, "true"], { stderr: "ignore" }).exitCode === 0;

test.skipIf(!canMount)("a state folder on a read-only file system is told once and stops no write", async () => {
  using project = layProject();
  const a = session(project);
  await a.write("a.ts", "1\n");
  const input = { session_id: "s", cwd: project.dir, hook_event_name: "PreToolUse", tool_name: "Write" };
  const call = { ...input, tool_input: { file_path: project.path("b.ts"), content: "1" } };
  const argv = [...MOUNT, project.state, BINARY, "hook", "check"];
  const told = await runHook("check", call, { cwd: project.dir, env: project.env }, argv);
  expect(told.denied).toBeUndefined();
  expect(told.message).toContain("EROFS");
  expect(await runHook("check", call, { cwd: project.dir, env: project.env }, argv)).toEqual(SILENCE);
});

describe("a guard that is held", () => {
  test("by one who cannot be judged is waited for within the deadline, named, and stops no write", async () => {
    using project = layProject();
    mkdirSync(join(project.state, "guard"));
    const held = "held.otherhost.otherboot.1.4242.77.abcdef";
    writeFileSync(join(project.state, "guard", held), "");
    const { denied, message } = await session(project).write("a.ts", "1\n");
    expect(denied).toBeUndefined();
    expect(message).toContain(`coord doctor --break-guard ${held}`);
    expect(message).toContain("4242");
    expect(entries(join(project.state, "guard"))).toEqual([held]);
  }, 15_000);

  test("by a dead process is taken over at once", async () => {
    using project = layProject();
    const dead = session(project);
    await dead.write("a.ts", "1\n");
    const [, host, boot, pidns, start] =
      /"host":"(\w+)","boot":"(\w+)","pidns":"(\w+)","pid":\d+,"start":"(\w+)"/.exec(
        project.content(join(project.state, "heartbeats", `${instanceOf(dead.sessionId)}.json`)),
      ) ?? [];
    await dead.client.kill();
    const held = `held.${host}.${boot}.${pidns}.${dead.client.pid}.${start}.abcdef`;
    renameSync(join(project.state, "guard/free"), join(project.state, "guard", held));
    expect(await session(project).write("b.ts", "1\n")).toEqual(SILENCE);
    expect(entries(join(project.state, "guard"))).toEqual(["free"]);
    expect(events(project.state, "guard_taken_over")).toMatchObject([{ from: held }]);
  });

  test("denies under strict when it is not given back", async () => {
    using project = layProject();
    mkdirSync(join(project.state, "guard"));
    writeFileSync(join(project.state, "guard/held.otherhost.otherboot.1.4242.77.abcdef"), "");
    const a = session(project, { env: { COORD_STRICT: "true" } });
    expect((await a.write("a.ts", "1\n")).denied).toContain("break-guard");
  });
});
