import { expect, test } from "bun:test";
import { SILENCE } from "./hook.ts";
import { layProject, runIn, type Project } from "./project.ts";
import { session, type Session } from "./session.ts";
import { locks } from "./state.ts";

const FILES = { "a.ts": "one\ntwo\nthree\n" } as const;

/** B has read a.ts, then A has changed it. */
async function changedBehindB(project: Project): Promise<{ readonly a: Session; readonly b: Session }> {
  const [a, b] = [session(project), session(project)];
  await a.prompt("Translate the numbers");
  await b.read("a.ts");
  await a.edit("a.ts", "one", "eins");
  await a.batch();
  return { a, b };
}

test("a Write over a change that the session has not seen is denied once, with writer, time and what to do", async () => {
  using project = layProject({ files: FILES });
  const { a, b } = await changedBehindB(project);
  const { denied = "" } = await b.write("a.ts", "mine\n");
  const who = `${a.id} \\(role "main", task "Translate the numbers"\\) at \\d\\d:\\d\\d`;
  expect(denied).toMatch(
    new RegExp(`^Not written: a\\.ts was changed by ${who}, and this session has not seen that change\\.`),
  );
  expect(denied).toContain("Read it again");
  expect(project.content("a.ts")).toBe("eins\ntwo\nthree\n");
  // Nobody waits for the one who was told to read first.
  expect(locks(project.state)).toEqual([]);
  expect(await b.write("a.ts", "mine\n")).toEqual(SILENCE);
});

test("the command that a conflict prints shows the change", async () => {
  using project = layProject({ files: FILES });
  const { b } = await changedBehindB(project);
  const { denied = "" } = await b.write("a.ts", "mine\n");
  const [, diff = ""] = /(git diff -- \S+)\.$/.exec(denied) ?? [];
  expect(runIn(project.dir, project.env, ["sh", "-c", diff])).toContain("+eins");
});

test("reading the change again makes the write pass without a word", async () => {
  using project = layProject({ files: FILES });
  const { b } = await changedBehindB(project);
  await b.read("a.ts");
  expect(await b.write("a.ts", "mine\n")).toEqual(SILENCE);
});

test("a newer foreign write counts again after the last one was told", async () => {
  using project = layProject({ files: FILES });
  const { a, b } = await changedBehindB(project);
  expect((await b.write("a.ts", "mine\n")).denied).toContain(a.id);
  await a.edit("a.ts", "two", "zwei");
  await a.batch();
  expect((await b.write("a.ts", "mine\n")).denied).toContain(a.id);
  expect(await b.write("a.ts", "mine\n")).toEqual(SILENCE);
});

test("each session is told for itself, and each path for itself", async () => {
  using project = layProject({ files: { ...FILES, "b.ts": "b\n" } });
  const { a, b } = await changedBehindB(project);
  const c = session(project);
  await c.read("b.ts");
  await b.read("b.ts");
  await a.write("b.ts", "A\n");
  await a.batch();
  expect((await b.write("a.ts", "B\n")).denied).toContain(a.id);
  expect((await b.write("b.ts", "B\n")).denied).toContain(a.id);
  expect((await c.write("b.ts", "C\n")).denied).toContain(a.id);
});

test("an Edit whose text is there passes with a note, once", async () => {
  using project = layProject({ files: FILES });
  const { a, b } = await changedBehindB(project);
  const told = await b.edit("a.ts", "three", "drei");
  expect(told.denied).toBeUndefined();
  expect(told.context).toContain(`a.ts was changed by ${a.id}`);
  expect(told.context).not.toContain("\n");
  expect(project.content("a.ts")).toBe("eins\ntwo\ndrei\n");
  await b.batch();
  expect(await b.edit("a.ts", "two", "zwei")).toEqual(SILENCE);
});

test("an Edit whose text is not there any more is denied", async () => {
  using project = layProject({ files: FILES });
  const { a, b } = await changedBehindB(project);
  const call = await b.begin("Edit", { file_path: project.path("a.ts"), old_string: "one", new_string: "1" });
  expect(call.told.denied).toContain(`a.ts was changed by ${a.id}`);
});

test("an Edit is compared with Windows line ends as the client does", async () => {
  using project = layProject({ files: { "a.ts": "one\r\ntwo\r\nthree\r\n" } });
  const { a, b } = await changedBehindB(project);
  const input = { file_path: project.path("a.ts"), old_string: "two\nthree", new_string: "2" };
  const { told } = await b.begin("Edit", input);
  expect(told.denied).toBeUndefined();
  expect(told.context).toContain(a.id);
});

test("a Write over a file that the session never saw is denied, while its writer is there", async () => {
  using project = layProject();
  const [a, b] = [session(project), session(project)];
  await a.write("new.ts", "A\n");
  await a.batch();
  expect((await b.write("new.ts", "B\n")).denied).toContain(`new.ts was changed by ${a.id}`);
  expect(await b.write("new.ts", "B\n")).toEqual(SILENCE);
});

test("a file that its writer has deleted is a change too", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  await a.write("a.ts", "A\n");
  await a.batch();
  project.git("rm", "-q", "-f", "a.ts");
  expect((await b.write("a.ts", "B\n")).denied).toContain(a.id);
});

test("both of two others who wrote count, whichever was last", async () => {
  using project = layProject({ files: FILES });
  const { a, b } = await changedBehindB(project);
  const c = session(project);
  await c.read("a.ts");
  await c.edit("a.ts", "two", "zwei");
  await c.batch();
  const { denied } = await b.write("a.ts", "B\n");
  expect(denied).toContain(c.id);
  expect(denied).not.toContain(`changed by ${a.id}`);
});
