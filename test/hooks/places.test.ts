/** Where coord acts: DESIGN section 3, "Which state". */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { SILENCE } from "./hook.ts";
import { BINARY, layProject, runIn, type Project } from "./project.ts";
import { session, type Session } from "./session.ts";
import { entries, faults, instanceIds, leftovers, locks } from "./state.ts";

/** A whole life of a session, in which every hook runs. */
async function live(project: Project, s: Session): Promise<void> {
  expect(await s.start()).toEqual(SILENCE);
  expect(await s.prompt("Hello")).toEqual(SILENCE);
  expect(await s.write("a.ts", "1\n")).toEqual(SILENCE);
  expect(await s.read("a.ts")).toEqual(SILENCE);
  expect(await s.subagent("x1").stop()).toEqual(SILENCE);
  for (const told of [await s.batch(), await s.stop(), await s.end()]) expect(told).toEqual(SILENCE);
  expect(project.content("a.ts")).toBe("1\n");
}

test("without a state folder hooks are silent and create nothing", async () => {
  using project = layProject({ state: false });
  await live(project, session(project));
  expect(readdirSync(project.dir).toSorted()).toEqual([".git", "a.ts"]);
  expect(entries(project.env["HOME"] ?? "")).toEqual([]);
});

test("without git and without a state folder hooks are silent and create nothing", async () => {
  using project = layProject({ state: false, git: false });
  await live(project, session(project));
  expect(readdirSync(project.dir)).toEqual(["a.ts"]);
});

test("outside git a folder with a state is a workspace, and so is all below it", async () => {
  using project = layProject({ git: false, files: { "deep/er/x": "" } });
  project.configure({ hold: "turn" });
  const [a, b] = [session(project, { cwd: project.path("deep/er") }), session(project)];
  await a.write("deep/er/a.ts", "1\n");
  const { denied } = await b.write("deep/er/a.ts", "2\n");
  expect(denied).toContain(`deep/er/a.ts is held by ${a.id}`);
  expect(denied).not.toContain("git diff");
});

for (const file of [".git/x", "node_modules/m/x.js", ".claude/coordination/x"]) {
  test(`a write of ${file} is none of coord's business`, async () => {
    using project = layProject();
    const a = session(project);
    expect(await a.write(file, "1\n")).toEqual(SILENCE);
    expect(entries(join(project.state, "files"))).toEqual([]);
    expect(entries(join(project.state, "locks"))).toEqual([]);
  });
}

test("globs of one's own replace those that are ignored", async () => {
  using project = layProject();
  project.configure({ ignore: ["*.log", "gen/**"] });
  const a = session(project);
  for (const file of ["x.log", "gen/deep/a.ts", "src/a.ts"]) await a.write(file, "1\n");
  expect(locks(project.state)).toEqual([`src/a.ts tool ${a.id}`]);
});

test("a path outside of every workspace is passed over, also one reached by a link or by ..", async () => {
  using project = layProject();
  mkdirSync(join(project.root, "outside"));
  symlinkSync("../outside", project.path("link"));
  const a = session(project);
  for (const file of [join(project.root, "outside/a.md"), "link/b.md", "../outside/c.md"]) {
    expect(await a.write(file, "1\n")).toEqual(SILENCE);
  }
  expect(entries(join(project.state, "files"))).toEqual([]);
  expect(existsSync(join(project.root, "outside/.claude"))).toBe(false);
});

test("a session that has gone elsewhere is still at home in its project", async () => {
  using project = layProject();
  project.configure({ hold: "turn" });
  const a = session(project, { cwd: project.root });
  expect(await a.start()).toEqual(SILENCE);
  await a.write("a.ts", "1\n");
  expect(locks(project.state)).toEqual([`a.ts turn ${a.id}`]);
  const { denied = "" } = await session(project, { cwd: project.root }).write("a.ts", "2\n");
  const [, diff = ""] = /To see its work: (.+)\.$/.exec(denied) ?? [];
  runIn(project.root, project.env, ["sh", "-c", diff]);
  await a.end();
  expect(instanceIds(project.state)).not.toContain(a.id);
});

test("a project that is opened by a link is the same project", async () => {
  using project = layProject();
  project.configure({ hold: "turn" });
  const link = join(project.root, "link");
  symlinkSync(project.dir, link);
  const a = session(project, { cwd: link, env: { CLAUDE_PROJECT_DIR: link } });
  await a.start();
  await a.write(join(link, "a.ts"), "1\n");
  const { denied } = await session(project).write("a.ts", "2\n");
  expect(denied).toContain(`a.ts is held by ${a.id}`);
  await a.end();
  expect(instanceIds(project.state)).toHaveLength(1);
});

test("COORD_DIR names the state for all paths", async () => {
  using project = layProject({ state: false });
  const state = join(project.root, "elsewhere");
  const env = { COORD_DIR: state };
  runIn(project.dir, { ...project.env, ...env }, [BINARY, "init"]);
  const a = session(project, { env });
  await a.write("a.ts", "1\n");
  await a.write(join(project.root, "outside.md"), "1\n");
  expect(locks(state)).toEqual([`${join(project.root, "outside.md")} tool ${a.id}`, `a.ts tool ${a.id}`].toSorted());
  await a.end();
  expect(leftovers(state)).toEqual([]);
  expect(existsSync(project.path(".claude"))).toBe(false);
});

function worktree(project: Project, name: string): string {
  const dir = join(project.root, name);
  project.git("worktree", "add", "-q", "-b", name.replace(" ", "-"), dir);
  return dir;
}

test("linked worktrees share one state and lock each their own files", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  project.configure({ hold: "turn" });
  const dir = worktree(project, "feature");
  const [a, b, c] = [session(project), session(project, { cwd: dir }), session(project)];
  expect(await a.write("a.ts", "A\n")).toEqual(SILENCE);
  expect(await b.write(join(dir, "a.ts"), "B\n")).toEqual(SILENCE);
  expect(locks(project.state)).toEqual([`a.ts turn ${a.id}`, `a.ts turn ${b.id}`].toSorted());
  expect(existsSync(join(dir, ".claude"))).toBe(false);
  const { context } = await c.start();
  expect(context).toContain(`${b.id} (active, role "main", branch "feature", worktree "feature"`);
  expect(context).not.toContain('worktree ""');
});

test("a write into another worktree is locked there, and the commands of its denial run as printed", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  project.configure({ hold: "turn" });
  const dir = worktree(project, "other place");
  const [a, b] = [session(project, { cwd: dir }), session(project)];
  await a.write(join(dir, "a.ts"), "A\n");
  const { denied = "" } = await b.write(join(dir, "a.ts"), "B\n");
  expect(denied).toContain(`held by ${a.id}`);
  const [, diff = ""] = /To see its work: (.+)\.$/.exec(denied) ?? [];
  expect(runIn(project.dir, project.env, ["sh", "-c", diff])).toContain("+A");
});

test("a .git link that the other side does not return leads nowhere", async () => {
  using project = layProject();
  const planted = join(project.root, "planted");
  mkdirSync(planted);
  project.write(join(planted, ".git"), `gitdir: ${project.dir}/.git/worktrees/planted\n`);
  project.write(".git/worktrees/planted/HEAD", "ref: refs/heads/main\n");
  project.write(".git/worktrees/planted/commondir", "../..\n");
  project.write(".git/worktrees/planted/gitdir", "/somewhere/else/.git\n");
  const a = session(project, { cwd: planted, env: { CLAUDE_PROJECT_DIR: planted } });
  expect(await a.write(join(planted, "a.ts"), "1\n")).toEqual(SILENCE);
  expect(instanceIds(project.state)).toEqual([]);
});

test("a session that writes into another repository is registered there, and its end cleans up both", async () => {
  using home = layProject();
  using away = layProject({ files: { "b.ts": "1\n" } });
  home.configure({ hold: "session" });
  away.configure({ hold: "session" });
  const [a, b] = [session(home), session(away)];
  await a.write("a.ts", "1\n");
  await a.write(away.path("b.ts"), "A\n");
  expect(locks(home.state)).toEqual([`a.ts session ${a.id}`]);
  expect(locks(away.state)).toEqual([`b.ts session ${a.id}`]);
  const { denied = "" } = await b.write("b.ts", "B\n");
  expect(denied).toContain(`held by ${a.id}`);
  // And back: what A is told runs where A is.
  await b.write("c.ts", "B\n");
  const [, diff = ""] = /To see its work: (.+)\.$/.exec((await a.write(away.path("c.ts"), "A\n")).denied ?? "") ?? [];
  runIn(home.dir, home.env, ["sh", "-c", diff]);
  await a.end();
  await b.end();
  for (const { state } of [home, away]) {
    expect(leftovers(state)).toEqual([]);
    expect(faults(state)).toEqual([]);
  }
});

for (const hold of ["tool", "turn"] as const) {
  test(`a session's ${hold} locks in another repository end as at home`, async () => {
    using home = layProject();
    using away = layProject();
    away.configure({ hold });
    const a = session(home);
    await a.start();
    await a.write(away.path("b.ts"), "A\n");
    await (hold === "tool" ? a.batch() : a.stop());
    expect(locks(away.state)).toEqual([]);
  });
}
