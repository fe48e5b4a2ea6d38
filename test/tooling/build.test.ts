import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { TOP } from "./lint.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coord-build-"));
  writeFileSync(join(folder, "lazy.ts"), "export const word = process.env.NODE_ENV;\n");
  writeFileSync(
    join(folder, "entry.ts"),
    `declare const COORD_VERSION: string;
     const main = async () => console.log(COORD_VERSION, (await import("./lazy.ts")).word, process.env["FROM_DOTENV"]);
     void main();`,
  );
  writeFileSync(join(folder, "broken.ts"), "export const = 1;\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(entry: string, env: Readonly<Record<string, string>> = {}): number {
  const script = join(TOP, "scripts", "build.ts");
  const args = ["--entry", join(folder, entry), "--outfile", join(folder, "out", "program")];
  return Bun.spawnSync([process.execPath, script, ...args], { cwd: TOP, env: { ...process.env, ...env } }).exitCode;
}

test("build makes a program of one file that knows its version and reads nothing from where it is called", () => {
  expect(build("entry.ts")).toBe(0);
  expect(readdirSync(join(folder, "out"))).toEqual(["program"]);
  writeFileSync(join(folder, ".env"), "FROM_DOTENV=yes\n");
  const { version } = v.parse(
    v.object({ version: v.string() }),
    JSON.parse(readFileSync(join(TOP, "package.json"), "utf8")),
  );
  const run = Bun.spawnSync([join(folder, "out", "program")], { cwd: folder });
  expect(run.stdout.toString()).toBe(`${version} production undefined\n`);
}, 60_000);

test("build names the targets there are when it is asked for another, and does not mix ways of calling", () => {
  const run = (...args: readonly string[]) => {
    const done = Bun.spawnSync([process.execPath, join(TOP, "scripts", "build.ts"), ...args], { cwd: TOP });
    return [done.exitCode, done.stderr.toString()];
  };
  expect(run("--target", "darwin-ppc", "--outfile", join(folder, "out", "ppc"))).toEqual([
    1,
    expect.stringMatching(/^build: There is no target "darwin-ppc", only linux-x64, .*darwin-x64\n$/),
  ]);
  expect(run("--all", "--target", "linux-x64")[0]).toBe(1);
  expect(readdirSync(join(folder, "out"))).toEqual(["program"]);
});

test("build leaves the old program in place when it fails, and no scratch", () => {
  const path = join(folder, "out", "program");
  const before = statSync(path).ino;
  expect(build("broken.ts")).toBe(1);
  expect(statSync(path).ino).toBe(before);
  expect(readdirSync(join(folder, "out"))).toEqual(["program"]);
}, 60_000);

test("build replaces a program that is running", () => {
  writeFileSync(join(folder, "entry.ts"), 'console.log("up"); setTimeout(() => {}, 20_000);');
  expect(build("entry.ts")).toBe(0);
  const running = Bun.spawn([join(folder, "out", "program")], { stdout: "ignore" });
  const before = statSync(join(folder, "out", "program")).ino;
  expect(build("entry.ts")).toBe(0);
  expect(statSync(join(folder, "out", "program")).ino).not.toBe(before);
  expect(running.exitCode).toBeNull();
  running.kill();
}, 60_000);
