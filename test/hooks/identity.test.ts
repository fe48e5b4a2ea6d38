/** Who is who across /clear, --resume and processes: DESIGN section 3, "Instance IDs" and "Binding". */
import { expect, test } from "bun:test";
import { SILENCE } from "./hook.ts";
import { layProject } from "./project.ts";
import { session } from "./session.ts";
import { instanceIds, instances, leftovers, locks } from "./state.ts";

const FILES = { "a.ts": "one\ntwo\n" } as const;

test("what the session before /clear wrote is not foreign to the one after it", async () => {
  using project = layProject({ files: FILES });
  const before = session(project);
  await before.write("a.ts", "A\n");
  await before.batch();
  const after = session(project, { client: before.client });
  await before.end("clear");
  expect(await after.start("clear")).toEqual(SILENCE);
  expect(await after.write("a.ts", "B\n")).toEqual(SILENCE);
  expect(instanceIds(project.state)).toEqual([after.id]);
});

test("an asynchronous hook of the session before /clear, coming late, brings nobody back", async () => {
  using project = layProject();
  const before = session(project);
  await before.start();
  const after = session(project, { client: before.client });
  await before.end("clear");
  await after.start("clear");
  await before.begin("Bash", { command: "true" });
  await before.stop();
  expect(instanceIds(project.state)).toEqual([after.id]);
});

test("a session that is resumed while it runs is told that it is another, and bars and is barred like one", async () => {
  using project = layProject({ files: FILES });
  project.configure({ hold: "turn" });
  const first = session(project);
  await first.start();
  await first.write("a.ts", "first\n");
  const twin = session(project, { sessionId: first.sessionId });
  const id = `${first.id}-${twin.client.pid}`;
  const { context } = await twin.start("resume");
  expect(context).toContain(`also runs in process ${first.client.pid}`);
  expect(context).toContain(`known as ${id}`);
  expect(instanceIds(project.state)).toEqual([first.id, id].toSorted());
  expect((await twin.write("a.ts", "twin\n")).denied).toContain(`held by ${first.id} `);
  await twin.write("b.ts", "twin\n");
  expect((await first.write("b.ts", "first\n")).denied).toContain(`held by ${id} `);
});

test("the end of a twin leaves the first session as it was, and the other way round", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const first = session(project);
  await first.write("a.ts", "first\n");
  const twin = session(project, { sessionId: first.sessionId });
  await twin.start("resume");
  await twin.write("b.ts", "twin\n");
  await twin.end();
  expect(locks(project.state)).toEqual([`a.ts session ${first.id}`]);
  await twin.start("resume");
  await first.end();
  expect(instanceIds(project.state)).toEqual([`${first.id}-${twin.client.pid}`]);
  await twin.end();
  expect(leftovers(project.state)).toEqual([]);
});

test("a twin stays who it is when the first session ends, and keeps its locks", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const first = session(project);
  await first.start();
  const twin = session(project, { sessionId: first.sessionId });
  await twin.start("resume");
  await twin.write("a.ts", "1\n");
  await first.end();
  expect(await twin.write("a.ts", "2\n")).toEqual(SILENCE);
  await twin.prompt("Go on");
  expect(instanceIds(project.state)).toEqual([`${first.id}-${twin.client.pid}`]);
});

test("subagents of twins are apart", async () => {
  using project = layProject();
  project.configure({ hold: "turn" });
  const first = session(project);
  await first.start();
  const twin = session(project, { sessionId: first.sessionId });
  await twin.start("resume");
  await first.subagent("x1").write("a.ts", "first\n");
  expect((await twin.subagent("x1").write("a.ts", "twin\n")).denied).toContain(`held by ${first.id}.x1 `);
});

test("an instance keeps its whole session ID and the process it is bound to", async () => {
  using project = layProject();
  const a = session(project);
  await a.start();
  expect(instances(project.state)).toMatchObject([
    { instance_id: a.id, session_id: a.sessionId, parent: null, pid: a.client.pid, process: { pid: a.client.pid } },
  ]);
});

test("a client that does not say its process ID lives by its lease", async () => {
  using project = layProject();
  project.configure({ hold: "session", ttl: "300ms", stale_after: "300ms" });
  const a = session(project, { env: { CLAUDE_PID: "" } });
  await a.write("a.ts", "A\n");
  expect(instances(project.state)).toMatchObject([{ process: null, pid: null }]);
  const b = session(project);
  await b.read("a.ts");
  expect((await b.write("a.ts", "B\n")).denied).toContain(`held by ${a.id}`);
  await Bun.sleep(400);
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
});

for (const pid of ["0", "-1", "abc", "999999999", "1e3"]) {
  test(`a CLAUDE_PID of ${pid} names no process, and harms nobody`, async () => {
    using project = layProject();
    const a = session(project, { env: { CLAUDE_PID: pid } });
    expect(await a.start()).toEqual(SILENCE);
    expect(await a.write("a.ts", "A\n")).toEqual(SILENCE);
    await a.batch();
    expect(instances(project.state)).toMatchObject([{ instance_id: a.id, process: null }]);
    await a.end();
    expect(leftovers(project.state)).toEqual([]);
  });
}
