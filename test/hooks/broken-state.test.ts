/** State in bits: unreadable is not absent, one bad record stops nobody, and it is told once (RELIABILITY.md section 3). */
import { expect, test } from "bun:test";
import { lutimesSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SILENCE, type Told } from "./hook.ts";
import { layProject, runIn, type Project } from "./project.ts";
import { session, type Session } from "./session.ts";
import { entries, leftovers } from "./state.ts";

type Break = (path: string, project: Project) => void;

function cut(share: number): Break {
  return (path) => truncateSync(path, Math.floor(readFileSync(path).length * share));
}

function put(text: string): Break {
  return (path) => writeFileSync(path, text);
}

function replace(make: Break): Break {
  return (path, project) => {
    rmSync(path);
    make(path, project);
  };
}

const BREAKS: readonly (readonly [what: string, break_: Break])[] = [
  ["empty", cut(0)],
  ["cut after a tenth", cut(0.1)],
  ["cut in the middle", cut(0.5)],
  ["cut near its end", cut(0.97)],
  ["NULs", (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length))],
  ["no JSON", put("hello\n")],
  ["a list", put("[]\n")],
  ["an empty object", put("{}\n")],
  ["a prototype", put('{"__proto__":{"key":"x"}}\n')],
  [
    "null in all fields",
    (path) => writeFileSync(path, readFileSync(path, "utf8").replaceAll(/:("[^"]*"|\d+)/g, ":null")),
  ],
  ["texts for numbers", (path) => writeFileSync(path, readFileSync(path, "utf8").replaceAll(/:(\d+)/g, ':"$1"'))],
  ["nested a hundred thousand deep", put("[".repeat(100_000))],
  ["8 MiB", put(" ".repeat(8 * 1024 * 1024))],
  ["a link to itself", replace((path) => symlinkSync(path, path))],
  ["a link to a file outside", replace((path, { root }) => symlinkSync(join(root, "home"), path))],
  ["a folder", replace((path) => mkdirSync(path))],
  ["a FIFO", replace((path, { root, env }) => void runIn(root, env, ["mkfifo", path]))],
];

/** A holds a.ts for its session. */
async function laid(project: Project): Promise<{ readonly a: Session; readonly b: Session }> {
  project.configure({ hold: "session" });
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "A\n");
  await a.batch();
  await b.start();
  return { a, b };
}

function only(project: Project, folder: string, part = ""): string {
  const [name = ""] = entries(join(project.state, folder)).filter((entry) => entry.includes(part));
  return join(project.state, folder, name);
}

/** Told in one line that something was moved away; nothing else. */
function expectReported(told: Told): void {
  expect(told.message).toMatch(/^coord: .* was broken \(.+\) and is now corrupt\/\S+\.$/);
}

for (const [what, break_] of BREAKS) {
  test(`an instance record that is ${what} is moved away, told once, and its session goes on`, async () => {
    using project = layProject();
    const { a, b } = await laid(project);
    break_(only(project, "heartbeats", a.id), project);
    const held = await b.write("a.ts", "B\n");
    expect(held.denied).toContain(`held by ${a.id}`);
    expectReported(held);
    expect(await b.write("b.ts", "B\n")).toEqual(SILENCE);
    expect(await a.write("c.ts", "A\n")).toEqual(SILENCE);
    expect(entries(join(project.state, "corrupt"))).toHaveLength(2);
  });

  test(`a ledger that is ${what} is moved away, told once, and the lock beside it still holds`, async () => {
    using project = layProject();
    const { a, b } = await laid(project);
    break_(only(project, "files"), project);
    expect(await b.write("b.ts", "B\n")).toEqual(SILENCE);
    const told = await b.write("a.ts", "B\n");
    expect(told.denied).toContain(`held by ${a.id}`);
    expectReported(told);
    const again = await b.write("a.ts", "B\n");
    expect([again.message, again.denied?.includes("held by")]).toEqual([undefined, true]);
    expect(entries(join(project.state, "corrupt"))).toHaveLength(2);
    expect(await a.write("a.ts", "A2\n")).toEqual(SILENCE);
  });

  test(`a lock file that is ${what} counts as somebody's until its time is over, then it is moved away`, async () => {
    using project = layProject();
    const { b } = await laid(project);
    const file = only(project, "locks");
    break_(file, project);
    const held = await b.write("a.ts", "B\n");
    expect(held.denied).toContain("held by unknown");
    expect(await b.write("b.ts", "B\n")).toEqual(SILENCE);
    expect(entries(join(project.state, "corrupt"))).toEqual([]);
    lutimesSync(file, 1, 1);
    const free = await b.write("a.ts", "B\n");
    expect(free.denied ?? "").not.toContain("held");
    expectReported(free);
    expect(entries(join(project.state, "corrupt"))).toHaveLength(2);
  });
}

test("a floor that is broken raises fences above all that were, and stops nobody", async () => {
  using project = layProject();
  writeFileSync(join(project.state, "floor.json"), '{"fence_floor":');
  const told = await session(project).write("a.ts", "1\n");
  expect(told.denied).toBeUndefined();
  expectReported(told);
  expect(project.content(only(project, "files"))).toMatch(/"fence":\d{16}/);
});

test("a history with broken lines is read around them", async () => {
  using project = layProject();
  const { a, b } = await laid(project);
  writeFileSync(
    join(project.state, "events.jsonl"),
    '\n{"event":\nnull\n[]\n\u0000\u0000\n{"event":1,"instance":2}\n',
    { flag: "a" },
  );
  await session(project).start();
  expect((await b.prompt("Go on")).message).toBeUndefined();
  await a.end();
  await b.end();
});

for (const [what, break_] of BREAKS.slice(-4)) {
  test(`a history that is ${what} stops nobody`, async () => {
    using project = layProject();
    const { a, b } = await laid(project);
    break_(join(project.state, "events.jsonl"), project);
    expect((await session(project).start()).context).toContain(a.id);
    expect((await b.prompt("Go on")).denied).toBeUndefined();
    expect(await b.write("b.ts", "B\n")).toEqual(SILENCE);
  });
}

test("what does not belong into the folders of the state is left alone", async () => {
  using project = layProject();
  const strange = [
    "locks/README",
    "locks/x.json.swp",
    "heartbeats/../.x.json",
    "files/sub/y.json",
    "held/z",
    "tmp/mine",
  ];
  for (const name of strange) project.write(join(project.state, name), "x\n");
  const a = session(project);
  expect(await a.start()).toEqual(SILENCE);
  expect(await a.write("a.ts", "1\n")).toEqual(SILENCE);
  await a.end();
  for (const name of strange) expect(project.has(join(project.state, name))).toBe(true);
});

for (const folder of ["tmp", "locks", "files", "heartbeats", "held", "corrupt", "guard"]) {
  test(`a state without its folder ${folder}/ stops nobody`, async () => {
    using project = layProject();
    rmSync(join(project.state, folder), { recursive: true, force: true });
    const a = session(project);
    for (const told of [await a.start(), await a.write("a.ts", "1\n"), await a.batch(), await a.end()]) {
      expect(told.denied).toBeUndefined();
    }
  });
}

test("the state of a session that was broken is whole again when it ends", async () => {
  using project = layProject();
  const { a, b } = await laid(project);
  cut(0.5)(only(project, "heartbeats", a.id), project);
  cut(0.5)(only(project, "files"), project);
  await a.write("a.ts", "A2\n");
  await a.end();
  await b.end();
  expect(leftovers(project.state).filter((name) => !name.startsWith("corrupt/"))).toEqual([]);
});
