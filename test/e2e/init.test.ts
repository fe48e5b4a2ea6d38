import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { layProject, type Project } from "../hooks/project.ts";
import { session } from "../hooks/session.ts";
import { entries } from "../hooks/state.ts";
import { coord, json, jsonError, locksSchema } from "./cli.ts";

const initSchema = v.looseObject({ state_dir: v.string(), created: v.boolean() });

function bare(project: Project): string {
  const dir = join(project.root, "bare.git");
  project.git("clone", "-q", "--bare", project.dir, dir);
  return dir;
}

test("init makes the state folder, owner-only, and says where; again it says that it was there", () => {
  using project = layProject({ state: false });
  expect(json(project, initSchema, ["init"])).toEqual({ state_dir: project.state, created: true, kept: [] });
  expect(json(project, initSchema, ["init"])).toEqual({ state_dir: project.state, created: false, kept: [] });
  expect(coord(project, ["init"]).out).toBe(`Already there: ${project.state}\n`);
  for (const path of [project.state, ...entries(project.state).map((name) => join(project.state, name))]) {
    expect(statSync(path).mode & 0o077).toBe(0);
  }
  // The folder above it is the user's own.
  expect(statSync(project.path(".claude")).mode & 0o777).toBe(0o755);
});

test("git sees nothing of the state but decisions", () => {
  using project = layProject();
  project.write(".claude/coordination/decisions/2026-01/x.json", "{}\n");
  project.write(".claude/coordination/locks/x.json", "{}\n");
  const status = project.git("status", "--porcelain", "--untracked-files=all");
  expect(status.trim()).toBe("?? .claude/coordination/decisions/2026-01/x.json");
});

test("init does not touch a .gitignore or config that is there", () => {
  using project = layProject();
  writeFileSync(join(project.state, ".gitignore"), "mine\n");
  project.configure({ hold: "turn" });
  coord(project, ["init"]);
  expect(readFileSync(join(project.state, ".gitignore"), "utf8")).toBe("mine\n");
  expect(readFileSync(join(project.state, "config.json"), "utf8")).toBe('{"hold":"turn"}');
});

test("init in a folder below, or in a linked worktree, makes the state of the main worktree", () => {
  using project = layProject({ state: false, files: { "src/deep/x": "" } });
  const linked = join(project.root, "linked");
  project.git("worktree", "add", "-q", linked);
  expect(json(project, initSchema, ["init"], { cwd: project.path("src/deep") }).state_dir).toBe(project.state);
  expect(json(project, initSchema, ["init"], { cwd: linked })).toEqual({
    state_dir: project.state,
    created: false,
    kept: [],
  });
  expect(existsSync(join(linked, ".claude"))).toBe(false);
});

test("init in a bare repository, or in a worktree of one, makes the state inside of it", () => {
  using project = layProject({ state: false });
  const dir = bare(project);
  expect(json(project, initSchema, ["init"], { cwd: dir }).state_dir).toBe(join(dir, "coord"));
  const linked = join(project.root, "linked");
  project.git("-C", dir, "worktree", "add", "-q", linked, "main");
  expect(json(project, initSchema, ["init"], { cwd: linked })).toEqual({
    state_dir: join(dir, "coord"),
    created: false,
    kept: [],
  });
});

test("init outside of git makes the state in the current folder", () => {
  using project = layProject({ state: false, git: false });
  expect(json(project, initSchema, ["init"]).state_dir).toBe(project.state);
});

test("init outside of git says what shares the state: everything below, and that it is one from above", () => {
  using project = layProject({ state: false, git: false });
  const sub = project.path("sub");
  expect(coord(project, ["init"])).toEqual({ code: 0, out: `Made: ${project.state}\n`, err: "" });
  rmSync(project.path(".claude"), { recursive: true });
  mkdirSync(sub);
  const below = `coord: warn: not a git repository: everything below "${project.dir}" belongs to it, but for git repositories\n`;
  expect(coord(project, ["init"])).toEqual({ code: 0, out: `Made: ${project.state}\n`, err: below });
  expect(coord(project, ["init"])).toEqual({ code: 0, out: `Already there: ${project.state}\n`, err: "" });
  const { out, err } = coord(project, ["init"], { cwd: sub });
  expect(out).toBe(`Already there: ${project.state}\n`);
  expect(err).toContain(`the state is that of a folder above: everything below "${project.dir}" belongs to it`);
  expect(coord(project, ["install", "--dry-run"], { cwd: sub }).err).toBe(err);
  // What it says is next works.
  mkdirSync(join(sub, ".claude/coordination"), { recursive: true, mode: 0o700 });
  expect(coord(project, ["init"], { cwd: sub })).toEqual({
    code: 0,
    out: `Already there: ${join(sub, ".claude/coordination")}\n`,
    err: "",
  });
});

test("COORD_DIR says where the state is, and may be relative", () => {
  using project = layProject({ state: false });
  const where = { env: { COORD_DIR: "my state" } };
  expect(json(project, initSchema, ["init"], where).state_dir).toBe(project.path("my state"));
  expect(coord(project, ["lock", "acquire", "a.ts", "--as", "a"], where).code).toBe(0);
  expect(project.has(".claude")).toBe(false);
});

test("a relative COORD_DIR is one folder for all paths of a command, and for hooks that of the project", async () => {
  using project = layProject({ state: false, files: { "src/a.ts": "" } });
  const env = { COORD_DIR: "my state", CLAUDE_PROJECT_DIR: project.dir };
  coord(project, ["init"], { env });
  for (const path of ["src/a.ts", "src/b.ts", "c.ts", "no/such/d.ts"]) {
    expect(json(project, locksSchema, ["lock", "acquire", path, "--as", "a"], { env }).locks[0]?.file_path).toBe(path);
  }
  expect(jsonError(project, ["lock", "acquire", "my state/x.json", "--as", "a"], { env }).message).toBe(
    '"my state/x.json" belongs to coord\'s own state',
  );
  const b = session(project, { cwd: project.path("src"), env });
  const { told } = await b.begin("Write", { file_path: project.path("src/a.ts"), content: "" });
  expect(told.denied).toContain("src/a.ts is held by a ");
  expect(jsonError(project, ["status"], { cwd: project.path("src"), env }).message).toBe(
    `No coord state in "${project.path("src/my state")}"`,
  );
});

test("a state folder that lacks parts, as git clones it, is finished by whoever comes first", () => {
  for (const first of [["init"], ["lock", "acquire", "a.ts", "--as", "a"]]) {
    using project = layProject({ state: false });
    mkdirSync(project.state, { recursive: true, mode: 0o700 });
    expect(coord(project, first).code).toBe(0);
    expect(coord(project, ["lock", "acquire", "a.ts", "--as", "a"]).code).toBe(0);
  }
});

test("init refuses a state folder that is a link or may be written by everybody, and says what to do", () => {
  using project = layProject({ state: false });
  mkdirSync(project.path(".claude"));
  mkdirSync(join(project.root, "elsewhere"));
  symlinkSync(join(project.root, "elsewhere"), project.state);
  expect(jsonError(project, ["init"])).toMatchObject({ code: "STATE_UNSAFE", exit_code: 1 });
  expect(entries(join(project.root, "elsewhere"))).toEqual([]);
  using other = layProject();
  chmodSync(other.state, 0o777);
  expect(jsonError(other, ["init"])).toMatchObject({ code: "STATE_UNSAFE", hint: `chmod 700 ${other.state}` });
});

test("init where a file stands in the way says so", () => {
  using project = layProject({ state: false, files: { ".claude": "a file\n" } });
  const { code, message } = jsonError(project, ["init"]);
  expect(["IO", "STATE_UNSAFE"]).toContain(code);
  expect(message).toContain(".claude");
});

test("a COORD_DIR that names a folder of another use is refused by every command, and stays as it is", () => {
  for (const mode of [0o755, 0o1777]) {
    using project = layProject();
    for (const name of ["etc", "tmp", "files", "bin"]) project.write(`other/${name}/x.json`, "{");
    const other = project.path("other");
    chmodSync(other, mode);
    const where = { env: { COORD_DIR: other } };
    for (const words of [
      ["init"],
      ["lock", "acquire", "a.ts"],
      ["status"],
      ["lock", "cleanup"],
      ["instance", "list"],
    ]) {
      const { code, message, hint } = jsonError(project, words, where);
      expect([code, hint]).toEqual(["STATE_UNSAFE", "let COORD_DIR name a new or empty folder"]);
      expect(message).toMatch(/^COORD_DIR ".+other" is no state folder: it holds "(etc|bin)"$/);
    }
    for (const words of [["doctor"], ["doctor", "--fix"]]) {
      const { out } = coord(project, words, where);
      expect(out).toContain("is no state folder");
      expect(out).not.toContain("chmod");
    }
    expect(entries(other).toSorted()).toEqual(["bin", "etc", "files", "tmp"]);
    for (const name of entries(other)) expect(entries(join(other, name))).toEqual(["x.json"]);
    expect(statSync(other).mode & 0o7777).toBe(mode);
  }
});

test("a COORD_DIR that is empty, came with a clone, was half made or has lost its guard becomes a state folder", () => {
  for (const names of [
    [],
    [".gitignore", "decisions"],
    ["tmp", "corrupt"],
    ["heartbeats", "lib", "decision-counter.json"],
  ]) {
    using project = layProject();
    const own = project.path("own");
    mkdirSync(own, { mode: 0o700 });
    for (const name of names) {
      if (name.includes(".")) writeFileSync(join(own, name), "");
      else mkdirSync(join(own, name), { mode: 0o700 });
    }
    const where = { env: { COORD_DIR: own } };
    expect(coord(project, ["init"], where).code).toBe(0);
    expect(coord(project, ["lock", "acquire", "a.ts"], where).code).toBe(0);
  }
});
