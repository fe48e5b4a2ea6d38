/** `bin/coord-status`, `coord-lock` and `coord-decisions`: texts, streams and exit codes of BASH_EDITION.md section 2. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import * as v from "valibot";
import { layProject, type Project } from "../hooks/project.ts";
import { locks } from "../hooks/state.ts";
import { coord, type Where } from "./cli.ts";
import { masked, run, tool, toolPath } from "./dropin.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;
const B = { env: { COORD_INSTANCE_ID: "agent-b" } } as const;
/** Characters that act on a terminal. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const ACTIVE = /[\u001b\u0007\u202e]/;
const DOUBLE = "=".repeat(38);
const SINGLE = "-".repeat(38);

/** The three places from which a user calls them, and what a file of that place is called in the state. */
interface Place {
  readonly where: (project: Project) => string;
  readonly shown: (name: string) => string;
  /** Behind the path in lists. */
  readonly suffix: string;
}

const PLACES: Readonly<Record<string, Place>> = {
  "the project's top": { where: (p) => p.dir, shown: (name) => name, suffix: "" },
  "a sub-folder": { where: (p) => p.path("src/deep"), shown: (name) => `src/deep/${name}`, suffix: "" },
  "a linked worktree": {
    where: (p) => join(p.root, "linked"),
    shown: (name) => name,
    suffix: " (worktree linked)",
  },
};

function lay(): Project {
  const project = layProject({ files: { "src/deep/x": "" } });
  project.git("worktree", "add", "-q", join(project.root, "linked"));
  return project;
}

for (const [place, { where, shown, suffix }] of Object.entries(PLACES)) {
  describe(`from ${place}`, () => {
    const said = (project: Project, words: readonly string[], { env }: Where = {}) =>
      tool(project, "coord-lock", words, { cwd: where(project), ...(env === undefined ? {} : { env }) });

    test("coord-lock acquires, is refused, checks, lists and releases in the known words", () => {
      using project = lay();
      expect(said(project, ["acquire", "a.ts"], A)).toEqual({
        code: 0,
        out: "Acquiring lock on: a.ts\nLock acquired successfully\n",
        err: "",
      });
      expect(said(project, ["acquire", "a.ts"], B)).toEqual({
        code: 10,
        out: "Acquiring lock on: a.ts\n",
        err: `File ${shown("a.ts")} is locked by instance agent-a\nError: File is already locked by another instance\n`,
      });
      expect(said(project, ["check", "a.ts"], B)).toEqual({
        code: 10,
        out: "Checking lock on: a.ts\nFile is locked by another instance\n",
        err: "Locked by: agent-a\n",
      });
      expect(said(project, ["check", "a.ts"], A)).toEqual({
        code: 0,
        out: "Checking lock on: a.ts\nFile is not locked (or locked by current instance)\n",
        err: "",
      });
      const { code, out } = said(project, ["list"]);
      expect([code, masked(out)]).toEqual([
        0,
        [
          "Active File Locks:",
          "=".repeat(18),
          "",
          `File: ${shown("a.ts")}${suffix}`,
          "  Locked By: agent-a",
          "  Lock Type: write",
          "  Intent: Manual lock via CLI",
          "  Locked At: TIME",
          "  Expires At: TIME",
          "",
          "Total: 1 lock(s)",
          "",
        ].join("\n"),
      ]);
      expect(said(project, ["release", "a.ts"], B)).toEqual({
        code: 10,
        out: "Releasing lock on: a.ts\n",
        err: "Cannot release lock: held by agent-a\n",
      });
      expect(said(project, ["release", "a.ts"], A)).toEqual({
        code: 0,
        out: "Releasing lock on: a.ts\nLock released successfully\n",
        err: "",
      });
      expect(said(project, ["list"])).toEqual({
        code: 0,
        out: `Active File Locks:\n${"=".repeat(18)}\n\nNo active locks\n`,
        err: "",
      });
    });

    test("coord-status shows who works on what", () => {
      using project = lay();
      expect(tool(project, "coord-status", [], { cwd: where(project) })).toEqual({
        code: 0,
        out: [
          DOUBLE,
          "  Claude Code Coordination Status",
          DOUBLE,
          "",
          "Active Instances: 0",
          "",
          "No active instances.",
          "",
          SINGLE,
          "Total File Locks: 0",
          "Total Decisions Logged: 0",
          DOUBLE,
          "",
        ].join("\n"),
        err: "",
      });
      coord(project, ["instance", "register", "--task", "Login", "--role", "backend"], { ...A, cwd: where(project) });
      said(project, ["acquire", "a.ts"], A);
      const shownStatus = masked(tool(project, "coord-status", [], { cwd: where(project) }).out);
      const instance = [
        "Instance: agent-a",
        "  Role: backend",
        "  Task: Login",
        `  Branch: ${suffix === "" ? "main" : "linked"}`,
        ...(suffix === "" ? [] : ["  Worktree: linked"]),
        "  Status: active",
        "  Files Locked: 1",
        "  Last Heartbeat: TIME",
        "  Locked Files:",
        `    - ${shown("a.ts")}${suffix}`,
      ].join("\n");
      expect(shownStatus).toContain(`Active Instances: 1\n\n${instance}\n`);
      expect(shownStatus).toContain(`${SINGLE}\nTotal File Locks: 1\n`);
    });

    test("coord-decisions adds, lists and shows", () => {
      using project = lay();
      const cwd = where(project);
      const added = tool(
        project,
        "coord-decisions",
        ["add", "--category=security", "--title=Cookies", "--description=HttpOnly", "--scope=system"],
        { ...A, cwd },
      );
      expect(added).toMatchObject({ code: 0, err: "" });
      expect(masked(added.out)).toBe("Decision logged: DEC-0001\n");
      const listed = tool(project, "coord-decisions", ["list", "--category=security", "--limit=5"], { cwd });
      expect([listed.code, masked(listed.out)]).toEqual([
        0,
        [
          "Recent Decisions:",
          "=".repeat(17),
          "",
          "[DEC-0001] Cookies",
          "  Category: security",
          "  Made At: TIME",
          "  Status: accepted",
          "  Scope: system",
          "  Description: HttpOnly",
          "",
        ].join("\n"),
      ]);
      const id = added.out.slice("Decision logged: ".length).trim();
      for (const form of [id, id.slice(0, -7)]) {
        const shownOne = tool(project, "coord-decisions", ["query", form], { cwd });
        expect([shownOne.code, masked(shownOne.out)]).toEqual([
          0,
          [
            "Decision: DEC-0001",
            "Title: Cookies",
            "Category: security",
            "Status: accepted",
            "Made At: TIME",
            "Made By: agent-a",
            "Agent Role: main",
            "",
            "Description:",
            "HttpOnly",
            "",
            "Impact:",
            "  Scope: system",
            "",
          ].join("\n"),
        ]);
      }
    });
  });
}

test("flags are taken with = and with a space, the intent as a word or a flag, a path after --", () => {
  using project = layProject();
  for (const words of [
    ["acquire", "a", "why a"],
    ["acquire", "b", "--intent=why b"],
    ["acquire", "--intent", "why c", "c"],
    ["acquire", "--", "--d", "why d"],
  ]) {
    expect(tool(project, "coord-lock", words, A).code).toBe(0);
  }
  const { out } = tool(project, "coord-lock", ["list"]);
  for (const name of ["a", "b", "c", "d"]) expect(out).toContain(`  Intent: why ${name}\n`);
  expect(locks(project.state)).toContain("--d claim agent-a");
  const flags = ["--category", "testing", "--title", "T", "--description", "D"];
  expect(tool(project, "coord-decisions", ["add", ...flags], A).code).toBe(0);
  expect(tool(project, "coord-decisions", ["list", "--limit", "1"]).out).toContain("] T\n  Category: testing\n");
  // The usual scope of the bash edition.
  expect(tool(project, "coord-decisions", []).out).toContain("  Scope: module\n");
});

test("coord-status -v and --verbose add lock details, --json is the register in the known format", () => {
  using project = layProject();
  tool(project, "coord-lock", ["acquire", "a.ts", "for a reason"], A);
  for (const flag of ["-v", "--verbose"]) {
    expect(masked(tool(project, "coord-status", [flag]).out)).toContain(
      [
        "Total File Locks: 1",
        "",
        "Lock Details:",
        "  File: a.ts",
        "    Locked By: agent-a",
        "    Kind: claim",
        "    Intent: for a reason",
        "    Age: AGE",
        "    Expires: TIME",
      ].join("\n"),
    );
  }
  const registry = v.object({
    schema_version: v.literal("1.0.0"),
    registry_updated_at: v.string(),
    instances: v.array(v.looseObject({ instance_id: v.string(), files_locked: v.array(v.string()) })),
  });
  const parsed = v.parse(v.pipe(v.string(), v.parseJson(), registry), tool(project, "coord-status", ["--json"]).out);
  expect(parsed.instances).toMatchObject([{ instance_id: "agent-a", files_locked: ["a.ts"] }]);
});

test("cleanup says how many it has cleaned up", async () => {
  using project = layProject();
  const client = project.client();
  coord(project, ["instance", "register", "--task", "t", "--role", "r", "--as", "a", "--pid", String(client.pid)]);
  tool(project, "coord-lock", ["acquire", "a.ts"], { env: { COORD_INSTANCE_ID: "a" } });
  await client.kill();
  const said = (count: number) => ({
    code: 0,
    out: `Cleaning up stale instances and expired locks...\nCleaned up ${count} stale instance(s)\n`,
    err: "",
  });
  expect(tool(project, "coord-lock", ["cleanup"])).toEqual(said(1));
  expect(tool(project, "coord-lock", ["cleanup"])).toEqual(said(0));
  expect(locks(project.state)).toEqual([]);
});

test("an ended lock of another is removed with a word about it, and granted", async () => {
  using project = layProject();
  const client = project.client();
  coord(project, ["instance", "register", "--task", "t", "--role", "r", "--as", "a", "--pid", String(client.pid)]);
  tool(project, "coord-lock", ["acquire", "a.ts"], { env: { COORD_INSTANCE_ID: "a" } });
  await client.kill();
  expect(tool(project, "coord-lock", ["acquire", "a.ts"], B)).toEqual({
    code: 0,
    out: "Acquiring lock on: a.ts\nLock acquired successfully\n",
    err: "Removing expired lock on a.ts (held by a)\n",
  });
});

describe("a wrong command line", () => {
  const WRONG: readonly (readonly [
    name: "coord-lock" | "coord-status" | "coord-decisions",
    words: string,
    said: string,
  ])[] = [
    ["coord-lock", "", "Error: Command required"],
    ["coord-lock", "frobnicate", "Error: Unknown command 'frobnicate'"],
    ["coord-lock", "acquire", "Error: File path required"],
    ["coord-lock", "check", "Error: File path required"],
    ["coord-lock", "release", "Error: File path required"],
    ["coord-lock", "acquire a b c", "Unknown option: c"],
    ["coord-lock", "acquire a --tll 5", "Unknown option: --tll"],
    ["coord-lock", "release a b", "Unknown option: b"],
    ["coord-lock", "list x", "Unknown option: x"],
    ["coord-status", "--frob", "Unknown option: --frob"],
    ["coord-decisions", "frob", "Error: Unknown command 'frob'"],
    ["coord-decisions", "list --frob=1", "Unknown option: --frob=1"],
    ["coord-decisions", "list --limit", "Unknown option: --limit"],
    ["coord-decisions", "query", "Error: Decision ID required"],
    ["coord-decisions", "add --title=x", "Error: --category, --title, and --description are required"],
  ];
  for (const [name, words, said] of WRONG) {
    test(`${name} ${words}: exit code 2, what was wrong and the usage on stderr, nothing done`, () => {
      using project = layProject();
      const ran = tool(
        project,
        name,
        words.split(" ").filter((word) => word !== ""),
        A,
      );
      expect([ran.code, ran.out]).toEqual([2, ""]);
      expect(ran.err).toStartWith(`${said}\nUsage: ${name} `);
      expect(locks(project.state)).toEqual([]);
    });
  }

  test("coord's own errors come with what to type next", () => {
    using project = layProject();
    expect(tool(project, "coord-decisions", ["list", "--limit=x"])).toEqual({
      code: 2,
      out: "",
      err: 'Error: --limit "x" is not a number from 1 to 1000000\nNext: for example --limit 10\n',
    });
    expect(tool(project, "coord-lock", ["acquire", "src/"]).err).toContain("names a folder");
  });
});

for (const name of ["coord-lock", "coord-status", "coord-decisions"] as const) {
  test(`${name} --help and -h say how it is used`, () => {
    using project = layProject();
    for (const flag of ["--help", "-h"]) {
      const { code, out, err } = tool(project, name, [flag]);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toStartWith(`Usage: ${name} `);
    }
  });
}

test("the tools are found through PATH, through a link, and from outside of any project", () => {
  using project = layProject();
  tool(project, "coord-lock", ["acquire", "a.ts"], A);
  const env = { PATH: `${join(project.state, "bin")}:/usr/bin:/bin` };
  expect(run(project, ["sh", "-c", "coord-lock list | tail -1"], { env }).out).toBe("Total: 1 lock(s)\n");
  expect(run(project, ["sh", "-c", "cd .claude && coordination/bin/coord-lock list | tail -1"]).out).toBe(
    "Total: 1 lock(s)\n",
  );
  expect(run(project, [toolPath(project, "coord-lock"), "list"], { cwd: "/" }).out).toContain("Total: 1 lock(s)\n");
});

test("nothing from the state reaches the terminal unescaped", () => {
  using project = layProject();
  const text = "\u001b[31mred\u202e\n\u0007";
  const escaped = "\\u{1b}[31mred\\u{202e}\\n\\u{7}";
  coord(project, ["instance", "register", "--task", text, "--role", text], A);
  tool(project, "coord-lock", ["acquire", text, text], A);
  tool(project, "coord-decisions", ["add", "--category=testing", `--title=${text}`, `--description=${text}`], A);
  const id = tool(project, "coord-decisions", ["list"]).out.split(/[[\]]/)[1] ?? "";
  for (const { out, err } of [
    tool(project, "coord-lock", ["list"]),
    tool(project, "coord-lock", ["acquire", text], B),
    tool(project, "coord-lock", ["check", text], B),
    tool(project, "coord-lock", [text]),
    tool(project, "coord-status", ["-v"]),
    tool(project, "coord-decisions", ["list"]),
    tool(project, "coord-decisions", ["query", id]),
    tool(project, "coord-decisions", [text]),
  ]) {
    expect(out + err).toContain(escaped);
    expect(out + err).not.toMatch(ACTIVE);
  }
  const json = tool(project, "coord-status", ["--json"]).out;
  expect(json).toContain("\\u001b[31mred\\u202e\\n\\u0007");
  expect(json).not.toMatch(ACTIVE);
});
