/** "No silent lost update" (DESIGN section 1), where the order of events makes it easy to miss one. */
import { expect, test } from "bun:test";
import { layProject } from "./project.ts";
import { session } from "./session.ts";

const FILES = { "a.ts": "one\ntwo\nthree\n" } as const;

test("a second write under the same turn's lock counts for one who has read between the two", async () => {
  using project = layProject({ files: FILES });
  project.configure({ hold: "turn" });
  const [a, b] = [session(project), session(project)];
  await a.edit("a.ts", "one", "eins");
  await a.batch();
  await b.read("a.ts");
  await a.edit("a.ts", "two", "zwei");
  await a.batch();
  await a.stop();
  expect((await b.write("a.ts", "B\n")).denied).toContain(`a.ts was changed by ${a.id}`);
});

test("a second write under the same batch's lock counts for one who has read between the two", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  await a.edit("a.ts", "one", "eins");
  await b.read("a.ts");
  await a.edit("a.ts", "two", "zwei");
  await a.batch();
  expect((await b.write("a.ts", "B\n")).denied).toContain(`a.ts was changed by ${a.id}`);
});

test("a write back to an earlier content counts, when it undoes what was seen", async () => {
  using project = layProject({ files: FILES });
  const [a, b, c] = [session(project), session(project), session(project)];
  await b.read("a.ts");
  await a.edit("a.ts", "one", "eins");
  await a.batch();
  await c.read("a.ts");
  await a.edit("a.ts", "eins", "one");
  await a.batch();
  // B's knowledge is what is there; C's is not.
  expect((await b.write("a.ts", "B\n")).denied).toBeUndefined();
  await b.batch();
  expect((await c.write("a.ts", "C\n")).denied).toContain(b.id);
});

test("a write that C undid counts for one who had read it", async () => {
  using project = layProject({ files: FILES });
  const [a, c] = [session(project), session(project)];
  await a.edit("a.ts", "one", "eins");
  await a.batch();
  await c.read("a.ts");
  await a.edit("a.ts", "eins", "one");
  await a.batch();
  expect((await c.write("a.ts", "C\n")).denied).toContain(a.id);
});

test("a write without a lock of its own, reported late, is told to the one who has written since", async () => {
  using project = layProject({ files: FILES });
  project.configure({ tool_ttl: "100ms" });
  const [a, b] = [session(project), session(project)];
  await a.read("a.ts");
  await b.read("a.ts");
  const late = await a.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
  expect((await b.write("a.ts", "B\n")).denied).toBeUndefined();
  await b.batch();
  project.write("a.ts", "A\n");
  const { context } = await a.finish(late);
  expect(context).toContain(`a.ts was changed by ${b.id}`);
  await a.batch();
  expect((await b.write("a.ts", "B again\n")).denied).toContain(`a.ts was changed by ${a.id}`);
});

test("what one's own subagent wrote does not hide what another wrote", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  const sub = b.subagent("abc");
  await b.read("a.ts");
  await a.edit("a.ts", "one", "eins");
  await a.batch();
  await sub.start();
  await sub.read("a.ts");
  await sub.edit("a.ts", "two", "zwei");
  await sub.batch();
  await sub.stop();
  expect((await b.write("a.ts", "B\n")).denied).toContain(a.id);
});
