/** How tool locks end when the client does not send all that one would wish: CLAUDE_CODE.md section 3.2. */
import { expect, test } from "bun:test";
import { SILENCE } from "./hook.ts";
import { layProject, type Project } from "./project.ts";
import { session, type Call, type Session } from "./session.ts";
import { leftovers, locks, writers } from "./state.ts";

function begin(project: Project, s: Session, text = "A\n"): Promise<Call> {
  return s.begin("Write", { file_path: project.path("a.ts"), content: text });
}

const NO_WAIT = { wait: "0ms" } as const;

test("after Esc the next prompt ends the tool locks that were left", async () => {
  using project = layProject();
  const a = session(project);
  await begin(project, a);
  expect(locks(project.state)).toEqual([`a.ts tool ${a.id}`]);
  await a.prompt("Something else");
  expect(locks(project.state)).toEqual([]);
});

test("after Esc the lock ends by itself, and what the call may have written counts as its probable write", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  project.configure({ tool_ttl: "300ms", wait: "5s" });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  await begin(project, a);
  project.write("a.ts", "A\n");
  const { denied } = await b.write("a.ts", "B\n");
  expect(denied).toContain(`a.ts was changed probably by ${a.id}`);
  expect(writers(project.state, "a.ts")).toEqual([`${a.id}?`]);
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
});

test("a call that waits at a permission prompt longer than tool_ttl is told, when another has written meanwhile", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  project.configure({ tool_ttl: "100ms", wait: "5s" });
  const [a, b] = [session(project), session(project)];
  await a.read("a.ts");
  await b.read("a.ts");
  const late = await begin(project, a);
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
  project.write("a.ts", "A\n");
  const { context } = await a.finish(late);
  expect(context).toContain(`a.ts was changed by ${b.id}`);
  expect(context).not.toContain("\n");
  // The other is told in turn, and nothing is told twice.
  expect((await b.write("a.ts", "B2\n")).denied).toContain(a.id);
  await a.batch();
  await a.read("a.ts");
  expect(await a.write("a.ts", "A2\n")).toEqual(SILENCE);
});

test("a call that finishes late, with nobody in between, has nothing to be told", async () => {
  using project = layProject();
  project.configure({ tool_ttl: "100ms" });
  const a = session(project);
  const late = await begin(project, a);
  await Bun.sleep(150);
  project.write("a.ts", "A\n");
  expect(await a.finish(late)).toEqual(SILENCE);
  await a.batch();
  expect(writers(project.state, "a.ts")).toEqual([a.id]);
});

for (const event of ["batch", "prompt", "stop"] as const) {
  test(`a permission denial sends neither PostToolUse nor failure: ${event} ends the lock`, async () => {
    using project = layProject({ files: { "a.ts": "1\n" } });
    project.configure(NO_WAIT);
    const [a, b] = [session(project), session(project)];
    await begin(project, a);
    await (event === "prompt" ? a.prompt("No") : a[event]());
    expect(locks(project.state)).toEqual([]);
    expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
  });
}

test("a permission denial of a subagent's call: SubagentStop ends the lock", async () => {
  using project = layProject();
  const a = session(project);
  const sub = a.subagent("abc");
  await sub.start();
  await begin(project, sub);
  expect(locks(project.state)).toEqual([`a.ts tool ${sub.id}`]);
  await sub.stop();
  expect(locks(project.state)).toEqual([]);
});

test("a session's batch does not end the locks of its subagent", async () => {
  using project = layProject();
  const a = session(project);
  const sub = a.subagent("abc");
  await begin(project, sub);
  await a.batch();
  await a.stop();
  expect(locks(project.state)).toEqual([`a.ts tool ${sub.id}`]);
});

test("PostToolUseFailure lets the lock go at the batch, and says nothing", async () => {
  using project = layProject();
  const a = session(project);
  const call = await begin(project, a);
  expect(await a.fail(call)).toEqual(SILENCE);
  expect(await a.batch()).toEqual(SILENCE);
  expect(locks(project.state)).toEqual([]);
  expect(writers(project.state, "a.ts")).toEqual([]);
});

test("an interrupted call may have written: the batch counts what has changed as its write", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  const call = await begin(project, a);
  project.write("a.ts", "A\n");
  await a.fail(call, true);
  await a.batch();
  expect((await b.write("a.ts", "B\n")).denied).toContain(a.id);
});

test("a denied call leaves no lock, whatever follows", async () => {
  using project = layProject();
  project.configure(NO_WAIT);
  const [a, b] = [session(project), session(project)];
  await begin(project, a);
  await begin(project, b);
  expect(locks(project.state)).toEqual([`a.ts tool ${a.id}`]);
  await b.batch();
  expect(locks(project.state)).toEqual([`a.ts tool ${a.id}`]);
});

test("a heartbeat does not renew a tool lock", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  project.configure({ tool_ttl: "200ms", wait: "5s" });
  const [a, b] = [session(project), session(project)];
  await begin(project, a);
  const waiting = b.write("a.ts", "B\n");
  for (let i = 0; i < 5; i += 1) await a.begin("Bash", { command: "true" });
  expect(await waiting).toEqual(SILENCE);
});

test("an end of a call after the end of its session registers nobody", async () => {
  using project = layProject();
  const a = session(project);
  const call = await begin(project, a);
  await a.end();
  expect(await a.finish(call)).toEqual(SILENCE);
  expect(await a.batch()).toEqual(SILENCE);
  expect(await a.stop()).toEqual(SILENCE);
  expect(leftovers(project.state)).toEqual([]);
});
