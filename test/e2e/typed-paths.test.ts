/** Text shows paths as they can be typed where one stands; JSON shows them relative to their worktree. */
import { expect, test } from "bun:test";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { layProject, type Project } from "../hooks/project.ts";
import { coord, json, jsonError, locksSchema } from "./cli.ts";

const A = { COORD_INSTANCE_ID: "agent-a" } as const;
const B = { COORD_INSTANCE_ID: "agent-b" } as const;

function inSrc(project: Project, words: readonly string[], env: typeof A | typeof B = A) {
  return coord(project, words, { cwd: project.path("src"), env });
}

/** A file beside, below and above the current folder `src`, one in another worktree and one outside of any. */
function lay(project: Project): readonly string[] {
  project.write("src/a.ts", "");
  project.write("src/deep/b.ts", "");
  project.write("c.ts", "");
  project.git("add", "-A");
  project.git("commit", "-qm", "files");
  project.git("worktree", "add", "-q", join(project.root, "linked"));
  return ["a.ts", "deep/b.ts", "../c.ts", "../../linked/c.ts", join(project.root, "outside.ts")];
}

test("every path that a command prints in a sub-folder works there as an argument", () => {
  using project = layProject();
  const typed = lay(project);
  expect(inSrc(project, ["lock", "acquire", ...typed]).code).toBe(0);
  for (const words of [["lock", "list"], ["status"], ["status", "--verbose"], ["instance", "show"]]) {
    const { out } = inSrc(project, words);
    const shown = [...out.matchAll(/(?:File: |^ {4}- )(\S+)/gm)].map(([, path]) => path ?? "");
    expect(new Set(shown)).toEqual(new Set(typed));
  }
  expect(inSrc(project, ["lock", "list"]).out).toContain("File: ../../linked/c.ts (worktree linked)\n");
  for (const path of typed) {
    expect(inSrc(project, ["lock", "check", path]).out).toStartWith(`Yours: ${path}, `);
    expect(inSrc(project, ["lock", "verify", path]).out).toStartWith(`Yours: ${path}, `);
    expect(inSrc(project, ["lock", "renew", path]).out).toMatch(/^Renewed: (\S+)/);
    expect(inSrc(project, ["lock", "acquire", path], B).err).toContain(`Cannot lock "${path}": held by agent-a`);
    expect(inSrc(project, ["lock", "release", path], B).err).toContain(`Cannot release "${path}": held by agent-a`);
  }
  const { out } = inSrc(project, ["lock", "release", "--all"]);
  expect(new Set(out.trim().split("\n"))).toEqual(new Set(typed.map((path) => `Released: ${path}`)));
});

test("JSON names a file the same from every folder, with its real path beside", () => {
  using project = layProject();
  lay(project);
  inSrc(project, ["lock", "acquire", "a.ts"]);
  const { locks } = json(project, locksSchema, ["lock", "list"], { cwd: project.path("src") });
  expect(locks).toMatchObject([{ file_path: "src/a.ts", real_path: project.path("src/a.ts") }]);
});

test("a file of a repository inside this one is shown so that it can be typed here", () => {
  using project = layProject();
  mkdirSync(project.path("inner"));
  project.git("-C", "inner", "init", "-q");
  coord(project, ["init"], { cwd: project.path("inner") });
  expect(coord(project, ["lock", "acquire", "inner/x.ts"], { env: A }).out).toStartWith("Locked: inner/x.ts, ");
});

test("an ID that belongs to the lock on another path is no success, and names that path", () => {
  using project = layProject();
  lay(project);
  inSrc(project, ["lock", "acquire", "a.ts"]);
  const { locks } = json(project, locksSchema, ["lock", "list"]);
  const id = locks[0]?.lock_id ?? "";
  const force = ["--force", "--lock-id", id];
  const where = { cwd: project.path("src"), env: B };
  expect(jsonError(project, ["lock", "release", "src/a.ts", ...force], where)).toMatchObject({
    code: "USAGE",
    message: `"src/a.ts" is not locked: the lock with the ID ${id} is on "a.ts"`,
    hint: `coord lock release a.ts --force --lock-id ${id}`,
  });
  expect(json(project, locksSchema, ["lock", "list"]).locks).toHaveLength(1);
  expect(inSrc(project, ["lock", "release", "a.ts", ...force], B)).toMatchObject({ code: 0, out: "Released: a.ts\n" });
  expect(inSrc(project, ["lock", "release", "deep/b.ts", ...force], B)).toMatchObject({
    code: 0,
    out: "Not locked: deep/b.ts\n",
  });
});

test("a lock in a worktree that git has moved is shown where that is now, and can be typed there", () => {
  using project = layProject();
  lay(project);
  const now = join(project.root, "moved");
  expect(inSrc(project, ["lock", "acquire", "../../linked/c.ts", "../../linked/src/a.ts", "a.ts"]).code).toBe(0);
  project.git("worktree", "move", join(project.root, "linked"), now);
  for (const words of [["lock", "list"], ["status"], ["instance", "show"]]) {
    const { out } = inSrc(project, words);
    for (const path of ["../../moved/c.ts", "../../moved/src/a.ts"]) expect(out).toContain(path);
    expect(out).not.toContain("../../linked/");
  }
  const { locks } = json(project, locksSchema, ["lock", "list"], { cwd: project.path("src") });
  expect(locks.map(({ real_path }) => real_path)).toContain(join(now, "c.ts"));
  expect(locks.map(({ file_path }) => file_path).toSorted()).toEqual(["c.ts", "src/a.ts", "src/a.ts"]);
  expect(inSrc(project, ["lock", "check", "../../moved/c.ts"]).out).toStartWith("Yours: ../../moved/c.ts, ");
  expect(inSrc(project, ["lock", "release", "../../moved/c.ts"]).code).toBe(0);
  expect(inSrc(project, ["lock", "release", "--all"]).out).toContain("Released: ../../moved/src/a.ts\n");
});

test("a lock in a repository that was moved as a whole is shown where that is now", () => {
  using project = layProject();
  project.write("a.ts", "");
  coord(project, ["lock", "acquire", "a.ts"], { env: A });
  const now = join(project.root, "renamed");
  renameSync(project.dir, now);
  const listed = json(project, locksSchema, ["lock", "list"], { cwd: now });
  expect(listed.locks).toMatchObject([{ file_path: "a.ts", real_path: join(now, "a.ts") }]);
  expect(coord(project, ["lock", "list"], { cwd: now }).out).toContain("File: a.ts\n");
});

test("a lock in a worktree that is gone is shown where it was", () => {
  using project = layProject();
  lay(project);
  inSrc(project, ["lock", "acquire", "../../linked/c.ts"]);
  project.git("worktree", "remove", "--force", join(project.root, "linked"));
  expect(inSrc(project, ["lock", "list"]).out).toContain("/linked/c.ts");
});
