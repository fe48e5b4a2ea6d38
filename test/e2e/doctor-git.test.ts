/** What `coord doctor` says of git: what it tracks of the state, and whether worktrees share one. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runIn } from "../hooks/project.ts";
import { coord } from "./cli.ts";
import { examined, must, onlyTrouble, soundProject, troubles, type } from "./examined.ts";

test("state that git tracks is told, and the line takes it out of the index alone", () => {
  using project = soundProject();
  must(coord(project, ["lock", "acquire", "a.ts", "--as", "a"]));
  project.git("add", "-f", ".claude/coordination/events.jsonl", ".claude/coordination/locks");
  const { check, level, text, next } = onlyTrouble(project);
  expect([check, level]).toEqual(["git", "warning"]);
  expect(text).toContain("2 files");
  type(project, next);
  expect(troubles(examined(project))).toEqual([]);
  expect(existsSync(join(project.state, "events.jsonl"))).toBe(true);
});

test("decisions and config.json may be tracked, the last with a note", () => {
  using project = soundProject();
  must(coord(project, ["decisions", "add", "--category", "api", "--title", "T", "--description", "D"]));
  project.configure({});
  project.git("add", ".claude/coordination/decisions");
  expect(troubles(examined(project))).toEqual([]);
  project.git("add", "-f", ".claude/coordination/config.json");
  const report = examined(project);
  expect(troubles(report)).toEqual([]);
  expect(report.findings.find(({ check }) => check === "git")?.text).toContain("config.json is shared");
});

for (const rule of [".claude/", ".claude", "/.claude/**", "*"]) {
  test(`decisions that git ignores by ${rule} are told, and the line lets git see them and nothing else`, () => {
    using project = soundProject();
    project.write(".claude/other", "");
    // Without a newline at its end, as editors leave it.
    writeFileSync(project.path(".gitignore"), rule);
    const report = examined(project);
    expect(troubles(report)).toEqual([]);
    expect(report.findings.some(({ text }) => text.includes("they stay on this machine"))).toBe(true);
    must(coord(project, ["decisions", "add", "--category", "api", "--title", "T", "--description", "D"]));
    const { check, level, text, next } = onlyTrouble(project);
    expect([check, level]).toEqual(["git", "warning"]);
    expect(text).toContain(`by "${rule}" in .gitignore, line 1: they cannot be committed`);
    type(project, next);
    expect(troubles(examined(project))).toEqual([]);
    const seen = project.git("ls-files", "--others", "--exclude-standard", ".claude").trim().split("\n").toSorted();
    expect(seen).toHaveLength(1);
    expect(seen[0]).toStartWith(".claude/coordination/decisions/");
  });
}

test("decisions that a rule of their own keeps from git are meant so", () => {
  using project = soundProject();
  must(coord(project, ["decisions", "add", "--category", "api", "--title", "T", "--description", "D"]));
  writeFileSync(project.path(".gitignore"), ".claude/coordination/\n");
  expect(troubles(examined(project))).toEqual([]);
  writeFileSync(project.path(".gitignore"), "");
  writeFileSync(join(project.state, ".gitignore"), "*\n");
  const { findings } = examined(project);
  expect(findings.find(({ text }) => text.includes("Git ignores"))?.level).toBe("ok");
});

test("a repository's own configuration starts nothing", () => {
  using project = soundProject();
  const trap = join(project.root, "trap");
  writeFileSync(trap, `#!/bin/sh\ntouch "${project.root}/sprung"\n`);
  chmodSync(trap, 0o755);
  project.git("config", "core.fsmonitor", trap);
  expect(troubles(examined(project))).toEqual([]);
  expect(existsSync(join(project.root, "sprung"))).toBe(false);
});

test("without git nothing is said of it but that", () => {
  using project = soundProject();
  runIn(project.root, project.env, ["sh", "-c", "ln -s $(command -v sh) bin/sh"]);
  const env = { PATH: join(project.root, "bin") };
  const report = examined(project, [], { env });
  expect(report.findings.find(({ check }) => check === "git")?.text).toContain("did not answer");
});

test("a linked worktree shares the state of the main one", () => {
  using project = soundProject();
  const cwd = join(project.root, "linked");
  project.git("worktree", "add", "-q", cwd);
  expect(troubles(examined(project, [], { cwd }))).toEqual([]);
});

test("the main worktree that linked ones cannot find says how they can, and then all share one state", () => {
  using project = soundProject({ git: false });
  project.git("init", "-q", "--separate-git-dir", join(project.root, "elsewhere.git"), ".");
  project.git("-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "-q", "--allow-empty", "-m", "Start");
  const cwd = join(project.root, "linked");
  project.git("worktree", "add", "-q", cwd);
  const { check, level, next } = onlyTrouble(project);
  expect([check, level]).toEqual(["git", "warning"]);
  type(project, next);
  expect(troubles(examined(project))).toEqual([]);
  expect(troubles(examined(project, [], { cwd }))).toEqual([]);
});

test("a linked worktree that cannot find the main one is told, and COORD_DIR settles it", () => {
  using project = soundProject({ git: false });
  project.git("init", "-q", "--separate-git-dir", join(project.root, "elsewhere.git"), ".");
  project.git("-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "-q", "--allow-empty", "-m", "Start");
  const cwd = join(project.root, "linked");
  project.git("worktree", "add", "-q", cwd);
  must(coord(project, ["init"], { cwd }));
  const { check, level, next } = onlyTrouble(project, { cwd });
  expect([check, level]).toEqual(["git", "warning"]);
  const [, dir = ""] = /export COORD_DIR=(\S+)$/.exec(next) ?? [];
  expect(dir).not.toBe("");
  expect(troubles(examined(project, [], { cwd, env: { COORD_DIR: dir } }))).toEqual([]);
});

test("a .gitignore of the state that is missing or an old one is told, and the line mends it", () => {
  for (const text of [undefined, "*\n!.gitignore\n!decisions/\n!decisions/**\n"]) {
    using project = soundProject();
    // A state that nobody has used yet is finished by the doctor's own proof.
    must(coord(project, ["lock", "cleanup"]));
    const path = join(project.state, ".gitignore");
    if (text === undefined) rmSync(path);
    else writeFileSync(path, text);
    const { check, level, next } = onlyTrouble(project);
    expect([check, level, next]).toEqual(["git", "warning", "coord doctor --fix"]);
    expect(examined(project, ["--fix"]).fixed).toEqual([`Laid anew: ${path}`]);
    expect(troubles(examined(project))).toEqual([]);
    expect(project.git("status", "--porcelain", "--untracked-files=all", ".claude/coordination")).toBe("");
  }
});

test("a .gitignore of the state that git tracks is told, and the line takes it out of the index alone", () => {
  for (const commits of [true, false]) {
    using project = soundProject();
    project.git("add", "-f", ".claude/coordination/.gitignore");
    if (commits) project.git("commit", "-q", "-m", "As an older coord asked for");
    const { check, level, next } = onlyTrouble(project);
    expect([check, level]).toEqual(["git", "warning"]);
    type(project, next);
    expect(troubles(examined(project))).toEqual([]);
    expect(existsSync(join(project.state, ".gitignore"))).toBe(true);
  }
});

/** As in a hook of git's, or in a shell that works on another repository. */
const ELSEWHERE: readonly (readonly [name: string, value: (other: string) => string])[] = [
  ["GIT_DIR", (other) => join(other, ".git")],
  ["GIT_WORK_TREE", (other) => other],
  ["GIT_INDEX_FILE", (other) => join(other, ".git/index")],
  ["GIT_COMMON_DIR", (other) => join(other, ".git")],
  ["GIT_CONFIG", (other) => join(other, ".git/config")],
  ["GIT_NOGLOB_PATHSPECS", () => "1"],
  ["GIT_LITERAL_PATHSPECS", () => "1"],
  ["GIT_CEILING_DIRECTORIES", (other) => join(other, "..")],
];

test("git is asked about this repository, whatever the environment says", () => {
  using project = soundProject();
  must(coord(project, ["lock", "acquire", "a.ts", "--as", "a"]));
  project.git("add", "-f", ".claude/coordination/events.jsonl", ".claude/coordination/locks");
  const other = join(project.root, "other");
  project.git("init", "-q", other);
  const plain = onlyTrouble(project);
  expect(plain.text).toContain("2 files");
  for (const [name, value] of ELSEWHERE) {
    expect([name, onlyTrouble(project, { env: { [name]: value(other) } })]).toEqual([name, plain]);
  }
});

test("how git is set up still counts when it is asked", () => {
  using project = soundProject();
  must(coord(project, ["decisions", "add", "--category", "api", "--title", "T", "--description", "D"]));
  writeFileSync(join(project.root, "ignored"), ".claude/\n");
  const env = {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "core.excludesFile",
    GIT_CONFIG_VALUE_0: join(project.root, "ignored"),
  };
  expect(onlyTrouble(project, { env }).text).toContain("Git ignores the folder of decisions");
});
