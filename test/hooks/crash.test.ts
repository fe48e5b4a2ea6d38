import { expect, test } from "bun:test";
import { SILENCE } from "./hook.ts";
import { layProject, until } from "./project.ts";
import { session } from "./session.ts";
import { events, faults, instanceIds, leftovers, locks, writers } from "./state.ts";

for (const hold of ["tool", "turn", "session"] as const) {
  test(`a ${hold} lock of a killed session goes to the next one at once`, async () => {
    using project = layProject({ files: { "a.ts": "1\n" } });
    // A hook that waited for anything would run into the driver's own limit.
    project.configure({ hold, wait: "45s", tool_ttl: "1h", ttl: "1h", stale_after: "1h" });
    const [a, b] = [session(project), session(project)];
    await a.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
    await a.client.kill();
    expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
    expect(locks(project.state)).toEqual([`a.ts ${hold} ${b.id}`]);
  });
}

test("a write that waits for a tool lock goes on as soon as its holder is killed", async () => {
  using project = layProject();
  project.configure({ wait: "45s", tool_ttl: "1h" });
  const [a, b] = [session(project), session(project)];
  await a.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
  const waiting = b.write("a.ts", "B\n");
  await until("B is barred", () => events(project.state, "held").some((e) => e.instance === b.id));
  await a.client.kill();
  expect(await waiting).toEqual(SILENCE);
});

test("what has changed under a dead session's grant counts as its probable write", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  const [a, b] = [session(project), session(project)];
  await a.prompt("Half a job");
  await b.read("a.ts");
  await a.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
  project.write("a.ts", "A, half done\n");
  await a.client.kill();
  const { denied = "" } = await b.write("a.ts", "B\n");
  expect(denied).toContain(`a.ts was changed probably by ${a.id}`);
  expect(denied).toContain("ended before it could say so");
  expect(writers(project.state, "a.ts")).toEqual([`${a.id}?`]);
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
});

test("a dead session's unchanged file is nobody's write", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  await a.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
  await a.client.kill();
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
});

test("a session that starts sweeps away the dead and their subagents, and does not tell of them", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const a = session(project);
  const sub = a.subagent("abc");
  await a.write("a.ts", "A\n");
  await sub.start();
  await sub.write("b.ts", "A\n");
  await a.client.kill();
  const b = session(project);
  expect(await b.start()).toEqual(SILENCE);
  expect(instanceIds(project.state)).toEqual([b.id]);
  expect(locks(project.state)).toEqual([]);
  await b.end();
  expect(leftovers(project.state)).toEqual([]);
  expect(faults(project.state)).toEqual([]);
});

test("a killed session that is resumed is the same instance in a new process, without its old locks", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const a = session(project);
  await a.start();
  await a.write("a.ts", "A\n");
  await a.client.kill();
  const resumed = session(project, { sessionId: a.sessionId });
  await resumed.start("resume");
  expect(instanceIds(project.state)).toEqual([a.id]);
  const b = session(project);
  expect((await b.write("a.ts", "B\n")).denied).toContain(`a.ts was changed by ${a.id}`);
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
  expect((await resumed.write("a.ts", "A\n")).denied).toContain(`held by ${b.id}`);
});

test("a process that has taken a dead one's number does not keep its locks", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "A\n");
  // Another start time of the same pid is another process: forged here, because pids cannot be chosen.
  const file = `${project.state}/heartbeats/${a.id}.json`;
  const record = project.content(file);
  expect(record).toMatch(/"start":"\d+"/);
  project.write(file, record.replaceAll(/"start":"\d+"/g, '"start":"1"'));
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
  expect(locks(project.state)).toEqual([`a.ts session ${b.id}`]);
});
