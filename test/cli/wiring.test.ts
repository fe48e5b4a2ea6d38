import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wiring, type WiringOptions } from "../../src/cli/wiring.ts";

const USER: WiringOptions = { scope: "user", binary: "/opt/coord/coord", writeTools: [], strict: false };

/** Which hooks run for a tool at an event, read as the client reads matchers: CLAUDE_CODE.md section 1.4. */
function hooksFor(event: string, tool: string, options: WiringOptions = USER): readonly string[] {
  return wiring(options)
    .filter((wired) => wired.event === event)
    .filter(({ group: { matcher } }) => {
      if (matcher === undefined) return true;
      if (/^[A-Za-z0-9_\-,| ]*$/.test(matcher))
        return matcher
          .split(/[|,]/)
          .map((name) => name.trim())
          .includes(tool);
      return new RegExp(matcher).test(tool);
    })
    .map(({ hook, group }) => `${hook}${group.hooks[0].async === true ? " (async)" : ""}`);
}

describe("wiring()", () => {
  test("is the table of DESIGN section 5", () => {
    expect(wiring(USER).map(({ event, hook }) => `${event}: ${hook}`)).toEqual([
      "SessionStart: init",
      "SubagentStart: init",
      "UserPromptSubmit: heartbeat",
      "PreToolUse: check",
      "PreToolUse: heartbeat",
      "PostToolUse: release",
      "PostToolUse: heartbeat",
      "PostToolUse: heartbeat",
      "PostToolUseFailure: release",
      "PostToolBatch: release",
      "Stop: release",
      "SubagentStop: release",
      "SessionEnd: cleanup",
    ]);
  });

  test("runs exactly one hook for each tool at each event", () => {
    for (const tool of ["Write", "Edit", "MultiEdit", "NotebookEdit"]) {
      expect(hooksFor("PreToolUse", tool)).toEqual(["check"]);
      expect(hooksFor("PostToolUse", tool)).toEqual(["release"]);
      expect(hooksFor("PostToolUseFailure", tool)).toEqual(["release"]);
    }
    expect(hooksFor("PreToolUse", "Read")).toEqual([]);
    expect(hooksFor("PostToolUse", "Read")).toEqual(["heartbeat"]);
    for (const tool of ["Bash", "ReadMcpResource", "TodoWrite", "mcp__fs__Edit", "Editor", "NotebookRead"]) {
      expect(hooksFor("PreToolUse", tool)).toEqual(["heartbeat (async)"]);
      expect(hooksFor("PostToolUse", tool)).toEqual(["heartbeat (async)"]);
      expect(hooksFor("PostToolUseFailure", tool)).toEqual([]);
    }
  });

  test("counts the write_tools of the configuration among those that write", () => {
    const options = { ...USER, writeTools: ["mcp__fs__put", "mcp__other-server__x"] };
    expect(hooksFor("PreToolUse", "mcp__fs__put", options)).toEqual(["check"]);
    expect(hooksFor("PostToolUse", "mcp__other-server__x", options)).toEqual(["release"]);
    expect(hooksFor("PreToolUse", "mcp__fs__putter", options)).toEqual(["heartbeat (async)"]);
    expect(() => wiring({ ...USER, writeTools: ["mcp__fs__.*"] })).toThrow(
      /write_tools names the tool "mcp__fs__\.\*"/,
    );
  });

  test("calls the binary by its absolute path without a shell in user and local scope", () => {
    for (const scope of ["user", "local"] as const) {
      for (const { hook, group } of wiring({ ...USER, scope })) {
        const [handler] = group.hooks;
        expect(handler).toMatchObject({ type: "command", command: "/opt/coord/coord", args: ["hook", hook] });
      }
    }
  });

  test("holds no path and no arguments in project scope", () => {
    for (const { group } of wiring({ ...USER, scope: "project" })) {
      expect(JSON.stringify(group)).not.toContain("/opt/");
      expect(group.hooks[0]).not.toHaveProperty("args");
    }
  });

  test("gives each hook its own time, and the wait for a lock a message", () => {
    const times = Object.fromEntries(wiring(USER).map(({ hook, group }) => [hook, group.hooks[0].timeout]));
    expect(times).toEqual({ init: 10, heartbeat: 10, check: 60, release: 10, cleanup: 5 });
    const messages = wiring(USER).filter(({ group }) => group.hooks[0].statusMessage !== undefined);
    expect(messages.map(({ hook }) => hook)).toEqual(["check"]);
  });

  test("fails closed only where the configuration is strict, and only the check", () => {
    expect(JSON.stringify(wiring(USER))).not.toContain("onFailure");
    const strict = wiring({ ...USER, strict: true }).filter(({ group }) => group.hooks[0].onFailure === "block");
    expect(strict.map(({ event, hook }) => `${event} ${hook}`)).toEqual(["PreToolUse check"]);
  });
});

describe("the commands of project scope", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "coord-wiring-"));
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, "project"));
    // Stands for coord: says how it was called, where, and what it was given.
    writeFileSync(
      join(folder, "bin", "coord"),
      `#!/bin/sh\necho "$* in $(pwd)" >>"${folder}/calls"\n[ "$1" = hook ] && cat\n:\n`,
    );
    chmodSync(join(folder, "bin", "coord"), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(command: string, path: string): { readonly out: string; readonly err: string; readonly code: number } {
    const { stdout, stderr, exitCode } = Bun.spawnSync(["/bin/sh", "-c", command], {
      stdin: new TextEncoder().encode('{"event":1}\n'),
      cwd: folder,
      env: { PATH: path, CLAUDE_PROJECT_DIR: join(folder, "project") },
    });
    return { out: stdout.toString(), err: stderr.toString(), code: exitCode };
  }

  test("say one line at the start of a session where coord is missing, and else nothing", () => {
    for (const { event, group } of wiring({ ...USER, scope: "project" })) {
      const { out, err, code } = run(group.hooks[0].command, "/nowhere");
      expect({ event, err, code }).toEqual({ event, err: "", code: 0 });
      if (event !== "SessionStart") expect(out).toBe("");
      else expect(JSON.parse(out)).toEqual({ systemMessage: expect.stringContaining("coord is not installed here") });
    }
  });

  test("hand the event to coord where it is on PATH, and make the state folder when a session starts", () => {
    for (const { event, hook, group } of wiring({ ...USER, scope: "project" })) {
      rmSync(join(folder, "calls"), { force: true });
      const { out, err, code } = run(group.hooks[0].command, `${folder}/bin:/usr/bin:/bin`);
      expect({ event, out, err, code }).toEqual({ event, out: '{"event":1}\n', err: "", code: 0 });
      const calls = Bun.spawnSync(["cat", join(folder, "calls")]).stdout.toString();
      const init = event === "SessionStart" ? `init in ${folder}/project\n` : "";
      expect(calls).toBe(`${init}hook ${hook} in ${folder}\n`);
    }
  });
});
