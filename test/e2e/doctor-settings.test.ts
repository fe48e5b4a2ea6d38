/** What `coord doctor` says of Claude Code's settings, the programs that they name, and coord's own configuration. */
import { describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, appendFileSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, type Project } from "../hooks/project.ts";
import { coord } from "./cli.ts";
import { edit, examined, must, onlyTrouble, soundProject, troubles, type, userSettings } from "./examined.ts";

function script(path: string, body: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

function gone(project: Project): void {
  expect(troubles(examined(project))).toEqual([]);
}

describe("the wiring", () => {
  test("that is not there is said once, and install is what to type", () => {
    using project = soundProject();
    must(coord(project, ["uninstall"]));
    const { check, level, next } = onlyTrouble(project);
    expect([check, level, next]).toEqual(["wiring", "error", "coord install"]);
    type(project, next);
    gone(project);
  });

  test("of which an event is missing is told, and install brings it back", () => {
    using project = soundProject();
    edit(userSettings(project), (text) => text.replace('"PostToolBatch"', '"PostToolBunch"'));
    const { level, text, next } = onlyTrouble(project);
    expect([level, text]).toEqual(["warning", "Not wired: PostToolBatch"]);
    type(project, next);
    gone(project);
  });

  test("that does not cover a tool that writes is an error", () => {
    using project = soundProject();
    edit(userSettings(project), (text) => text.replaceAll("Write|Edit|MultiEdit|NotebookEdit", "Write|Edit"));
    const { check, level, text, next } = onlyTrouble(project);
    expect([check, level]).toEqual(["wiring", "error"]);
    expect(text).toContain("PreToolUse of NotebookEdit");
    type(project, next);
    gone(project);
  });

  test("that does not cover the tools of write_tools is an error", () => {
    using project = soundProject();
    project.configure({ write_tools: { mcp__disk__put: "path" } });
    const { check, level, text, next } = onlyTrouble(project);
    expect([check, level]).toEqual(["wiring", "error"]);
    expect(text).toContain("mcp__disk__put");
    type(project, next);
    gone(project);
  });

  test("in two scopes runs every hook twice", () => {
    using project = soundProject();
    must(coord(project, ["install", "--scope", "project"]));
    const { check, level, next } = onlyTrouble(project);
    expect([check, level, next]).toEqual(["wiring", "warning", "coord uninstall --scope user"]);
    type(project, next);
    gone(project);
  });

  test("in three scopes is told once, with all of them, and what install says is the same", () => {
    using project = soundProject();
    must(coord(project, ["install", "--scope", "project"]));
    const other = join(project.root, "other/coord");
    script(other, `exec "${BINARY}" "$@"`);
    must(coord(project, ["install", "--scope", "local"]));
    edit(project.path(".claude/settings.local.json"), (text) => text.replaceAll(BINARY, other));
    const { findings } = examined(project);
    const found = findings.filter(({ check, level }) => check === "wiring" && level === "warning");
    expect(found).toHaveLength(1);
    expect(found[0]?.text).toContain("in user, project and local scope, so every hook runs 3 times");
    expect(must(coord(project, ["install"])).err).toContain(`to undo: ${found[0]?.next ?? "nothing"}\n`);
    type(project, found[0]?.next ?? "false");
    gone(project);
  });

  test("of which the client runs the same command once runs once", () => {
    using project = soundProject();
    expect(must(coord(project, ["install", "--scope", "local"])).err).toBe("");
    gone(project);
  });

  test("that ends a check before it may have its lock is an error, and another hook too early a warning", () => {
    using project = soundProject();
    project.configure({ wait: "30s" });
    edit(userSettings(project), (text) => text.replace('"timeout": 60', '"timeout": 31'));
    const { check, level, text, next } = onlyTrouble(project);
    expect([check, level, next]).toEqual(["wiring", "error", "coord install --scope user"]);
    expect(text).toContain("ends check at PreToolUse after 31 s");
    expect(text).toContain("it may take 32 s, of which it waits 30 s for a lock");
    project.configure({ wait: "29s" });
    gone(project);
    edit(userSettings(project), (text) => text.replace('"timeout": 5', '"timeout": 0.5'));
    expect(onlyTrouble(project)).toMatchObject({
      check: "wiring",
      level: "warning",
      next: "coord install --scope user",
    });
    type(project, next);
    gone(project);
  });

  test("of somebody's own wrapper is put right by hand", () => {
    using project = soundProject();
    edit(userSettings(project), (text) => text.replace('"timeout": 60', '"timeout": 1'));
    expect(onlyTrouble(project).next).toBe("coord install --scope user");
    edit(userSettings(project), (text) =>
      text.replace(/"command": "[^"]*",\s*"args": \[\s*"hook",\s*"check"\s*\]/, `"command": "env coord hook check"`),
    );
    expect(onlyTrouble(project).next).toBe(`set its "timeout" to 4 or more in ${userSettings(project)}`);
  });
});

describe("settings", () => {
  test("that are not JSON are an error that says where", () => {
    using project = soundProject();
    const path = project.path(".claude/settings.local.json");
    writeFileSync(path, '{ "model": }');
    const { check, level, text, next } = onlyTrouble(project);
    expect([check, level]).toEqual(["settings", "error"]);
    expect(text).toContain("line 1, column 12");
    expect(next).toContain(path);
    writeFileSync(path, '{ "model": "opus" }');
    gone(project);
  });

  test("that switch off all hooks are an error", () => {
    using project = soundProject();
    const path = project.path(".claude/settings.local.json");
    writeFileSync(path, '{ "disableAllHooks": true }');
    const { check, level, next } = onlyTrouble(project);
    expect([check, level, next]).toEqual(["settings", "error", `set "disableAllHooks" to false in ${path}`]);
    writeFileSync(path, '{ "disableAllHooks": false }');
    gone(project);
  });

  test("that still call the bash edition are told; the hooks of others are not", () => {
    using project = soundProject();
    const path = project.path(".claude/settings.local.json");
    const wired = (command: string) => JSON.stringify({ hooks: { Stop: [{ hooks: [{ type: "command", command }] }] } });
    writeFileSync(path, wired("bash .claude/coordination/hooks/stop.sh"));
    const { check, level, text } = onlyTrouble(project);
    expect([check, level]).toEqual(["settings", "warning"]);
    expect(text).toContain("Stop");
    writeFileSync(path, wired("notify-send done"));
    gone(project);
  });
});

describe("programs", () => {
  test("another coord that is before this one on PATH is told, with which of them wins", () => {
    using project = soundProject();
    const other = join(project.root, "first/coord");
    script(other, "echo coord 0.0.1");
    const env = { PATH: `${join(other, "..")}:${project.env["PATH"] ?? ""}` };
    const { check, level, text, next } = onlyTrouble(project, { env });
    expect([check, level]).toEqual(["versions", "warning"]);
    expect(text).toContain("coord 0.0.1");
    expect(text).toContain("it wins");
    type(project, next, { env });
    expect(troubles(examined(project, [], { env }))).toEqual([]);
  });

  test("a copy of the same content is no trouble, one of other content is", () => {
    using project = soundProject();
    const copy = join(project.root, "later/coord");
    mkdirSync(join(copy, ".."));
    copyFileSync(BINARY, copy);
    const env = { PATH: `${project.env["PATH"] ?? ""}:${join(copy, "..")}` };
    expect(troubles(examined(project, [], { env }))).toEqual([]);
    appendFileSync(copy, "x");
    const { text, next } = onlyTrouble(project, { env });
    expect(text).toContain('bin/coord" wins');
    type(project, next, { env });
    expect(troubles(examined(project, [], { env }))).toEqual([]);
  });

  test("hooks that start an older coord are told, and install changes that", () => {
    using project = soundProject();
    const old = join(project.root, "old/coord");
    script(old, `[ "$1" = --version ] && echo coord 0.0.1 && exit; exec "${BINARY}" "$@"`);
    edit(userSettings(project), (text) => text.replaceAll(BINARY, old));
    const { check, level, text, next } = onlyTrouble(project);
    expect([check, level]).toEqual(["versions", "warning"]);
    expect(text).toContain("Hooks start coord 0.0.1");
    type(project, next);
    gone(project);
  });

  test("a Claude Code that is too old is an error, one that hangs does not hold the doctor", () => {
    using project = soundProject();
    const claude = join(project.root, "bin/claude");
    script(claude, "echo '2.1.100 (Claude Code)'");
    expect(onlyTrouble(project)).toMatchObject({ check: "versions", level: "error", next: "claude update" });
    script(claude, "echo '2.1.200 (Claude Code)'");
    expect(onlyTrouble(project)).toMatchObject({ level: "warning" });
    script(claude, "sleep 600");
    expect(onlyTrouble(project).text).toContain("does not tell its version");
    script(claude, "echo '2.1.330 (Claude Code)'");
    gone(project);
    unlinkSync(claude);
    gone(project);
  }, 30_000);
});

describe("the configuration", () => {
  test("that is wrong is an error with file and key, and everything else is looked at all the same", () => {
    using project = soundProject();
    project.configure({ ttl: "soon" });
    const report = examined(project);
    const bad = report.findings.find(({ check }) => check === "configuration");
    expect(bad).toMatchObject({ level: "error" });
    expect(bad?.text).toContain("config.json");
    expect(bad?.text).toContain("ttl");
    expect(report.findings.length).toBeGreaterThan(8);
    project.configure({ ttl: "5m" });
    gone(project);
  });

  test("that ignores every file makes the proof impossible, and says so", () => {
    using project = soundProject();
    project.configure({ ignore: ["**/*"] });
    const { check, level, text } = onlyTrouble(project);
    expect([check, level]).toEqual(["proof", "warning"]);
    expect(text).toContain("ignore");
    project.configure({});
    gone(project);
  });
});

test("--fix never touches settings", () => {
  using project = soundProject();
  edit(userSettings(project), (text) => text.replace('"PostToolBatch"', '"PostToolBunch"'));
  const before = readFileSync(userSettings(project), "utf8");
  expect(troubles(examined(project, ["--fix"]))).toEqual(["wiring warning"]);
  expect(readFileSync(userSettings(project), "utf8")).toBe(before);
});
