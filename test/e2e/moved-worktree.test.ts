/** A linked worktree that was moved with plain mv: git has lost sight of it, and so has coord. */
import { expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../hooks/project.ts";
import { SILENCE } from "../hooks/hook.ts";
import { session } from "../hooks/session.ts";
import { coord, jsonError } from "./cli.ts";
import { examined, must, soundProject, troubles, type } from "./examined.ts";

const A = { COORD_INSTANCE_ID: "agent-a" } as const;

/** A worktree of the project, moved from `linked` to `to`. */
function moved(project: Project, to = join(project.root, "moved")): string {
  const was = join(project.root, "linked");
  project.git("worktree", "add", "-q", was);
  renameSync(was, to);
  mkdirSync(join(to, "src"));
  return to;
}

test("whoever wants a state there is told what has happened and what to type, and that mends it", () => {
  using project = soundProject();
  const to = moved(project);
  for (const words of [["lock", "acquire", "a.ts"], ["lock", "list"], ["init"]]) {
    const { code, message, hint } = jsonError(project, words, { cwd: join(to, "src"), env: A });
    expect(code).toBe("STATE_MISSING");
    expect(message).toContain(`"${to}" is a linked worktree that git still has at "${project.root}/linked"`);
    expect(hint).toBe(`git -C ${to} worktree repair`);
  }
  const { err } = coord(project, ["install"], { cwd: to });
  expect(err).toContain("Nothing was made: ");
  expect(existsSync(join(to, ".claude"))).toBe(false);
  project.git("-C", to, "worktree", "repair");
  must(coord(project, ["lock", "acquire", "a.ts"], { cwd: to, env: A }));
  expect(coord(project, ["lock", "list"]).out).toContain("a.ts (worktree linked)");
});

test("the doctor says it, --fix makes no second state, and the line mends it", () => {
  using project = soundProject();
  const to = moved(project);
  for (const words of [[], ["--fix"]]) {
    const { findings } = examined(project, words, { cwd: to });
    const { check, text, next } = findings.find(({ text: said }) => said.includes("is a linked worktree")) ?? {};
    expect([check, next]).toEqual(["permissions", `git -C ${to} worktree repair`]);
    expect(text).toContain("hooks do nothing here");
    expect(findings.some(({ next: typed = "" }) => typed.includes("coord init"))).toBe(false);
    expect(existsSync(join(to, ".claude"))).toBe(false);
  }
  type(project, `git -C ${to} worktree repair`);
  expect(troubles(examined(project, [], { cwd: to }))).toEqual([]);
});

test("the doctor says it too where another state has come into the way", () => {
  using project = soundProject();
  const to = moved(project, project.path("moved"));
  const found = examined(project, [], { cwd: to }).findings.find(({ check }) => check === "git");
  expect([found?.level, found?.next]).toEqual(["warning", `git -C ${to} worktree repair`]);
});

test("a lock there, taken from elsewhere, is told with the same line", () => {
  using project = soundProject();
  const to = moved(project);
  const { code, err } = coord(project, ["lock", "acquire", join(to, "a.ts")], { env: A });
  expect(code).toBe(0);
  expect(err).toEndWith(`Then lock it again: git -C ${to} worktree repair\n`);
});

test("hooks there are silent, as where nobody has opted in", async () => {
  using project = soundProject();
  const cwd = moved(project);
  const a = session(project, { cwd, env: { CLAUDE_PROJECT_DIR: cwd } });
  for (const told of [await a.start(), await a.write(join(cwd, "a.ts"), "1\n")]) expect(told).toEqual(SILENCE);
});

test("a copy, a file that leads nowhere and one that was planted are not called moved", () => {
  using project = soundProject();
  const was = join(project.root, "linked");
  project.git("worktree", "add", "-q", was);
  cpSync(was, join(project.root, "copy"), { recursive: true });
  for (const [name, link] of [
    ["lost", "gitdir: /nowhere/at/all"],
    ["no-link", "hello"],
  ] as const) {
    mkdirSync(join(project.root, name));
    writeFileSync(join(project.root, name, ".git"), `${link}\n`);
  }
  for (const name of ["copy", "lost", "no-link"]) {
    const { message, hint } = jsonError(project, ["lock", "acquire", "a.ts"], { cwd: join(project.root, name) });
    expect(message).toStartWith("No coord state in ");
    expect(hint).toBe("run: coord init");
  }
});
