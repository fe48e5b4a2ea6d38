/** What git does to a checkout in which sessions are at work must not touch the state. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { coord } from "../e2e/cli.ts";
import { layProject, type Project } from "./project.ts";
import { session } from "./session.ts";
import { entries, faults, locks } from "./state.ts";

/** As coord laid it before it ignored itself. */
const FORMER = "*\n!.gitignore\n!decisions/\n!decisions/**\n";

function gitignore(project: Project): string {
  return join(project.state, ".gitignore");
}

function untracked(project: Project): string {
  return project.git("status", "--porcelain", "--untracked-files=all").trim();
}

/** A project whose state is as an older coord left it. */
function olderProject(): Project {
  const project = layProject();
  writeFileSync(gitignore(project), FORMER);
  return project;
}

const COMMANDS: readonly (readonly [what: string, lines: readonly (readonly string[])[]])[] = [
  [
    "a stash of everything, twice",
    [
      ["stash", "-u", "-q"],
      ["stash", "-u", "-q"],
    ],
  ],
  [
    "git clean, twice",
    [
      ["clean", "-fdq"],
      ["clean", "-fdq"],
    ],
  ],
  [
    "a commit of everything on a branch of its own, and a change of branches",
    [
      ["checkout", "-q", "-b", "other"],
      ["add", "-A"],
      ["commit", "-q", "--allow-empty", "-m", "All"],
      ["checkout", "-q", "main"],
      ["add", "-A"],
      ["commit", "-q", "--allow-empty", "-m", "All"],
      ["checkout", "-q", "other"],
    ],
  ],
];

for (const [what, lines] of COMMANDS) {
  test(`a lock outlasts ${what}`, () => {
    using project = layProject({ files: { "a.ts": "1\n" } });
    expect(coord(project, ["lock", "acquire", "a.ts", "--as", "a"]).code).toBe(0);
    const before = locks(project.state);
    for (const [n, line] of lines.entries()) {
      project.write(`new-${n}`, "");
      project.git(...line);
    }
    expect(locks(project.state)).toEqual(before);
    expect(coord(project, ["lock", "verify", "a.ts", "--as", "a"]).code).toBe(0);
    expect(existsSync(gitignore(project))).toBe(true);
    expect(project.git("ls-files", ".claude")).toBe("");
    expect(faults(project.state)).toEqual([]);
  });
}

test("a .gitignore that is missing is laid anew when a session starts, and git sees nothing", async () => {
  using project = layProject();
  rmSync(gitignore(project));
  expect(untracked(project)).not.toBe("");
  await session(project).start();
  expect(untracked(project)).toBe("");
});

test("one as coord used to lay it is replaced when a session starts, by init and by doctor --fix", async () => {
  const ways: readonly ((project: Project) => unknown)[] = [
    (project) => session(project).start(),
    (project) => coord(project, ["init"]),
    (project) => coord(project, ["doctor", "--fix"]),
  ];
  for (const way of ways) {
    using project = olderProject();
    expect(untracked(project)).toBe("?? .claude/coordination/.gitignore");
    await way(project);
    expect(untracked(project)).toBe("");
    expect(entries(join(project.state, "tmp"))).toEqual([]);
  }
});

test("one that its user has changed stays, also one of the same length", async () => {
  for (const text of ["mine\n", "", FORMER.replace("decisions/**", "decisions/*a"), `${FORMER}!notes.md\n`]) {
    using project = layProject();
    writeFileSync(gitignore(project), text);
    await session(project).start();
    coord(project, ["init"]);
    coord(project, ["doctor", "--fix"]);
    expect(readFileSync(gitignore(project), "utf8")).toBe(text);
  }
});

test("whoever is the first to work in a clone hides the state from git", () => {
  using project = layProject();
  const decided = ["decisions", "add", "--category", "api", "--title", "T", "--description", "D"];
  expect(coord(project, decided).code).toBe(0);
  project.git("add", "-A");
  project.git("commit", "-q", "-m", "Decisions");
  for (const words of [["lock", "acquire", "a.ts"], decided]) {
    const cwd = join(project.root, `clone-${words[0]}`);
    project.git("clone", "-q", project.dir, cwd);
    expect(coord(project, words, { cwd }).code).toBe(0);
    const seen = project.git("-C", cwd, "status", "--porcelain", "--untracked-files=all").trim().split("\n");
    expect(seen.filter((line) => line !== "" && !line.startsWith("?? .claude/coordination/decisions/"))).toEqual([]);
  }
});
