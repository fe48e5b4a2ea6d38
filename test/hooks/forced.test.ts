/** A session whose lock was ended by force is told at its next prompt. */
import { expect, test } from "bun:test";
import { coord } from "../e2e/cli.ts";
import { layProject, type Project } from "./project.ts";
import { session } from "./session.ts";

function forceFree(project: Project, file: string): void {
  const env = { COORD_INSTANCE_ID: "carol" };
  const [, id = ""] = /Lock ID: (\S+)/.exec(coord(project, ["lock", "check", file], { env }).out) ?? [];
  const done = coord(project, ["lock", "release", file, "--force", "--lock-id", id], { env });
  if (done.out !== `Released: ${file}\n`) throw new Error(done.err);
}

test("a session learns at its next prompt, once, that its lock was ended by force; others do not", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const [a, b] = [session(project), session(project)];
  for (const one of [a, b]) {
    await one.start();
    await one.prompt("Begin");
  }
  await a.prompt("Go on");
  await a.write("src/a.ts", "1\n");
  forceFree(project, "src/a.ts");
  const { context } = await a.prompt("Go on");
  expect(context).toMatch(
    /<coord-data>\n(?:- .*\n)*- src\/a\.ts: this session's lock was ended by force by carol at \d\d:\d\d\n(?:- .*\n)*<\/coord-data>/,
  );
  expect((await a.prompt("Go on")).context ?? "").not.toContain("by force");
  expect((await b.prompt("Go on")).context ?? "").not.toContain("by force");
});

test("the path is written by that session as any other afterwards", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const a = session(project);
  await a.start();
  await a.write("src/a.ts", "1\n");
  forceFree(project, "src/a.ts");
  expect((await a.write("src/a.ts", "2\n")).denied).toBeUndefined();
  expect(project.content("src/a.ts")).toBe("2\n");
});

test("a model that waits as its denial says is not led to a claim that nothing ends", async () => {
  using project = layProject();
  const a = session(project);
  const sub = a.subagent("x1");
  await a.start();
  await sub.start();
  const env = { CLAUDE_CODE_SESSION_ID: a.sessionId };
  const free = "Free: src/a.ts\nIt can be written now: the edit takes the lock itself\n";
  for (const as of [[], ["--as", sub.id]]) {
    expect(coord(project, ["lock", "wait", "src/a.ts", "--timeout", "1s", ...as], { env }).out).toBe(free);
    expect(coord(project, ["lock", "check", "src/a.ts", ...as], { env }).out).toBe(free);
  }
  expect(coord(project, ["lock", "check", "src/a.ts", "--as", "script"], { env }).out).toContain("coord lock acquire");
});

test("a wait that ends says who has changed the file since it was seen", async () => {
  using project = layProject();
  const [a, b] = [session(project), session(project)];
  await a.start();
  await b.start();
  project.write("src/a.ts", "1\n");
  await a.read("src/a.ts");
  await b.read("src/a.ts");
  await b.write("src/a.ts", "2\n");
  await b.stop();
  const { code, out } = coord(project, ["lock", "wait", "src/a.ts", "--timeout", "60s"], {
    env: { CLAUDE_CODE_SESSION_ID: a.sessionId, CLAUDE_PID: String(a.client.pid) },
  });
  expect({ code, out }).toEqual({
    code: 0,
    out: `Free: src/a.ts; ${b.id} has changed it since you saw it: read it again\nIt can be written now: the edit takes the lock itself\n`,
  });
});
