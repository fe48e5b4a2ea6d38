/** Names that a file system allows and nobody expects: the same file is the same lock, and nothing escapes. */
import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { runIn, layProject, type Project } from "./project.ts";
import { SILENCE } from "./hook.ts";
import { session } from "./session.ts";
import { entries, faults, leftovers, locks } from "./state.ts";

/** A holds `one` for its turn; what B is told who writes `other`. */
async function bars(project: Project, one: string, other: string): Promise<boolean> {
  project.configure({ hold: "turn" });
  const [a, b] = [session(project), session(project)];
  expect((await a.begin("Write", { file_path: one, content: "A" })).told).toEqual(SILENCE);
  const { denied } = (await b.begin("Write", { file_path: other, content: "B" })).told;
  await a.end();
  await b.end();
  expect(leftovers(project.state)).toEqual([]);
  expect(faults(project.state)).toEqual([]);
  return denied?.includes(`held by ${a.id}`) === true;
}

const NFC = "\u00e9.ts";
const NFD = "e\u0301.ts";

const SAME: readonly (readonly [what: string, file: string, name: (project: Project) => string])[] = [
  ["a relative path", "src/a.ts", () => "src/a.ts"],
  ["./", "src/a.ts", () => "./src/./a.ts"],
  ["..", "src/a.ts", (p) => `${p.dir}/other/../src/a.ts`],
  ["doubled slashes", "src/a.ts", (p) => `${p.dir}//src///a.ts`],
  ["a link to its folder", "src/a.ts", (p) => p.path("folder-link/a.ts")],
  ["a link to it", "src/a.ts", (p) => p.path("file-link")],
  ["a link to the project", "src/a.ts", (p) => join(p.root, "project-link/src/a.ts")],
  ["a link whose file is not there yet", "src/later.ts", (p) => p.path("dangling")],
  ["the same name", "a b.ts", (p) => p.path("a b.ts")],
  ["the same name", "-rf", (p) => p.path("-rf")],
  ["the same name", 'it\'s "q" `x` $(y).ts', (p) => p.path('it\'s "q" `x` $(y).ts')],
  ["the same name", "line\nend\r\t.ts", (p) => p.path("line\nend\r\t.ts")],
  ["the same name", "esc\u001b[31m\u0007.ts", (p) => p.path("esc\u001b[31m\u0007.ts")],
  ["the same name", NFC, (p) => p.path(NFC)],
  ["the same name", "__proto__", (p) => p.path("__proto__")],
  ["the same name", "a\\b", (p) => p.path("a\\b")],
  ["the same name", `${"n".repeat(252)}.ts`, (p) => p.path(`${"n".repeat(252)}.ts`)],
  ["the same name", `${"ü".repeat(127)}x`, (p) => p.path(`${"ü".repeat(127)}x`)],
  [
    "the same name, of 224 bytes",
    `${"d".repeat(110)}/${"f".repeat(113)}`,
    (p) => p.path(`${"d".repeat(110)}/${"f".repeat(113)}`),
  ],
];

for (const [what, file, name] of SAME) {
  test(`${JSON.stringify(file).slice(0, 40)} by ${what} is the same lock`, async () => {
    using project = layProject();
    for (const folder of ["src", "other"]) mkdirSync(project.path(folder));
    symlinkSync("src", project.path("folder-link"));
    symlinkSync("src/a.ts", project.path("file-link"));
    symlinkSync("src/later.ts", project.path("dangling"));
    symlinkSync(project.dir, join(project.root, "project-link"));
    if (file === "src/a.ts") project.write(file, "1\n");
    expect(await bars(project, project.path(file), name(project))).toBe(true);
  });
}

const OTHER: readonly (readonly [one: string, other: string])[] = [
  ["a.ts", "b.ts"],
  ["a.ts", "A.ts"],
  [NFC, NFD],
  ["a", "a/b"],
  ["a b", "a  b"],
];

for (const [one, other] of OTHER) {
  // On the file systems of Linux these are two files.
  test.skipIf(process.platform === "darwin")(
    `${JSON.stringify(one)} and ${JSON.stringify(other)} are two locks`,
    async () => {
      using project = layProject();
      expect(await bars(project, project.path(one), project.path(other))).toBe(false);
    },
  );
}

const NO_FILE: readonly (readonly [what: string, lay: (project: Project) => string])[] = [
  ["a folder", (p) => p.path("src")],
  ["a FIFO", (p) => p.path("fifo")],
  ["a device", () => "/dev/null"],
  ["a link to a FIFO", (p) => p.path("fifo-link")],
  ["a loop of links", (p) => p.path("loop")],
  ["a file below a loop of links", (p) => p.path("loop/a.ts")],
  ["a file below a file", (p) => p.path("x.ts/a.ts")],
  ["a path of 5,000 characters", (p) => p.path("d/".repeat(2500))],
  ["a name of 256 bytes", (p) => p.path("n".repeat(256))],
  ["a path with a NUL", (p) => p.path("a\0b.ts")],
  ["a path outside of the workspace", (p) => join(p.root, "outside.ts")],
  ["the root folder", () => "/"],
  ["a lone surrogate", (p) => p.path("a\ud800.ts")],
];

for (const [what, lay] of NO_FILE) {
  test(`a write of ${what} is not stopped, and every hook ends at once`, async () => {
    using project = layProject({ files: { "src/x": "", "x.ts": "" } });
    runIn(project.dir, project.env, ["mkfifo", "fifo"]);
    symlinkSync("fifo", project.path("fifo-link"));
    symlinkSync("loop", project.path("loop"));
    const a = session(project);
    const path = lay(project);
    for (const tool of ["Write", "Edit", "Read"]) {
      const call = await a.begin(tool, { file_path: path, content: "1\n", old_string: "1" });
      expect(call.told.denied).toBeUndefined();
      expect((await a.finish(call)).denied).toBeUndefined();
      expect((await a.fail(call)).denied).toBeUndefined();
    }
    await a.batch();
    expect(locks(project.state)).toEqual([]);
    await a.end();
    expect(faults(project.state)).toEqual([]);
    expect(leftovers(project.state)).toEqual([]);
    expect(entries(project.root)).toEqual(["home", "project", "tmp"]);
  });
}

test("a relative notebook_path is taken from where the session is", async () => {
  using project = layProject({ files: { "src/n.ipynb": "{}\n" } });
  const a = session(project, { cwd: project.path("src") });
  await a.begin("NotebookEdit", { notebook_path: "n.ipynb", cell_id: "c", new_source: "1" });
  expect(locks(project.state)).toEqual([`src/n.ipynb tool ${a.id}`]);
});

test("an MCP tool that is named in write_tools is checked like a write", async () => {
  using project = layProject();
  project.configure({ hold: "turn", write_tools: { mcp__fs__write: "target" } });
  const a = session(project);
  await a.write("a.ts", "1\n");
  const b = session(project);
  const input = {
    session_id: b.sessionId,
    cwd: project.dir,
    tool_name: "mcp__fs__write",
    tool_input: { target: "a.ts" },
  };
  const place = { cwd: project.dir, env: project.env };
  const { runHook } = await import("./hook.ts");
  const told = await runHook("check", { ...input, hook_event_name: "PreToolUse" }, place);
  expect(told.denied).toContain(`held by ${a.id}`);
});
