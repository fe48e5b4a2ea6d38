/** An answer that cannot be written: RELIABILITY section 4 (8), never non-zero after a commit without saying so. */
import { expect, test } from "bun:test";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { layProject, type Project } from "../hooks/project.ts";
import { coord, pathWithCoord, type Ran } from "./cli.ts";

function shell(project: Project, script: string): Ran {
  const env = { ...project.env, PATH: pathWithCoord(project) };
  const done = Bun.spawnSync(["bash", "-c", script], { cwd: project.dir, env, stdin: "ignore" });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

function logged(project: Project): number {
  return Object(JSON.parse(coord(project, ["decisions", "list", "--json"]).out)).decisions.length;
}

const ADD = "coord decisions add --category testing --title Once --description D";
const LINES: Readonly<Record<string, string>> = {
  "of a command": `${ADD} >/dev/full`,
  "of a tool": "coord-decisions add --category=testing --title=Once --description=D >/dev/full",
  "of a function": 'eval "$(coord shell)"; coord_log_decision testing Once D >/dev/full',
};

for (const [what, line] of Object.entries(LINES)) {
  test(`a lost answer ${what} says that the change is made, once, and what to do`, () => {
    using project = layProject();
    pathWithCoord(project);
    symlinkSync("coord", join(project.root, "bin", "coord-decisions"));
    const { code, err } = shell(project, line);
    expect(code).toBe(1);
    expect(err).toStartWith("Error: Done, but the answer cannot be written: No space left on the device\nNext: ");
    expect(err).toContain("do not repeat it");
    expect(err.trimEnd().split("\n")).toHaveLength(2);
    expect(logged(project)).toBe(1);
  });
}

test("with --json the error says it in a field", () => {
  using project = layProject();
  const { code, err } = shell(project, `${ADD} --json >/dev/full`);
  expect(code).toBe(1);
  expect(JSON.parse(err)).toMatchObject({ error: { code: "IO", exit_code: 1, done: true } });
  expect(logged(project)).toBe(1);
});

const LOOKS = [
  "lock list",
  "status",
  "config",
  "config hold",
  "help",
  "help lock acquire",
  "--help",
  "--version",
  "shell",
  "complete bash",
  "doctor",
  "install --dry-run",
  "uninstall --dry-run",
  "decisions import log.json --dry-run",
];

for (const words of LOOKS) {
  test(`a command that only looks may be repeated: ${words}`, () => {
    using project = layProject({ files: { "log.json": '{"schema_version":"1.0.0","decisions":[]}\n' } });
    expect(shell(project, `coord ${words} >/dev/full`)).toEqual({
      code: 1,
      out: "",
      err: "Error: The answer cannot be written: No space left on the device\nNext: Check where the output goes\n",
    });
  });
}

test("a doctor that has put something right says that it is done, as other commands that change something", () => {
  using project = layProject();
  chmodSync(project.state, 0o755);
  const { code, err } = shell(project, "coord doctor --fix >/dev/full");
  expect(code).toBe(1);
  expect(err).toStartWith("Error: Done, but ");
});

test("a refusal that cannot be written keeps its exit code", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "--as", "agent-b"]);
  expect(shell(project, "coord lock acquire a.ts 2>/dev/full").code).toBe(10);
});

test("a limit on the size of files is named, with what to type, and nothing is logged", () => {
  using project = layProject();
  const { code, err } = shell(project, `ulimit -f 0; ${ADD} 2>&1 | cat; exit \${PIPESTATUS[0]}`);
  expect({ code, err }).toEqual({ code: 1, err: "" });
  expect(shell(project, `ulimit -f 0; ${ADD} 2>&1 | cat`).out).toMatch(/: EFBIG\nNext: .*ulimit -f/);
  expect(logged(project)).toBe(0);
});
