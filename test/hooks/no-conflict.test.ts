import { expect, test } from "bun:test";
import { SILENCE } from "./hook.ts";
import { layProject, type Project } from "./project.ts";
import { session } from "./session.ts";
import { leftovers, locks, writers } from "./state.ts";

const FILES = { "a.ts": "one\ntwo\nthree\n" } as const;

test("a change by the user's editor is no conflict", async () => {
  using project = layProject({ files: FILES });
  const a = session(project);
  await a.read("a.ts");
  project.write("a.ts", "by the user\n");
  expect(await a.write("a.ts", "A\n")).toEqual(SILENCE);
});

test("a change by the user after a foreign write does not hide that write", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  await a.write("a.ts", "A\n");
  await a.batch();
  project.write("a.ts", "A\nand the user\n");
  expect((await b.write("a.ts", "B\n")).denied).toContain(a.id);
});

test("what a formatter makes of the file after PostToolUse is its writer's at PostToolBatch, and no conflict", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "x=1\n");
  await b.read("a.ts");
  project.write("a.ts", "x = 1\n");
  await a.batch();
  expect(writers(project.state, "a.ts")).toEqual([a.id]);
  expect(await a.write("a.ts", "x = 2\n")).toEqual(SILENCE);
});

test("a session's own writes are no conflict, however many", async () => {
  using project = layProject({ files: FILES });
  const a = session(project);
  for (const text of ["1\n", "2\n", "3\n"]) {
    expect(await a.write("a.ts", text)).toEqual(SILENCE);
    await a.batch();
  }
});

test("a file that is as the session last saw it is no conflict, whoever wrote in between", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  await a.edit("a.ts", "one", "eins");
  await a.batch();
  await a.edit("a.ts", "eins", "one");
  await a.batch();
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
});

test("a file never seen, whose writer has gone before this session began, is no conflict", async () => {
  using project = layProject({ files: FILES });
  const a = session(project);
  await a.write("a.ts", "A\n");
  await a.batch();
  await a.end();
  const b = session(project);
  await b.start();
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
});

test("a file never seen, whose writer wrote after this session began and has gone, is a conflict", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  await b.start();
  await a.write("a.ts", "A\n");
  await a.batch();
  await a.end();
  expect((await b.write("a.ts", "B\n")).denied).toContain(a.id);
});

test("a file seen, whose writer has gone, still is a conflict", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  await a.write("a.ts", "A\n");
  await a.end();
  expect((await b.write("a.ts", "B\n")).denied).toContain(a.id);
});

async function unseenWrite(project: Project) {
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  await a.write("a.ts", "A\n");
  await a.batch();
  const told = await b.write("a.ts", "B\n");
  await b.batch();
  return told;
}

test("on_conflict warn lets the write pass with a note, and off without", async () => {
  using project = layProject({ files: FILES });
  project.configure({ on_conflict: "warn" });
  const warned = await unseenWrite(project);
  expect(warned.denied).toBeUndefined();
  expect(warned.context).toContain("a.ts was changed by claude-");
  expect(warned.context).not.toContain("keeps that change");
  project.configure({ on_conflict: "off" });
  project.write("a.ts", "again\n");
  expect(await unseenWrite(project)).toEqual(SILENCE);
});

test("a write that failed changes nothing of what is known", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  const call = await a.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
  await a.fail(call);
  await a.batch();
  expect(locks(project.state)).toEqual([]);
  expect(writers(project.state, "a.ts")).toEqual([]);
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
  for (const s of [a, b]) await s.end();
  expect(leftovers(project.state)).toEqual([]);
});
