/** The npm packages, installed by npm from a registry on loopback. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLATFORMS } from "../../scripts/platforms.ts";
import { PACKAGE } from "../../scripts/release/this-release.ts";
import { startRegistry, type Registry } from "./registry.ts";
import { ran, type Ran } from "./ran.ts";

const SCRIPT = join(import.meta.dir, "../../scripts/release/npm.ts");
const NAME = "@org/coord";
/** Says which binary it is and what it was given; ends as it is told to. */
const PROGRAM = (name: string): string =>
  `#!/bin/sh\ntrap 'exit 7' TERM\necho "${name} $*"\ncase "$1" in fail) exit 12 ;; die) kill -KILL $$ ;; wait) for second in 1 2 3 4 5 6 7 8 9; do sleep 1 & wait $!; done ;; esac\n`;

let root: string;
let registry: Registry;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "coord-npm-")));
  mkdirSync(join(root, "binaries"));
  for (const { name } of PLATFORMS) {
    writeFileSync(join(root, "binaries", `coord-${name}`), PROGRAM(name), { mode: 0o755 });
  }
  const made = await pack(["--name", NAME]);
  expect([made.code, made.err]).toEqual([0, ""]);
  registry = startRegistry(join(root, "out"));
}, 60_000);
afterAll(() => {
  registry[Symbol.dispose]();
  rmSync(root, { recursive: true, force: true });
});

async function pack(words: readonly string[]): Promise<Ran> {
  const args = [...words, "--binaries", join(root, "binaries"), "--out", join(root, "out")];
  // npm keeps what it packs, and would not download that again.
  const env = { ...environment(), npm_config_cache: join(root, "cache-of-pack") };
  return ran([process.execPath, SCRIPT, ...args], { cwd: root, env });
}

function environment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    npm_config_cache: join(root, "cache"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
  };
}

async function npm(...words: string[]): Promise<Ran> {
  const where = ["--registry", registry.url, "--prefix", join(root, "prefix")];
  return ran(["npm", ...words, "--global", ...where], { cwd: root, env: environment() });
}

const coord = join("prefix", "bin", "coord");
const call = async (...words: string[]): Promise<Ran> =>
  ran([join(root, coord), ...words], { cwd: root, env: environment() });

test("only this machine's binary is downloaded; it is started with the words, the exit code and the signals", async () => {
  const installed = await npm("install", NAME);
  expect(installed).toMatchObject({ code: 0 });
  const files = registry.asked.filter((path) => path.endsWith(".tgz"));
  const mine = PLATFORMS.filter(({ os, cpu }) => os === process.platform && cpu === process.arch);
  // npm before version 11 knows nothing of `libc` and takes both.
  expect(files.length - 1).toBeGreaterThan(0);
  expect(files.length - 1).toBeLessThanOrEqual(mine.length);
  const [{ name } = { name: "" }] = mine.filter(({ libc }) => libc !== "musl");
  expect(await call("lock", "a b")).toEqual({ code: 0, out: `${name} lock a b\n`, err: "" });
  expect((await call("fail")).code).toBe(12);
  expect((await call("die")).code).toBe(137);
  const waiting = Bun.spawn([join(root, coord), "wait"], { env: environment(), stdout: "pipe" });
  await waiting.stdout.getReader().read();
  waiting.kill("SIGTERM");
  expect(await waiting.exited).toBe(7);
}, 60_000);

test("it is removed without a trace", async () => {
  expect(await npm("uninstall", NAME)).toMatchObject({ code: 0 });
  expect(existsSync(join(root, coord))).toBe(false);
  // npm leaves the folder of the scope, empty.
  expect(readdirSync(join(root, "prefix/lib/node_modules/@org"))).toEqual([]);
}, 60_000);

test("without its optional parts it says which is missing and what to type", async () => {
  expect(await npm("install", NAME)).toMatchObject({ code: 0 });
  rmSync(join(root, "prefix/lib/node_modules", NAME, "node_modules"), { recursive: true });
  const { code, out, err } = await call("status");
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain(`${NAME}-${process.platform}-${process.arch}`);
  expect(err).toContain(`npm install --global ${NAME}`);
  await npm("uninstall", NAME);
}, 60_000);

describe("what cannot be packed is told", () => {
  test.each([
    [["--name", "No Name"], "--name"],
    [[], "--name"],
    [["--name", NAME, "--only", "amiga"], '"amiga"'],
  ])("%p", async (words, told) => {
    expect(await pack(words)).toMatchObject({ code: 1, err: expect.stringContaining(told) });
  });
});

test("every package has the version, the licence and only files of its own", () => {
  const archives = readdirSync(join(root, "out")).filter((name) => name.endsWith(".tgz"));
  expect(archives.length).toBe(PLATFORMS.length + 1);
  for (const archive of archives) {
    expect(archive).toEndWith(`-${PACKAGE.version}.tgz`);
    const list = Bun.spawnSync(["tar", "-tzf", join(root, "out", archive)])
      .stdout.toString()
      .trim()
      .split("\n");
    const isMain = list.includes("package/bin/coord.mjs");
    const files = ["LICENSE", "package.json", ...(isMain ? ["README.md", "bin/coord.mjs"] : ["bin/coord"])];
    expect(list.toSorted()).toEqual(files.map((name) => `package/${name}`).toSorted());
  }
});
