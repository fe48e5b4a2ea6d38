/** What counts as seen: DESIGN section 5, "Seen". */
import { expect, test } from "bun:test";
import { truncateSync, utimesSync } from "node:fs";
import { SILENCE } from "./hook.ts";
import { layProject, type Project } from "./project.ts";
import { readResponse, session, type Session } from "./session.ts";

const FILES = { "a.ts": "one\ntwo\nthree\n" } as const;

/** As if the file had last been changed a minute ago. */
function age(project: Project, file: string): void {
  const then = Date.now() / 1000 - 60;
  utimesSync(project.path(file), then, then);
}

/** The answer to a Read of the first lines only. */
function partOf(project: Project, file: string): unknown {
  const content = `${project.content(file).split("\n")[0] ?? ""}\n`;
  return { type: "text", file: { filePath: project.path(file), content, numLines: 1, startLine: 1, totalLines: 4 } };
}

/** A Read whose PostToolUse comes after `meanwhile`, with the answer that was made before. */
async function readAround(
  project: Project,
  s: Session,
  meanwhile: () => Promise<unknown>,
  part = false,
): Promise<void> {
  const call = await s.begin("Read", { file_path: project.path("a.ts") });
  const began = performance.now();
  const answer = part ? partOf(project, "a.ts") : readResponse(project, "a.ts");
  await meanwhile();
  expect(await s.finish(call, answer, Math.ceil(performance.now() - began))).toEqual(SILENCE);
}

for (const part of [false, true]) {
  const what = part ? "part of a file" : "a whole file";
  test(`a read of ${what} does not cover what was written after it began`, async () => {
    using project = layProject({ files: FILES });
    const [a, b] = [session(project), session(project)];
    await readAround(project, b, () => a.edit("a.ts", "one", "eins"), part);
    await a.batch();
    expect((await b.write("a.ts", "B\n")).denied).toContain(`a.ts was changed by ${a.id}`);
  });

  test(`a read of ${what} covers what was written before it began`, async () => {
    using project = layProject({ files: FILES });
    const [a, b] = [session(project), session(project)];
    await b.read("a.ts");
    await a.write("a.ts", "eins\nzwei\ndrei\n");
    await a.batch();
    if (part) {
      // Later than the write by more than the hook allows for clocks that tick.
      await Bun.sleep(250);
      age(project, "a.ts");
    }
    await readAround(project, b, async () => undefined, part);
    expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
  });
}

test("a read that began before the last recorded write covers nothing new, even if the file looks old", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  const meanwhile = async (): Promise<void> => {
    await a.edit("a.ts", "one", "eins");
    age(project, "a.ts");
  };
  await readAround(project, b, meanwhile, true);
  await a.batch();
  expect((await b.write("a.ts", "B\n")).denied).toContain(a.id);
});

test("a read in the middle of another's write covers the content that the reader got", async () => {
  using project = layProject({ files: FILES });
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  const call = await a.begin("Write", { file_path: project.path("a.ts"), content: "A\n" });
  project.write("a.ts", "A\n");
  await b.read("a.ts");
  await a.finish(call);
  await a.batch();
  expect(await b.write("a.ts", "B\n")).toEqual(SILENCE);
});

test("a read of a file that is not there, of a folder or of a notebook is no reason to speak", async () => {
  using project = layProject({ files: { "n.ipynb": "{}\n", "src/x": "" } });
  const a = session(project);
  for (const file of ["n.ipynb", "src", "nothing"]) {
    const call = await a.begin("Read", { file_path: project.path(file) });
    expect(await a.finish(call, { type: "notebook", file: { filePath: file, cells: [] } })).toEqual(SILENCE);
  }
});

test("a file of more than 8 MiB is known by its metadata, and the same rules hold", async () => {
  using project = layProject();
  project.write("big.txt", "");
  const grow = (size: number): void => truncateSync(project.path("big.txt"), size * 1024 * 1024);
  grow(9);
  age(project, "big.txt");
  const [a, b] = [session(project), session(project)];
  const input = { file_path: project.path("big.txt") };
  const part = { content: "\0", numLines: 1, startLine: 1, totalLines: 2 };
  await b.finish(await b.begin("Read", input), { type: "text", file: { filePath: input.file_path, ...part } });
  const call = await a.begin("Write", input);
  grow(10);
  await a.finish(call);
  await a.batch();
  expect((await b.begin("Write", input)).told.denied).toContain(a.id);
});

test("a change that keeps size and time is seen by its content's hash", async () => {
  using project = layProject({ files: FILES });
  age(project, "a.ts");
  const [a, b] = [session(project), session(project)];
  await b.read("a.ts");
  await a.edit("a.ts", "one", "uno");
  age(project, "a.ts");
  await a.batch();
  expect((await b.write("a.ts", "B\n")).denied).toContain(a.id);
});
