import { expect, test } from "bun:test";
import { SILENCE } from "./hook.ts";
import { BINARY, layProject, runIn, until } from "./project.ts";
import { session } from "./session.ts";
import { events, leftovers, locks } from "./state.ts";

test("under hold tool a second write waits, and passes when the first has changed nothing that it knows", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  project.configure({ wait: "10s" });
  const [a, b] = [session(project), session(project)];
  await a.read("a.ts");
  await b.read("a.ts");
  const call = await a.begin("Write", { file_path: project.path("a.ts"), content: "2\n" });
  const waiting = b.write("a.ts", "3\n");
  await until("B is barred", () => events(project.state, "held").some((e) => e.instance === b.id));
  await a.fail(call);
  await a.batch();
  expect(await waiting).toEqual(SILENCE);
  expect(project.content("a.ts")).toBe("3\n");
});

test("under hold tool a second write waits, and is told when the first has changed the file", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  project.configure({ wait: "10s" });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  const call = await a.begin("Write", { file_path: project.path("a.ts"), content: "2\n" });
  const waiting = b.write("a.ts", "3\n");
  await until("B is barred", () => events(project.state, "held").some((e) => e.instance === b.id));
  project.write("a.ts", "2\n");
  await a.finish(call);
  await a.batch();
  const { denied } = await waiting;
  expect(denied).toContain(`a.ts was changed by ${a.id}`);
  expect(denied).toContain("Read it again");
  expect(project.content("a.ts")).toBe("2\n");
});

test("under hold tool the batch ends the lock, and PostToolUse alone does not", async () => {
  using project = layProject();
  project.configure({ wait: "0ms" });
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "1\n");
  expect((await b.write("a.ts", "2\n")).denied).toContain(`held by ${a.id}`);
  await a.batch();
  expect(locks(project.state)).toEqual([]);
});

test("under hold turn a lock lasts until Stop", async () => {
  using project = layProject();
  project.configure({ hold: "turn" });
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "1\n");
  await a.batch();
  await a.prompt("Go on");
  expect((await b.write("a.ts", "2\n")).denied).toContain(`held by ${a.id}`);
  await a.stop();
  expect(locks(project.state)).toEqual([]);
});

test("under hold session a lock lasts until SessionEnd", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "1\n");
  await a.batch();
  await a.stop();
  expect((await b.write("a.ts", "2\n")).denied).toContain(`held by ${a.id}`);
  await a.end();
  expect(locks(project.state)).toEqual([]);
  await b.end();
  expect(leftovers(project.state)).toEqual([]);
});

test("the environment's hold policy counts more than the project's", async () => {
  using project = layProject();
  project.configure({ hold: "turn" });
  const a = session(project, { env: { COORD_HOLD: "session" } });
  await a.write("a.ts", "1\n");
  expect(locks(project.state)).toEqual([`a.ts session ${a.id}`]);
});

test("other files stay free while one is held", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "1\n");
  expect(await b.write("b.ts", "2\n")).toEqual(SILENCE);
  expect(locks(project.state)).toEqual([`a.ts session ${a.id}`, `b.ts session ${b.id}`]);
});

test("a session's own lock never bars it, and two calls in one batch share it", async () => {
  using project = layProject();
  const a = session(project);
  expect(await a.write("a.ts", "1\n")).toEqual(SILENCE);
  expect(await a.edit("a.ts", "1", "2")).toEqual(SILENCE);
  expect(locks(project.state)).toEqual([`a.ts tool ${a.id}`]);
  await a.batch();
  expect(locks(project.state)).toEqual([]);
});

test("a hook that is wired twice takes one lock, and one end of the call ends it", async () => {
  using project = layProject();
  const a = session(project);
  const call = { tool_name: "Write", tool_use_id: "t1", tool_input: { file_path: project.path("a.ts") } };
  expect(await a.send("PreToolUse", call)).toEqual(SILENCE);
  expect(await a.send("PreToolUse", call)).toEqual(SILENCE);
  expect(locks(project.state)).toEqual([`a.ts tool ${a.id}`]);
  expect(await a.send("PostToolUse", call)).toEqual(SILENCE);
  expect(await a.send("PostToolUse", call)).toEqual(SILENCE);
  await a.batch();
  expect(locks(project.state)).toEqual([]);
});

test("a claim made by command outlives batch and turn, and ends with the session", async () => {
  using project = layProject();
  const a = session(project);
  const env = { ...project.env, CLAUDE_CODE_SESSION_ID: a.sessionId, CLAUDE_PID: String(a.client.pid) };
  await a.start();
  runIn(project.dir, env, [BINARY, "lock", "acquire", "a.ts"]);
  expect(await a.write("a.ts", "1\n")).toEqual(SILENCE);
  await a.batch();
  await a.stop();
  await a.prompt("Go on");
  expect(locks(project.state)).toEqual([`a.ts claim ${a.id}`]);
  await a.end();
  expect(leftovers(project.state)).toEqual([]);
});

test("a hook that waits takes nothing when its client has died meanwhile", async () => {
  using project = layProject();
  project.configure({ wait: "10s" });
  const [a, b] = [session(project), session(project)];
  const call = await a.begin("Write", { file_path: project.path("a.ts"), content: "1\n" });
  const waiting = b.begin("Write", { file_path: project.path("a.ts"), content: "2\n" });
  await until("B is barred", () => events(project.state, "held").some((e) => e.instance === b.id));
  await b.client.kill();
  await a.fail(call);
  await a.batch();
  // A client that cannot be found may only be out of sight: silence would let its call go on.
  expect((await waiting).told.denied).toContain(`a.ts is held by ${a.id}`);
  expect(locks(project.state)).toEqual([]);
});

for (const kind of ["turn", "session"] as const) {
  test(`a lock held for a ${kind} is denied at once, without waiting`, async () => {
    using project = layProject();
    // A hook that waited would run into the driver's own limit.
    project.configure({ hold: kind, wait: "45s" });
    const [a, b] = [session(project), session(project)];
    await a.write("a.ts", "1\n");
    expect((await b.write("a.ts", "2\n")).denied).toContain(`held by ${a.id}`);
  });
}
