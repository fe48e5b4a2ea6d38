/** A release as people meet it: packed from the real binary, served, installed, used, and removed without a trace. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE, sumsIn } from "../../scripts/release/this-release.ts";
import { BINARY, layProject, type Project } from "../hooks/project.ts";
import { serveFiles, type FileServer } from "./file-server.ts";
import { ran, type Ran } from "./ran.ts";
import { startRegistry } from "./registry.ts";

const SCRIPTS = join(import.meta.dir, "../../scripts/release");
const PLATFORM = `${process.platform}-${process.arch}`;
const TIMEOUT_MS = 120_000;

let project: Project;
let out: string;
let server: FileServer;

beforeAll(async () => {
  project = layProject({ state: false });
  out = join(project.root, "release");
  mkdirSync(join(project.root, "binaries"));
  copyFileSync(BINARY, join(project.root, "binaries", `coord-${PLATFORM}`));
  server = serveFiles(out, (path) => /^\/releases\/(?:download\/v[^/]+|latest\/download)\/(.*)$/.exec(path)?.[1]);
  const packed = await script("pack.ts", "--releases", `${server.url}/releases`, "--only", PLATFORM, "--fast");
  expect([packed.code, packed.err]).toEqual([0, ""]);
}, TIMEOUT_MS);
afterAll(() => {
  server[Symbol.dispose]();
  project[Symbol.dispose]();
});

async function script(name: string, ...words: string[]): Promise<Ran> {
  const place = name === "notes.ts" ? [] : ["--binaries", join(project.root, "binaries")];
  const argv = [process.execPath, join(SCRIPTS, name), ...words, ...place, "--out", out];
  return ran(argv, { cwd: project.root, env: { ...project.env } });
}

const run = async (argv: readonly string[], env = {}): Promise<Ran> =>
  ran(argv, { cwd: project.dir, env: { ...project.env, ...env } });

/** Installs the hooks for a user, has one fire, and takes them out again: HOME is the project's own. */
async function use(coord: string, wired = coord): Promise<void> {
  expect(await run([coord, "--version"])).toEqual({ code: 0, out: `coord ${PACKAGE.version}\n`, err: "" });
  expect((await run([coord, "install", "--scope", "user"])).code).toBe(0);
  const settings = readFileSync(join(project.root, "home/.claude/settings.json"), "utf8");
  expect(settings).toContain(`"command": "${wired}"`);
  expect(await run([coord, "lock", "acquire", "a.ts"], { COORD_INSTANCE_ID: "one" })).toMatchObject({ code: 0 });
  expect(await run([coord, "lock", "acquire", "a.ts"], { COORD_INSTANCE_ID: "two" })).toMatchObject({ code: 10 });
  expect((await run([coord, "uninstall", "--scope", "user"])).code).toBe(0);
}

test(
  "install.sh of the release needs no words, brings what was packed, and takes it away again",
  async () => {
    const home = join(project.root, "home");
    const installer = join(project.root, "install.sh");
    writeFileSync(installer, await (await fetch(`${server.url}/releases/latest/download/install.sh`)).text());
    const installed = await run(["sh", installer]);
    expect([installed.code, installed.err]).toEqual([0, ""]);
    const coord = join(home, ".local/bin/coord");
    expect(readFileSync(coord).equals(readFileSync(BINARY))).toBe(true);
    await use(coord);
    const news = await run([coord, "upgrade", "--check"], { COORD_RELEASES: `${server.url}/releases` });
    expect(news.out).toBe(`coord ${PACKAGE.version} is the newest version.\n`);
    expect((await run(["sh", installer, "--uninstall"])).code).toBe(0);
    // But for what uninstall leaves of Claude Code's settings: an empty object.
    // .bun is the packer's: the Bun that runs it keeps what it has compiled there.
    expect(readdirSync(home).filter((name) => name !== ".bun")).toEqual([".claude"]);
  },
  TIMEOUT_MS,
);

test(
  "the npm form brings the same binary, and hooks call it without Node",
  async () => {
    const made = await script("npm.ts", "--name", "@org/coord", "--only", PLATFORM);
    expect([made.code, made.err]).toEqual([0, ""]);
    using registry = startRegistry(out);
    const prefix = join(project.root, "prefix");
    const cache = join(project.root, "npm-cache");
    const npm = async (verb: string): Promise<Ran> =>
      run(["npm", verb, "--global", "@org/coord", "--registry", registry.url, "--prefix", prefix, "--cache", cache]);
    expect((await npm("install")).code).toBe(0);
    const part = `lib/node_modules/@org/coord/node_modules/@org/coord-${PLATFORM}/bin/coord`;
    await use(join(prefix, "bin/coord"), join(prefix, part));
    expect((await npm("uninstall")).code).toBe(0);
    expect(existsSync(join(prefix, "bin/coord"))).toBe(false);
  },
  TIMEOUT_MS,
);

test(
  "packing the same binary again gives the same archives",
  async () => {
    const words = ["pack.ts", "--releases", `${server.url}/releases`, "--only", PLATFORM, "--fast"] as const;
    await script(...words);
    const first = sumsIn(out);
    await script(...words);
    expect([...sumsIn(out)]).toEqual([...first]);
    expect([...first.keys()].toSorted()).toEqual(
      ["VERSION", `coord-${PLATFORM}.tar.gz`, `coord-${PLATFORM}.tar.xz`, "install.sh"].toSorted(),
    );
  },
  TIMEOUT_MS,
);

test("the notes say what CHANGELOG says and how large each download is", async () => {
  expect(await script("notes.ts")).toMatchObject({ code: 0, err: "" });
  const notes = readFileSync(join(out, "NOTES.md"), "utf8");
  expect(notes).toContain("Claude Code's hooks call one binary");
  expect(notes).toMatch(new RegExp(`\\| coord-${PLATFORM}\\.tar\\.xz \\| \\d+\\.\\d MB \\|`));
  expect(await script("notes.ts", "--tag", "v9.9.9")).toMatchObject({
    code: 1,
    err: expect.stringContaining("v9.9.9"),
  });
});
