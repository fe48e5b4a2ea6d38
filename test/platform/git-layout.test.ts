/** The layouts that git itself makes, and those that somebody plants: against real git. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { branchOf, findGit, joinPath, parentOf, type GitLayout } from "../../src/platform/git-layout.ts";
import { SYSTEMS } from "./systems.ts";

let top = "";
const at = (...names: readonly string[]): string => join(top, ...names);

function git(cwd: string, ...args: readonly string[]): string {
  const safe = [
    "-c",
    "user.name=t",
    "-c",
    "user.email=t@t",
    "-c",
    "protocol.file.allow=always",
    "-c",
    "init.defaultBranch=trunk",
  ];
  const env = { PATH: process.env["PATH"], HOME: top, GIT_CONFIG_NOSYSTEM: "1" };
  const run = Bun.spawnSync(["git", ...safe, ...args], { cwd, env });
  if (run.exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${run.stderr.toString()}`);
  return run.stdout.toString().trim();
}

function repository(name: string, ...options: readonly string[]): string {
  git(top, "init", "-q", ...options, name);
  const dir = at(name);
  writeFileSync(join(dir, "file"), "x");
  git(dir, "add", "file");
  git(dir, "commit", "-qm", "first");
  return dir;
}

beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "coord-git-")));
  repository("main");
  mkdirSync(at("main", "src", "deep"), { recursive: true });
  git(at("main"), "worktree", "add", "-q", "-b", "feature/x", at("linked"));
  mkdirSync(at("linked", "src"));
  // A worktree inside the main one, and one whose name git had to change.
  git(at("main"), "worktree", "add", "-q", "-b", "inner", at("main", "inner"));
  mkdirSync(at("elsewhere"));
  git(at("main"), "worktree", "add", "-q", "-b", "second", at("elsewhere", "linked"));

  repository("library");
  git(at("main"), "submodule", "--quiet", "add", at("library"), "sub");
  git(at("main"), "commit", "-qm", "sub");
  git(at("main", "sub"), "worktree", "add", "-q", "-b", "of-sub", at("of-sub"));

  repository("apart", "--separate-git-dir", at("apart.git"));
  git(at("apart"), "worktree", "add", "-q", "-b", "of-apart", at("of-apart"));

  git(top, "clone", "-q", "--bare", at("library"), at("bare.git"));
  git(at("bare.git"), "worktree", "add", "-q", at("of-bare"));
  // The common way to keep a bare repository and its worktrees together.
  mkdirSync(at("hub"));
  git(at("hub"), "clone", "-q", "--bare", at("library"), ".bare");
  writeFileSync(at("hub", ".git"), "gitdir: ./.bare\n");
  git(at("hub"), "worktree", "add", "-q", at("hub", "wt"));

  mkdirSync(at("outside", "deep"), { recursive: true });
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

for (const sys of SYSTEMS) {
  const find = (...names: readonly string[]): GitLayout | undefined => findGit(sys, at(...names));

  describe(`findGit() on ${sys.name}`, () => {
    test("finds the main worktree from any folder in it", () => {
      for (const dir of ["main", "main/src", "main/src/deep"]) {
        expect(find(dir)).toEqual({
          top: at("main"),
          gitDir: at("main/.git"),
          commonDir: at("main/.git"),
          worktree: "",
          mainTop: at("main"),
        });
      }
    });

    test("leads from a linked worktree to the main one, and names it", () => {
      for (const dir of ["linked", "linked/src"]) {
        expect(find(dir)).toEqual({
          top: at("linked"),
          gitDir: at("main/.git/worktrees/linked"),
          commonDir: at("main/.git"),
          worktree: "linked",
          mainTop: at("main"),
        });
      }
    });

    test("tells worktrees of the same folder name apart by git's own names", () => {
      const found = find("elsewhere/linked");
      expect(found).toMatchObject({ top: at("elsewhere/linked"), mainTop: at("main") });
      expect(found?.worktree).toBe("linked1");
    });

    test("takes the innermost worktree", () => {
      expect(find("main/inner")).toMatchObject({ top: at("main/inner"), worktree: "inner", mainTop: at("main") });
    });

    test("takes a submodule for a repository of its own", () => {
      expect(find("main/sub")).toMatchObject({
        top: at("main/sub"),
        gitDir: at("main/.git/modules/sub"),
        worktree: "",
        mainTop: at("main/sub"),
      });
    });

    test("leads from a worktree of a submodule to the submodule", () => {
      expect(find("of-sub")).toMatchObject({ top: at("of-sub"), worktree: "of-sub", mainTop: at("main/sub") });
    });

    test("finds a repository whose git folder lies elsewhere", () => {
      expect(find("apart")).toMatchObject({
        top: at("apart"),
        gitDir: at("apart.git"),
        worktree: "",
        mainTop: at("apart"),
      });
    });

    test("cannot know from a worktree of such a repository where the main one is: git does not record it", () => {
      expect(find("of-apart")).toMatchObject({
        top: at("of-apart"),
        worktree: "of-apart",
        commonDir: at("apart.git"),
        mainTop: undefined,
      });
    });

    test("gives the worktrees of a bare repository its own folder in common", () => {
      expect(find("of-bare")).toEqual({
        top: at("of-bare"),
        gitDir: at("bare.git/worktrees/of-bare"),
        commonDir: at("bare.git"),
        worktree: "of-bare",
        mainTop: undefined,
      });
      expect(find("bare.git")).toMatchObject({ commonDir: at("bare.git"), mainTop: undefined });
      expect(find("bare.git/refs/heads")).toMatchObject({ commonDir: at("bare.git"), mainTop: undefined });
    });

    test("gives the folder around a hidden bare repository, and its worktrees, the same state", () => {
      expect(find("hub")).toMatchObject({ commonDir: at("hub/.bare"), mainTop: undefined });
      expect(find("hub/wt")).toMatchObject({ commonDir: at("hub/.bare"), mainTop: undefined, worktree: "wt" });
    });

    test("agrees with git about every layout", () => {
      for (const dir of [
        "main",
        "main/src/deep",
        "linked",
        "main/inner",
        "main/sub",
        "of-sub",
        "apart",
        "of-apart",
        "of-bare",
        "hub/wt",
      ]) {
        const [topLevel, gitDir, common] = git(
          at(dir),
          "rev-parse",
          "--show-toplevel",
          "--absolute-git-dir",
          "--git-common-dir",
        ).split("\n");
        expect(find(dir)).toMatchObject({
          top: topLevel,
          gitDir,
          commonDir: realpathSync(join(at(dir), relativeTo(at(dir), common ?? ""))),
        });
      }
    });

    test("finds nothing outside of any repository", () => {
      expect(find("outside", "deep")).toBeUndefined();
      expect(findGit(sys, "/")).toBeUndefined();
    });
  });

  describe(`findGit() on ${sys.name} is not led by`, () => {
    const plant = (text: string | undefined): string => {
      const dir = mkdtempSync(join(top, "planted-"));
      if (text !== undefined) writeFileSync(join(dir, ".git"), text);
      return dir;
    };

    test("a link to a worktree's folder that does not link back", () => {
      expect(findGit(sys, plant(`gitdir: ${at("main/.git/worktrees/linked")}\n`))).toBeUndefined();
    });

    test.each([
      ["an empty file", ""],
      ["text", "this is no link\n"],
      ["a link to nowhere", "gitdir: /nowhere/at/all\n"],
      ["a link to a folder without HEAD", "gitdir: ..\n"],
      ["a link with a NUL", "gitdir: ../main/.git\0\n"],
      ["a link to itself", "gitdir: .git\n"],
      ["a long text", `gitdir: ${"x/".repeat(10_000)}\n`],
    ])("%s in place of .git", (_, text) => {
      expect(findGit(sys, plant(text))).toBeUndefined();
    });

    test("a folder named .git that is no repository", () => {
      const dir = plant(undefined);
      mkdirSync(join(dir, ".git"));
      expect(findGit(sys, dir)).toBeUndefined();
    });

    test("a FIFO or a loop named .git", () => {
      const dir = plant(undefined);
      Bun.spawnSync(["mkfifo", join(dir, ".git")]);
      expect(findGit(sys, dir)).toBeUndefined();
      rmSync(join(dir, ".git"));
      symlinkSync(".git", join(dir, ".git"));
      expect(findGit(sys, dir)).toBeUndefined();
    });

    test("a submodule's configuration that names a folder which does not link back", () => {
      repository(`cheat-${sys.name}`, "--separate-git-dir", at(`cheat-${sys.name}.git`));
      const gitDir = at(`cheat-${sys.name}.git`);
      git(at(`cheat-${sys.name}`), "worktree", "add", "-q", "--detach", at(`of-cheat-${sys.name}`));
      git(gitDir, "config", "core.worktree", at("main"));
      expect(find(`of-cheat-${sys.name}`)?.mainTop).toBeUndefined();
      // Nor one that names the linked worktree itself.
      git(gitDir, "config", "core.worktree", at(`of-cheat-${sys.name}`));
      expect(find(`of-cheat-${sys.name}`)?.mainTop).toBeUndefined();
    });

    test("a worktree that was moved by hand, until git repairs it", () => {
      git(at("main"), "worktree", "add", "-q", "--detach", at(`moving-${sys.name}`));
      renameSync(at(`moving-${sys.name}`), at(`moved-${sys.name}`));
      expect(find(`moved-${sys.name}`)).toBeUndefined();
      git(at(`moved-${sys.name}`), "worktree", "repair");
      expect(find(`moved-${sys.name}`)).toMatchObject({ mainTop: at("main") });
    });
  });

  describe(`branchOf() on ${sys.name}`, () => {
    test("gives the branch of each worktree, nothing for a detached one", () => {
      expect(branchOf(sys, at("main/.git"))).toBe("trunk");
      expect(branchOf(sys, find("linked")?.gitDir ?? "")).toBe("feature/x");
      git(at("elsewhere/linked"), "checkout", "-q", "--detach");
      expect(branchOf(sys, find("elsewhere/linked")?.gitDir ?? "")).toBeUndefined();
      expect(branchOf(sys, at("outside"))).toBeUndefined();
    });
  });
}

/** `git rev-parse --git-common-dir` answers relative to the folder it runs in, or absolute. */
function relativeTo(dir: string, path: string): string {
  return path.startsWith("/") ? Array.from(dir.split("/").slice(1), () => "..").join("/") + path : path;
}

describe("joinPath()", () => {
  test.each([
    ["/a/b", "c", "/a/b/c"],
    ["/a/b", "/c", "/c"],
    ["/a/b", "../c", "/a/c"],
    ["/a", "../../..", "/"],
    ["/", "", "/"],
    ["/a//b/", "./c//", "/a/b/c"],
    ["/a", "...", "/a/..."],
  ])("joins %j and %j to %j", (base, path, joined) => expect(joinPath(base, path)).toBe(joined));
});

test("parentOf() goes up to the root and stays there", () => {
  expect(["/a/b", "/a", "/", ""].map(parentOf)).toEqual(["/a", "/", "/", "/"]);
});

test("git itself is what the layouts came from", () => {
  expect(readFileSync(at("linked", ".git"), "utf8")).toStartWith("gitdir: ");
});
