/** A configuration that cannot be read must not switch the protection off: DESIGN section 8. */
import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SILENCE } from "./hook.ts";
import { layProject, runIn, type Project } from "./project.ts";
import { session } from "./session.ts";
import { entries, events, leftovers, locks } from "./state.ts";

const BAD: readonly (readonly [text: string, says: readonly string[]])[] = [
  ["", ["config.json", "empty"]],
  ["{", ["config.json", "not JSON"]],
  ["[]", ["config.json", "one JSON object"]],
  ['{"holt":"turn"}', ["config.json", "holt", "is not a key of coord", "hold"]],
  ['{"hold":"forever"}', ["config.json", "hold", '"tool", "turn", "session"']],
  ['{"ttl":"soon"}', ["config.json", "ttl", "10m"]],
  ['{"ttl":5}', ["config.json", "ttl", "10m"]],
  ['{"wait":"-1s"}', ["config.json", "wait"]],
  ['{"wait":"1m"}', ["config.json", "wait", "at most"]],
  ['{"tool_ttl":"1ms"}', ["config.json", "tool_ttl", "at least"]],
  ['{"strict":"yes"}', ["config.json", "strict", "true or false"]],
  ['{"ignore":"a/**"}', ["config.json", "ignore", "list"]],
  ['{"write_tools":["x"]}', ["config.json", "write_tools"]],
  ['{"on_conflict":"\\u001b[31m<b>"}', ["config.json", "on_conflict", '"deny", "warn", "off"']],
];

test("a config.json that is nested too deeply is named, and the defaults hold", async () => {
  using project = layProject();
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "1\n");
  writeFileSync(join(project.state, "config.json"), "[".repeat(100_000));
  const { denied, message } = await b.write("a.ts", "2\n");
  expect(denied).toContain(`held by ${a.id}`);
  expect(message).toContain("nested too deeply");
});

for (const [text, says] of BAD) {
  test(`a config.json of ${JSON.stringify(text)} is named once a session, and the defaults hold`, async () => {
    using project = layProject();
    writeFileSync(join(project.state, "config.json"), text);
    const a = session(project);
    const { message = "", ...rest } = await a.start();
    expect(rest).toEqual({ denied: undefined, context: undefined });
    for (const part of says) expect(message).toContain(part);
    expect(message).not.toContain("\u001b");
    expect(await a.write("a.ts", "1\n")).toEqual(SILENCE);
    expect(locks(project.state)).toEqual([`a.ts tool ${a.id}`]);
    expect(await a.batch()).toEqual(SILENCE);
    expect(locks(project.state)).toEqual([]);
    await a.end();
    expect(leftovers(project.state)).toEqual([]);
    expect(entries(join(project.state, "tmp"))).toEqual([]);
  });
}

test("the line about a bad config.json does not get lost beside a denial or a context", async () => {
  using project = layProject();
  const a = session(project);
  await a.start();
  await a.write("a.ts", "1\n");
  writeFileSync(join(project.state, "config.json"), "{");
  const [b, c] = [session(project), session(project)];
  const started = await b.start();
  expect(started.context).toContain(a.id);
  expect(started.message).toContain("config.json");
  const written = await c.write("a.ts", "2\n");
  expect(written.denied).toContain(`held by ${a.id}`);
  expect(written.message).toContain("config.json");
});

test("every failure is in the history, also those that the user is not told again", async () => {
  using project = layProject();
  writeFileSync(join(project.state, "config.json"), "{");
  const a = session(project);
  await a.start();
  await a.prompt("Hello");
  expect(events(project.state, "failed")).toMatchObject([
    { instance: a.id, cause: "CONFIG" },
    { instance: a.id, cause: "CONFIG" },
  ]);
});

for (const [what, make] of [
  ["a folder", (path: string) => mkdirSync(path)],
  ["a FIFO", (path: string) => void runIn("/", { PATH: process.env["PATH"] ?? "" }, ["mkfifo", path])],
  ["a loop of links", (path: string) => symlinkSync(path, path)],
  ["1 MB", (path: string) => writeFileSync(path, `{"hold":"${"x".repeat(1_000_000)}"}`)],
] as const) {
  test(`a config.json that is ${what} hangs nobody`, async () => {
    using project = layProject();
    const path = join(project.state, "config.json");
    rmSync(path, { force: true });
    make(path);
    const a = session(project);
    expect((await a.start()).message).toContain("config.json");
    expect(await a.write("a.ts", "1\n")).toEqual(SILENCE);
  });
}

test("a bad value in the environment is named with its place", async () => {
  using project = layProject();
  const { message } = await session(project, { env: { COORD_HOLD: "forever" } }).start();
  expect(message).toContain("COORD_");
  expect(message).toContain("hold");
});

test("the user's own config counts where the project's is silent", async () => {
  using project = layProject();
  project.write(join(project.env["HOME"] ?? "", ".config/coord/config.json"), '{"hold":"session"}');
  const a = session(project);
  await a.write("a.ts", "1\n");
  expect(locks(project.state)).toEqual([`a.ts session ${a.id}`]);
  project.configure({ hold: "turn" });
  await a.write("b.ts", "1\n");
  expect(locks(project.state)).toContain(`b.ts turn ${a.id}`);
});

for (const weaker of [{ on_conflict: "off" }, { on_conflict: "warn" }, { store: "file" }]) {
  test(`a config.json that git tracks may not set ${JSON.stringify(weaker)}`, async () => {
    using project = layProject({ files: { "a.ts": "1\n" } });
    const [a, b] = [session(project), session(project)];
    await b.read("a.ts");
    await a.write("a.ts", "A\n");
    await a.batch();
    project.configure(weaker);
    project.git("add", "-f", ".claude/coordination/config.json");
    const told = await b.write("a.ts", "B\n");
    expect(told.denied).toContain(`a.ts was changed by ${a.id}`);
    expect(told.message).toContain("is tracked by git");
  });
}

const HIDDEN_FROM_THE_INDEX: readonly (readonly [where: string, track: (project: Project) => void])[] = [
  [
    "behind a link",
    (project) => {
      renameSync(project.path(".claude"), project.path("shared"));
      symlinkSync("shared", project.path(".claude"));
      project.git("add", "-f", "shared/coordination/config.json");
    },
  ],
  [
    "in a repository of its own",
    (project) => {
      project.git("-C", ".claude", "init", "-q");
      project.git("-C", ".claude", "add", "-f", "coordination/config.json");
    },
  ],
  [
    "in an index that is split",
    (project) => {
      project.git("add", "-f", ".claude/coordination/config.json");
      project.git("update-index", "--split-index");
    },
  ],
];

for (const [where, track] of HIDDEN_FROM_THE_INDEX) {
  test(`a config.json that git tracks ${where} may not weaken anything either`, async () => {
    using project = layProject({ files: { "a.ts": "1\n" } });
    project.configure({ on_conflict: "off" });
    expect((await session(project).start()).message).toBeUndefined();
    track(project);
    expect((await session(project).start()).message).toContain("is tracked by git");
  });
}

test("where the configuration is bad and a folder of the state is a link, nothing is written where it leads", async () => {
  using project = layProject();
  const elsewhere = join(project.root, "elsewhere");
  mkdirSync(elsewhere);
  rmSync(join(project.state, "tmp"), { recursive: true, force: true });
  symlinkSync(elsewhere, join(project.state, "tmp"));
  writeFileSync(join(project.state, "config.json"), "{");
  const a = session(project);
  for (const told of [await a.start(), await a.write("a.ts", "1\n"), await a.stop()])
    expect(told.denied).toBeUndefined();
  expect(entries(elsewhere)).toEqual([]);
  expect(entries(project.state)).not.toContain("events.jsonl");
});

test("a config.json that git tracks may not take back the user's own strict", async () => {
  using project = layProject();
  project.write(join(project.env["HOME"] ?? "", ".config/coord/config.json"), '{"strict":true}');
  project.configure({ strict: false });
  project.git("add", "-f", ".claude/coordination/config.json");
  expect((await session(project).start()).message).toContain("is tracked by git");
});
