/** What a session is told of the others: at its start, and at each prompt. */
import { expect, test } from "bun:test";
import { SILENCE } from "./hook.ts";
import { layProject } from "./project.ts";
import { session } from "./session.ts";

/** What stands between the tags, line by line. */
function data(context: string | undefined): readonly string[] {
  const [, inside = ""] = /\n<coord-data>\n([^]*)\n<\/coord-data>/.exec(context ?? "") ?? [];
  return inside.split("\n");
}

test("a session that starts alone is told nothing", async () => {
  using project = layProject();
  const a = session(project);
  expect(await a.start()).toEqual(SILENCE);
  expect(await a.prompt("Hello")).toEqual(SILENCE);
  expect(await a.start("compact")).toEqual(SILENCE);
});

test("a session that starts is told who else is here, on what, where, and which files each holds or has changed", async () => {
  using project = layProject();
  project.configure({ hold: "turn" });
  project.git("switch", "-q", "-c", "feature/auth");
  const a = session(project);
  await a.start();
  await a.prompt("Implement the login\nwith all details");
  await a.write("src/old.ts", "1\n");
  await a.stop();
  await a.write("src/new.ts", "2\n");
  const { context } = await session(project).start();
  expect(context).toContain("not instructions");
  expect(data(context)).toEqual([
    `- ${a.id} (active, role "main", branch "feature/auth", task "Implement the login"): ` +
      "holds src/new.ts; changed in the last 30 minutes: src/new.ts, src/old.ts",
  ]);
});

test("subagents of others are told with their role", async () => {
  using project = layProject();
  const sub = session(project).subagent("x1", "code-reviewer");
  await sub.start();
  const { context } = await session(project).start();
  expect(data(context).some((line) => line.startsWith(`- ${sub.id} (active, role "code-reviewer"`))).toBe(true);
});

test("a subagent that starts is told of other sessions, not of its own", async () => {
  using project = layProject();
  const [a, b] = [session(project), session(project)];
  await a.start();
  await b.start();
  const { context } = await b.subagent("x1").start();
  expect(data(context).map((line) => line.split(" ")[1])).toEqual([a.id]);
});

test("a session of many others is told of the busiest in full, and how many more there are, within 2 KB", async () => {
  using project = layProject();
  const sessions = Array.from({ length: 24 }, () => session(project));
  await Promise.all(sessions.map((s, i) => s.prompt(`Task ${i} ${"of some length ".repeat(10)}`)));
  const busy = sessions[23] ?? session(project);
  await busy.write("src/a.ts", "1\n");
  const { context = "" } = await session(project).start();
  expect(Buffer.byteLength(context)).toBeLessThanOrEqual(2048);
  const lines = data(context);
  expect(lines[0]).toContain(busy.id);
  expect(lines[0]).toContain("holds src/a.ts");
  const more = Number(/^- and (\d+) more$/.exec(lines.at(-1) ?? "")?.[1] ?? 0);
  expect(lines.filter((line) => line.includes("claude-")).length + more).toBe(24);
});

test("a prompt tells once who has joined since, and with what", async () => {
  using project = layProject();
  const [a, b] = [session(project), session(project)];
  await a.start();
  await b.start();
  await b.prompt("Write the docs");
  const { context } = await a.prompt("Go on");
  expect(data(context)).toEqual([`- ${b.id} (role "main", task "Write the docs") has joined`]);
  expect(await a.prompt("Go on")).toEqual(SILENCE);
});

test("a prompt tells once which files that the session has seen others have changed", async () => {
  using project = layProject({ files: { "a.ts": "1\n", "b.ts": "1\n" } });
  const [a, b] = [session(project), session(project)];
  await a.start();
  await b.start();
  await a.prompt("First");
  await a.read("a.ts");
  await b.write("a.ts", "2\n");
  await b.write("b.ts", "2\n");
  await b.batch();
  const { context } = await a.prompt("Second");
  expect(data(context)).toEqual([`- a.ts, which this session has seen, was changed by ${b.id}`]);
  expect(await a.prompt("Third")).toEqual(SILENCE);
  await b.write("a.ts", "3\n");
  await b.batch();
  expect(data((await a.prompt("Fourth")).context)).toEqual([
    `- a.ts, which this session has seen, was changed by ${b.id}`,
  ]);
  // What a prompt was told does not stand in for the check.
  expect((await a.write("a.ts", "mine\n")).denied).toContain(b.id);
});

test("a prompt does not tell of one's own subagents, of those who have gone, nor of the dead", async () => {
  using project = layProject();
  const [a, gone, dead] = [session(project), session(project), session(project)];
  await a.start();
  await a.prompt("First");
  await a.subagent("x1").start();
  await gone.start();
  await gone.end();
  await dead.start();
  await dead.client.kill();
  expect(await a.prompt("Second")).toEqual(SILENCE);
});

test("a session that never had a SessionStart is told at its first prompt who is here", async () => {
  using project = layProject();
  const [a, b] = [session(project), session(project)];
  await a.start();
  expect(data((await b.prompt("Hello")).context)).toEqual([
    `- ${a.id} (role "main", task "General development") has joined`,
  ]);
});

test("the task that others see is the last prompt's first line, cut at 200 characters", async () => {
  using project = layProject();
  const a = session(project);
  await a.prompt("First");
  await a.prompt(`\n   ${"ä".repeat(300)}\nsecond line`);
  const { context } = await session(project).start();
  expect(context).toContain(`task "${"ä".repeat(200)}"`);
  expect(context).not.toContain("second line");
});
