/** `npm test` must never look green when it is not: its closing line against runs that end in odd ways. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { TOP } from "./lint.ts";

const FILES: Readonly<Record<string, string>> = {
  good: 'test("a", () => {}); test.skip("b", () => {}); test.todo("c");',
  bad: 'test("a", () => {}); test("b", () => { throw new Error("b"); });',
  "no-load": 'import { x } from "./nowhere.ts"; test("a", () => x);',
  "throws-at-load": 'test("a", () => {}); throw new Error("load");',
  hook: 'afterAll(() => { throw new Error("hook"); }); test("a", () => {});',
  exits: 'test("a", () => process.exit(0));',
  "skips-all": 'test.skip("a", () => {});',
  orphan: 'test("a", () => { Bun.spawn(["sleep", "30"], { stdout: "inherit", stderr: "inherit" }).unref(); });',
  "says-errors": 'test("a", () => { console.error("  7 errors"); });',
  steered: 'test("a", () => expect(process.env["COORD_DIR"] ?? process.env["CLAUDE_PID"]).toBeUndefined());',
};

let project = "";

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "coord-runner-"));
  for (const name of ["scripts/test.mjs", "package.json", "bunfig.toml"]) cpSync(join(TOP, name), join(project, name));
  symlinkSync(join(TOP, "node_modules"), join(project, "node_modules"));
  mkdirSync(join(project, "test", "real-client"), { recursive: true });
  const write = (path: string, body: string): void => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(
      join(project, path),
      `import { afterAll, expect, test } from "bun:test";\nvoid afterAll; void expect;\n${body}\n`,
    );
  };
  for (const [name, body] of Object.entries(FILES)) write(`test/${name}.test.ts`, body);
  write("test/real-client/slow.test.ts", 'test("a", () => {});');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(...args: readonly string[]): { code: number; last: string } {
  // To a file, not a pipe: a pipe stays open for as long as the orphan of one of the tests does.
  const log = join(project, "output.log");
  const { exitCode } = Bun.spawnSync(["node", "scripts/test.mjs", "--no-build", ...args], {
    cwd: project,
    env: { ...process.env, COORD_DIR: "/nowhere", CLAUDE_PID: "1" },
    stdout: Bun.file(log),
    stderr: "ignore",
  });
  const text = Bun.spawnSync(["cat", log]).stdout.toString();
  return { code: exitCode, last: text.trimEnd().split("\n").at(-1) ?? "" };
}

test.each([
  ["good", 0, "1 passed, 0 failed, 2 skipped"],
  ["bad", 1, "1 passed, 1 failed, 0 skipped"],
  ["no-load", 1, "0 passed, 1 failed, 0 skipped"],
  ["throws-at-load", 1, "0 passed, 1 failed, 0 skipped"],
  ["hook", 1, "1 passed, 1 failed, 0 skipped"],
  ["exits", 1, "0 passed, 1 failed, 0 skipped"],
  ["skips-all", 1, "0 passed, 1 failed, 1 skipped"],
  ["says-errors", 0, "1 passed, 0 failed, 0 skipped"],
  ["steered", 0, "1 passed, 0 failed, 0 skipped"],
  ["no-such-file", 1, "0 passed, 1 failed, 0 skipped"],
  ["real-client", 1, "0 passed, 1 failed, 0 skipped"],
])("npm test counts %s", (name, code, last) => {
  expect(run(`test/${name}`)).toEqual({ code, last });
});

test("npm test counts a file that does not load beside one that does", () => {
  expect(run("test/good", "test/no-load")).toEqual({ code: 1, last: "1 passed, 1 failed, 2 skipped" });
});

test("npm test ends although a test left a process behind", () => {
  const started = performance.now();
  expect(run("test/orphan").code).toBe(0);
  expect(performance.now() - started).toBeLessThan(20_000);
}, 30_000);
