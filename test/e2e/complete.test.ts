/** Completion of command lines, as the shells' scripts ask for it; bash's own is driven as bash drives it. */
import { describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BINARY, layProject, type Project } from "../hooks/project.ts";
import { coord, json, jsonError, pathWithCoord } from "./cli.ts";
import * as v from "valibot";

const FILES = ":0";
const NO_FILES = ":4";

/** The values that are offered after these words, and the directive. */
function offered(project: Project, words: readonly string[], cwd = project.dir) {
  const { code, out, err } = coord(project, ["complete", "--", ...words], { cwd });
  expect({ words, code, err }).toEqual({ words, code: 0, err: "" });
  const lines = out.trimEnd().split("\n");
  return { values: lines.slice(0, -1).map((line) => line.split("\t")[0]), directive: lines.at(-1) };
}

function populated(): Project {
  const project = layProject({ files: { "src/a.ts": "a" } });
  coord(project, ["lock", "acquire", "src/a.ts", "b c.ts", "--as", "ann", "--intent", "split the parser"]);
  coord(project, ["lock", "acquire", "d.ts", "--as", "bob"]);
  coord(project, ["decisions", "add", "--category", "naming", "--title", "T", "--description", "D", "--as", "ann"]);
  return project;
}

/** What lies in a folder, with content and times of change. */
function snapshot(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .toSorted()
    .map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      return `${name} ${stat.mtimeMs} ${stat.isFile() ? readFileSync(path, "utf8") : ""}`;
    });
}

describe("coord complete -- WORDS", () => {
  test("offers commands, then verbs, and nothing that only Claude Code calls", () => {
    using project = layProject({ state: false, git: false });
    const top = offered(project, [""]);
    expect(top.values).toEqual(expect.arrayContaining(["init", "status", "lock", "decisions", "complete", "run"]));
    expect(top.values).not.toContain("hook");
    expect(new Set(top.values).size).toBe(top.values.length);
    expect(offered(project, ["loc"])).toEqual({ values: ["lock"], directive: NO_FILES });
    expect(offered(project, ["lock", "re"]).values).toEqual(["release", "renew"]);
    expect(offered(project, ["help", "lock", "acq"]).values).toEqual(["acquire"]);
    expect(offered(project, ["frobnicate", ""])).toEqual({ values: [], directive: NO_FILES });
  });

  test("offers the flags of the command that were not given yet, and their values", () => {
    using project = layProject({ state: false, git: false });
    expect(offered(project, ["install", "--"]).values).toEqual(["--scope", "--hold", "--dry-run", "--json", "--help"]);
    expect(offered(project, ["install", "--dry-run", "--scope=user", "-"]).values).toEqual([
      "--hold",
      "--json",
      "--help",
    ]);
    expect(offered(project, ["install", "--scope", "u"]).values).toEqual(["user"]);
    expect(offered(project, ["install", "--scope=u"]).values).toEqual(["--scope=user"]);
    expect(offered(project, ["complete", ""]).values).toEqual(["bash", "zsh", "fish"]);
    expect(offered(project, ["init", ""]).values).toEqual(["--json", "--help"]);
  });

  test("offers locks to those who give them back, as they are typed where one is, but for those already named", () => {
    using project = populated();
    expect(offered(project, ["lock", "release", ""])).toEqual({
      values: ["b c.ts", "src/a.ts", "d.ts"],
      directive: FILES,
    });
    expect(offered(project, ["lock", "release", "src/a.ts", ""]).values).toEqual(["b c.ts", "d.ts"]);
    expect(offered(project, ["lock", "release", "--as", "bob", ""]).values).toEqual(["d.ts"]);
    expect(offered(project, ["lock", "renew", "--as=bob", ""]).values).toEqual(["d.ts"]);
    expect(offered(project, ["lock", "verify", "../d"], join(project.dir, "src")).values).toEqual(["../d.ts"]);
    expect(offered(project, ["lock", "renew", "a"], join(project.dir, "src")).values).toEqual(["a.ts"]);
  });

  test("offers instances, decisions, their categories, and the IDs of locks", () => {
    using project = populated();
    for (const words of [
      ["instance", "show"],
      ["lock", "check", "x", "--as"],
      ["decisions", "list", "--author"],
    ])
      expect(offered(project, [...words, ""])).toEqual({ values: ["ann", "bob"], directive: NO_FILES });
    expect(offered(project, ["decisions", "query", "DEC-"]).values).toEqual([
      expect.stringMatching(/^DEC-\d{8}-0001-[0-9a-f]{6}$/),
    ]);
    expect(offered(project, ["decisions", "list", "--category", ""]).values).toEqual(
      expect.arrayContaining(["security", "naming"]),
    );
    expect(offered(project, ["lock", "release", "d.ts", "--force", "--lock-id", ""]).values).toHaveLength(3);
  });

  test("leaves to the shell what may be any file, and another program's words", () => {
    using project = populated();
    for (const words of [
      ["lock", "acquire", ""],
      ["lock", "acquire", "x", "y"],
      ["run", "--lock", ""],
      ["run", "--lock", "a", ""],
      ["run", "--lock", "a", "--", "make", ""],
      ["run", "--lock=a", "ma"],
      ["lock", "release", "--", ""],
      ["decisions", "import", ""],
    ])
      expect({ words, ...offered(project, words) }).toEqual({ words, values: [], directive: FILES });
    expect(offered(project, ["decisions", "add", "--title", ""])).toEqual({ values: [], directive: NO_FILES });
  });

  test("changes nothing, also where records are broken", () => {
    using project = populated();
    writeFileSync(join(project.state, "heartbeats", "broken.json"), "{");
    const month = readdirSync(join(project.state, "decisions")).find((name) => /^\d{4}-\d\d$/.test(name)) ?? "";
    const name = `DEC-${month.replace("-", "")}01-0001-abcdef.json`;
    const broken = join(project.state, "decisions", month, name);
    writeFileSync(broken, "{");
    // So old that whoever may repair it would.
    utimesSync(broken, new Date(0), new Date(0));
    const before = snapshot(project.state);
    for (const words of [
      ["lock", "release", ""],
      ["lock", "check", "--as", ""],
      ["decisions", "query", ""],
      ["decisions", "add", "--category", ""],
    ])
      offered(project, words);
    expect(snapshot(project.state)).toEqual(before);
    using stranger = layProject({ state: false });
    offered(stranger, ["lock", "release", ""]);
    expect(existsSync(stranger.state)).toBe(false);
  });

  test("says nothing where it cannot know", () => {
    using project = populated();
    project.configure({ no_such_key: 1 });
    const { out, err } = coord(project, ["complete", "--", "lock", "release", ""]);
    expect({ err, lines: out.includes("Error") }).toEqual({ err: "", lines: false });
    expect(offered(project, []).values).toContain("lock");
  });

  test("does not offer what cannot be typed, and keeps what others wrote on its line", () => {
    using project = layProject();
    coord(project, ["lock", "acquire", "a\nb", "ok", "--as", "ann", "--intent", "one\ntwo\tthree\u001b[31m"]);
    const { out } = coord(project, ["complete", "--", "lock", "release", ""]);
    expect(out).toBe("ok\tann: one\\ntwo\\tthree\\u{1b}[31m\n:0\n");
  });
});

/** Sources the script and completes `line` at its end, as bash does at the press of the key; answers COMPREPLY. */
function bash(project: Project, line: string, words: readonly string[], program = "coord") {
  const script = `
    set -u
    eval "$("$PROGRAM" complete bash)"; eval "$("$PROGRAM" complete bash)"
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE=$LINE; COMP_POINT=\${#LINE}; COMPREPLY=()
    _coord_complete; printf '%s\\n' "\${COMPREPLY[@]+"\${COMPREPLY[@]}"}"`;
  const env = { ...project.env, PATH: pathWithCoord(project), LINE: line, PROGRAM: program };
  const done = Bun.spawnSync(["bash", "-c", script, "bash", ...words], { cwd: project.dir, env, timeout: 15_000 });
  expect({ line, code: done.exitCode, err: done.stderr.toString() }).toEqual({ line, code: 0, err: "" });
  return done.stdout
    .toString()
    .split("\n")
    .filter((value) => value !== "");
}

describe("coord complete bash", () => {
  test("completes what was typed, also in words that bash breaks, in quotes and behind backslashes", () => {
    using project = populated();
    expect(bash(project, "coord lock rel", ["coord", "lock", "rel"])).toEqual(["release"]);
    expect(bash(project, "coord lock release ", ["coord", "lock", "release", ""])).toEqual([
      "b\\ c.ts",
      "src/a.ts",
      "d.ts",
    ]);
    expect(bash(project, "coord lock release b\\ ", ["coord", "lock", "release", "b\\ "])).toEqual(["b\\ c.ts"]);
    expect(bash(project, "coord lock release 'b", ["coord", "lock", "release", "'b"])).toEqual(["b c.ts"]);
    const broken = ["coord", "lock", "release", "--as", "=", "a"];
    expect(bash(project, "coord lock release --as=a", broken)).toEqual(["ann"]);
    expect(bash(project, "coord lock release --as=", broken.slice(0, 5))).toEqual(["ann", "bob"]);
    expect(bash(project, "coord lock acquire ", ["coord", "lock", "acquire", ""])).toEqual([]);
  });

  test("works by the binary's path where coord is not on the PATH", () => {
    using project = populated();
    expect(bash(project, `${BINARY} lock rel`, [BINARY, "lock", "rel"], BINARY)).toEqual(["release"]);
    const { out } = coord(project, ["complete", "bash"], { env: { PATH: "/usr/bin:/bin" } });
    expect(out).toContain(`< <(${BINARY} complete -- `);
    expect(coord(project, ["complete", "bash"]).out).toContain("< <(coord complete -- ");
  });

  test("runs nothing that others wrote, nor a program of the current folder", () => {
    using project = layProject();
    const trap = "x$(touch pwned)`touch pwned`*";
    coord(project, ["lock", "acquire", trap, "--as", "ann", "--intent", "$(touch pwned)"]);
    symlinkSync("/bin/false", project.path("coord"));
    expect(bash(project, "./coord lock release x", ["./coord", "lock", "release", "x"])).toEqual([
      "x\\$\\(touch\\ pwned\\)\\`touch\\ pwned\\`\\*",
    ]);
    expect(bash(project, 'coord lock release "x', ["coord", "lock", "release", '"x'])).toEqual([]);
    expect(bash(project, "coord lock $(touch pwned) ", ["coord", "lock", "$(touch pwned)", ""])).toEqual([]);
    expect(project.has("pwned")).toBe(false);
  });
});

describe("coord complete SHELL", () => {
  const scriptSchema = v.strictObject({ shell: v.string(), script: v.string() });

  for (const shell of ["bash", "zsh", "fish"]) {
    test(`prints a script that ${shell} can read, where there is one`, () => {
      using project = layProject({ state: false, git: false });
      const { out } = coord(project, ["complete", shell]);
      expect(json(project, scriptSchema, ["complete", shell])).toEqual({ shell, script: out.trimEnd() });
      expect(out).not.toContain("COORD_PROGRAM");
      const path = join(project.root, `script.${shell}`);
      writeFileSync(path, out);
      // Not every machine has all of them.
      if (Bun.which(shell) === null) return;
      const { exitCode, stderr } = Bun.spawnSync([shell, "-n", path], { env: project.env });
      expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
    });
  }

  test("knows no other shell", () => {
    using project = layProject({ state: false, git: false });
    expect(jsonError(project, ["complete", "tcsh"])).toMatchObject({
      code: "USAGE",
      message: 'coord complete does not know "tcsh": one of bash, zsh, fish',
    });
    expect(jsonError(project, ["complete"]).message).toBe("coord complete needs SHELL");
  });

  test.skipIf(Bun.which("fish") === null)("completes in fish (which this machine may not have)", () => {
    using project = populated();
    const functions = join(project.root, "home", ".config", "fish", "completions");
    mkdirSync(functions, { recursive: true });
    writeFileSync(join(functions, "coord.fish"), coord(project, ["complete", "fish"]).out);
    const complete = (line: string): string => {
      const env = { ...project.env, PATH: pathWithCoord(project), LINE: line };
      const done = Bun.spawnSync(["fish", "-c", 'complete -C "$LINE"'], { cwd: project.dir, env, timeout: 15_000 });
      return done.stdout.toString();
    };
    expect(complete("coord lock rel")).toBe("release\tgive locks back\n");
    expect(complete("coord lock release --as=an")).toStartWith("--as=ann\t");
    expect(complete("coord lock release b")).toBe("b c.ts\tann: split the parser\n");
    expect(complete(`${BINARY} lock acquire sr`)).toStartWith("src/");
  });
});
