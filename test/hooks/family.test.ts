/** A session and its subagents: DESIGN sections 2 ("Who bars whom") and 5 ("Foreign"). */
import { expect, test } from "bun:test";
import { SILENCE } from "./hook.ts";
import { layProject } from "./project.ts";
import { session } from "./session.ts";
import { instanceIds, instances, leftovers, locks } from "./state.ts";

const FILES = { "a.ts": "one\ntwo\n" } as const;
const NO_WAIT = { wait: "0ms", hold: "turn" } as const;

test("two subagents of one session bar each other", async () => {
  using project = layProject();
  project.configure(NO_WAIT);
  const main = session(project);
  const [x, y] = [main.subagent("x1"), main.subagent("y1", "reviewer")];
  await x.start();
  await y.start();
  expect(await x.write("a.ts", "X\n")).toEqual(SILENCE);
  expect((await y.write("a.ts", "Y\n")).denied).toContain(`held by ${x.id} (role "general-purpose"`);
  await x.stop();
  expect(locks(project.state)).toEqual([]);
});

test("a session is barred by its subagent's lock", async () => {
  using project = layProject();
  project.configure(NO_WAIT);
  const main = session(project);
  const sub = main.subagent("x1");
  await sub.write("a.ts", "S\n");
  expect((await main.write("a.ts", "M\n")).denied).toContain(`held by ${sub.id}`);
});

test("a subagent is not barred by its session's lock, nor told of its session's writes", async () => {
  using project = layProject({ files: FILES });
  project.configure(NO_WAIT);
  const main = session(project);
  const sub = main.subagent("x1");
  await sub.start();
  await sub.read("a.ts");
  await main.edit("a.ts", "one", "eins");
  expect(await sub.write("a.ts", "S\n")).toEqual(SILENCE);
  expect(locks(project.state)).toEqual([`a.ts turn ${main.id}`, `a.ts turn ${sub.id}`]);
  await sub.stop();
  expect(locks(project.state)).toEqual([`a.ts turn ${main.id}`]);
});

test("others are barred by both locks of a family, and by the one that is left", async () => {
  using project = layProject();
  project.configure(NO_WAIT);
  const [main, other] = [session(project), session(project)];
  const sub = main.subagent("x1");
  await main.write("a.ts", "M\n");
  await sub.write("a.ts", "S\n");
  expect((await other.write("a.ts", "O\n")).denied).toMatch(new RegExp(`held by (${main.id}|${sub.id}) `));
  await sub.stop();
  expect((await other.write("a.ts", "O\n")).denied).toContain(`held by ${main.id} `);
  await main.stop();
  expect(locks(project.state)).toEqual([]);
});

test("what a subagent writes is foreign to its session while it runs, and not when it has ended", async () => {
  using project = layProject({ files: { ...FILES, "b.ts": "b\n" } });
  const main = session(project);
  const sub = main.subagent("x1");
  for (const file of ["a.ts", "b.ts"]) await main.read(file);
  for (const file of ["a.ts", "b.ts"]) await sub.write(file, "S\n");
  await sub.batch();
  expect((await main.write("a.ts", "M\n")).denied).toContain(`a.ts was changed by ${sub.id}`);
  await sub.stop();
  expect(await main.write("b.ts", "M\n")).toEqual(SILENCE);
});

test("what an ended subagent wrote is not foreign to its sibling, but to everybody else", async () => {
  using project = layProject({ files: FILES });
  const [main, other] = [session(project), session(project)];
  const [x, y] = [main.subagent("x1"), main.subagent("y1")];
  await y.read("a.ts");
  await other.read("a.ts");
  await x.write("a.ts", "X\n");
  await x.stop();
  expect((await other.write("a.ts", "O\n")).denied).toContain(x.id);
  await other.batch();
  expect(await y.write("a.ts", "Y\n")).toEqual(SILENCE);
});

test("a subagent is told its own ID at its start, and is known by it", async () => {
  using project = layProject();
  const main = session(project);
  await main.start();
  const sub = main.subagent("a96c5ee504059d896", "explorer");
  const { context } = await sub.start();
  expect(context).toContain(sub.id);
  expect(context).toContain(`--as ${sub.id}`);
  const record = instances(project.state).find((r) => r.instance_id === sub.id);
  expect(record).toMatchObject({
    parent: main.id,
    agent_id: "a96c5ee504059d896",
    agent_role: "explorer",
    session_id: main.sessionId,
  });
});

test("a subagent that was not announced is registered by its first write, and its session with it", async () => {
  using project = layProject();
  const sub = session(project).subagent("x1");
  expect(await sub.write("a.ts", "S\n")).toEqual(SILENCE);
  expect(instanceIds(project.state)).toEqual([sub.id.split(".")[0] ?? "", sub.id]);
});

test("an agent ID that cannot be part of a name is hashed, and never near a path", async () => {
  using project = layProject();
  const sub = session(project).subagent("../../../../tmp/x y");
  await sub.start();
  expect(await sub.write("a.ts", "S\n")).toEqual(SILENCE);
  for (const id of instanceIds(project.state)) expect(id).toMatch(/^claude-[0-9a-f]{12}(\.[0-9a-f]{16})?$/);
});

test("the end of a session releases and unregisters its subagents too", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const [main, other] = [session(project), session(project)];
  await main.subagent("x1").write("a.ts", "S\n");
  await main.subagent("y1").start();
  await other.start();
  await main.end();
  expect(instanceIds(project.state)).toEqual([other.id]);
  expect(locks(project.state)).toEqual([]);
  await other.end();
  expect(leftovers(project.state)).toEqual([]);
});
