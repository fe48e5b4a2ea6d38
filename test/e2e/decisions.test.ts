/** `coord decisions`, as people and scripts type it. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { decisionLogSchema } from "../../src/schema/decision-log.ts";
import { decisionSchema } from "../../src/schema/decision.ts";
import { decision } from "../domain/samples.ts";
import { BINARY, layProject, type Project } from "../hooks/project.ts";
import { faults } from "../hooks/state.ts";
import { coord, coordAsync, json, jsonError, registerSchema, statusSchema, type Where } from "./cli.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;

const addedSchema = v.strictObject({ decision_id: v.pipe(v.string(), v.regex(/^DEC-\d{8}-\d{4}-[0-9a-f]{6}$/)) });
const listSchema = v.looseObject({ decisions: v.array(decisionSchema) });
const takenSchema = v.looseObject({ taken: v.number(), known: v.number() });

function add(project: Project, title: string, words: readonly string[] = [], where: Where = A): string {
  const all = ["decisions", "add", "--category", "security", "--title", title, "--description", "In full", ...words];
  return json(project, addedSchema, all, where).decision_id;
}

function titles(project: Project, words: readonly string[] = [], where: Where = {}): readonly string[] {
  return json(project, listSchema, ["decisions", "list", ...words], where).decisions.map((record) => record.title);
}

function files(project: Project): readonly string[] {
  const top = join(project.state, "decisions");
  return readdirSync(top).flatMap((month) => readdirSync(join(top, month)).map((name) => join(top, month, name)));
}

function derived(project: Project): readonly string[] {
  const text = readFileSync(join(project.state, "decision-log.json"), "utf8");
  const log = v.parse(v.pipe(v.string(), v.parseJson(), decisionLogSchema), text);
  return log.decisions.map((entry) => entry.decision_id);
}

test("add says the ID, and the decision is there: one readable file, its owner's alone", () => {
  using project = layProject();
  const words = ["--category", "api-design", "--title", "Use JWT", "--description", "Short-lived tokens"];
  const more = ["--scope", "service", "--problem", "P", "--rationale", "R", "--files", "src/a.ts, src/b.ts"];
  const { code, out, err } = coord(project, ["decisions", "add", ...words, ...more], A);
  expect([code, out, err]).toEqual([0, expect.stringMatching(/^Decision logged: DEC-\d{8}-0001-[0-9a-f]{6}\n$/), ""]);
  const [file = ""] = files(project);
  const text = readFileSync(file, "utf8");
  expect(text).toStartWith('{\n  "schema_version": "1.0.0",\n  "decision_id": "DEC-');
  expect(text).toEndWith("}\n");
  const [record] = json(project, listSchema, ["decisions", "list"]).decisions;
  expect(record).toMatchObject({
    category: "api-design",
    title: "Use JWT",
    description: "Short-lived tokens",
    made_by: { instance_id: "agent-a", agent_role: "main" },
    context: { problem: "P", alternatives_considered: [], rationale: "R" },
    impact: { scope: "service", files_affected: ["src/a.ts", "src/b.ts"], dependencies: [] },
    status: "accepted",
    superseded_by: null,
    supersedes: null,
  });
  expect(faults(project.state)).toEqual([]);
  expect(Bun.spawnSync(["stat", "-c", "%a", file, join(file, "..")]).stdout.toString()).toBe("600\n700\n");
});

test("a decision is made by the acting instance, with the role that it is registered with", () => {
  using project = layProject();
  json(project, registerSchema, ["instance", "register", "--task", "t", "--role", "reviewer", "--as", "agent-r"]);
  add(project, "one", ["--as", "agent-r"]);
  const [record] = json(project, listSchema, ["decisions", "list", "--author", "agent-r"]).decisions;
  expect(record?.made_by).toEqual({ instance_id: "agent-r", agent_role: "reviewer" });
});

test("list and query print the bash edition's layouts, with who made it and what superseded it", () => {
  using project = layProject();
  const first = add(project, "First");
  const second = add(project, "Second", ["--supersedes", first.slice(0, -7), "--files", "a.ts"]);
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
  expect(coord(project, ["decisions", "list"]).out).toMatch(
    new RegExp(`^Recent Decisions:
=================

\\[${second}\\] Second
  Category: security
  Made At: ${time}
  Status: accepted
  Made By: agent-a \\(main\\)
  Scope: local
  Description: In full

\\[${first}\\] First
  Category: security
  Made At: ${time}
  Status: superseded by ${second}
  Made By: agent-a \\(main\\)
  Scope: local
  Description: In full
$`),
  );
  expect(coord(project, ["decisions", "query", second]).out).toMatch(
    new RegExp(`^Decision: ${second}
Title: Second
Category: security
Status: accepted
Made At: ${time}
Made By: agent-a \\(main\\)
Supersedes: ${first}
Description: In full
Impact:
  Scope: local
  Files: a.ts
$`),
  );
  expect(coord(project, ["decisions", "query", first]).out).toContain(`\nStatus: superseded by ${second}\n`);
  expect(coord(project, ["decisions", "query", first.toLowerCase()]).code).toBe(0);
});

test("list says what to type when there is nothing, and when there is more", () => {
  using project = layProject();
  expect(coord(project, ["decisions", "list"]).out).toContain("\nNone yet\nTo log one: coord decisions add --category");
  for (const title of ["a", "b", "c"]) add(project, title);
  expect(coord(project, ["decisions", "list", "--grep", "zzz"]).out).toContain("\nNone that fits\n");
  expect(coord(project, ["decisions", "list", "--limit", "2"]).out).toEndWith("\n\nMore: the same with --limit 20\n");
  expect(coord(project, ["decisions", "list", "--limit", "3"]).out).not.toContain("More:");
  expect(titles(project, ["--limit", "2"])).toEqual(["c", "b"]);
});

test("list finds by category, scope, author, words and time", () => {
  using project = layProject();
  add(project, "one", ["--scope", "global"]);
  add(project, "two words");
  coord(project, [
    "decisions",
    "add",
    "--category",
    "release",
    "--title",
    "three",
    "--description",
    "Words",
    "--as",
    "b",
  ]);
  expect(titles(project, ["--category", "release"])).toEqual(["three"]);
  expect(titles(project, ["--scope", "global"])).toEqual(["one"]);
  expect(titles(project, ["--author", "b"])).toEqual(["three"]);
  expect(titles(project, ["--grep", "WORDS"])).toEqual(["three", "two words"]);
  expect(titles(project, ["--grep", "two words"])).toEqual(["two words"]);
  const today = new Date().toISOString();
  for (const since of ["1h", today.slice(0, 10)]) expect(titles(project, ["--since", since])).toHaveLength(3);
  expect(titles(project, ["--until", "2020-01-01"])).toEqual([]);
  expect(titles(project, ["--until", "1h"])).toEqual([]);
  writeFileSync(
    project.path("old.json"),
    JSON.stringify([decision("DEC-20200101-0001", { timestamp: "2020-01-01T10:00:00Z" })]),
  );
  coord(project, ["decisions", "import", "old.json"]);
  expect(titles(project, ["--until", "2020-01-01"])).toHaveLength(1);
  expect(titles(project, ["--until", "2020-01-01T09:59:59Z"])).toEqual([]);
  expect(titles(project, ["--since", "2020-01-02"])).toHaveLength(3);
});

const NEEDED = ["--category", "security", "--title", "t", "--description", "d"] as const;

describe("a usage error names what was wrong and what to type next:", () => {
  for (const [words, message, hint] of [
    [["add"], "coord decisions add needs --category C", "coord decisions add --help"],
    [["add", "--category", "x", "--title", "t"], "coord decisions add needs --description D", "--help"],
    [["add", ...NEEDED, "--catgory", "x"], 'did you mean "--category"?', "--help"],
    [["add", ...NEEDED, "surplus"], 'does not take the argument "surplus"', "--help"],
    [["add", ...NEEDED, "--scope", "modul"], 'does not know --scope "modul": one of local, module', "--help"],
    [
      ["add", "--category", "API Design", "--title", "t", "--description", "d"],
      '"API Design" cannot be a category',
      "api-design",
    ],
    [["add", "--category", "x", "--title", " \n", "--description", "d"], "The title is empty", "--title"],
    [["add", "--category", "x", "--title", "t", "--description="], "The description is empty", "--description"],
    [
      ["add", "--category", "x", "--title", "ä".repeat(101), "--description", "d"],
      "The title is longer than 100 characters",
      "",
    ],
    [
      ["add", "--category", "x", "--title", "t", "--description", "x".repeat(100_000)],
      "The description is longer than 500 characters",
      "",
    ],
    [["add", ...NEEDED, "--rationale", "x".repeat(2001)], "The rationale is longer than 2000 characters", ""],
    [["add", ...NEEDED, "--files", "a,".repeat(101)], "101 files are more than 100", ""],
    [["add", ...NEEDED, "--supersedes", "DEC-1"], '"DEC-1" is not the ID of a decision', "coord decisions list"],
    [
      ["add", ...NEEDED, "--supersedes", "DEC-20200101-0001"],
      'No decision has the ID "DEC-20200101-0001"',
      "coord decisions list",
    ],
    [["add", ...NEEDED, "--as", "../x"], '"../x" cannot be an instance ID', "letters"],
    [["list", "--since", "yesterday"], '--since "yesterday" is not a time', '"2d"'],
    [["list", "--since", "2099-01-01"], '--since "2099-01-01" lies in the future', '"2d"'],
    [["list", "--until", "2026-02-30"], '--until "2026-02-30" is not a time', '"2d"'],
    [["list", "--limit", "0"], '--limit "0" is not a number from 1', "--limit 10"],
    [["list", "--limit", "ten"], '--limit "ten" is not a number from 1', "--limit 10"],
    [["list", "--category", "Security"], '"Security" cannot be a category', "security"],
    [["list", "x"], 'does not take the argument "x"', "--help"],
    [["query"], "coord decisions query needs ID", "--help"],
    [["query", "x"], '"x" is not the ID of a decision', "coord decisions list"],
    [["query", "DEC-20200101-0001-aaaaaa"], "No decision has the ID", "coord decisions list"],
    [["import", "missing.json"], 'Cannot read "missing.json": ENOENT', ""],
    [["import", "."], "it is a folder", ""],
    [["import", "README.md"], '"README.md" is not a decision log: not JSON', "decision-log.json"],
    [["import", "other.json"], '"other.json" is not a decision log: no list of decisions', "decision-log.json"],
  ] as const) {
    test(`coord decisions ${words.join(" ").slice(0, 80)}`, () => {
      using project = layProject({ files: { "README.md": "# x", "other.json": "{}" } });
      const error = jsonError(project, ["decisions", ...words]);
      expect(error).toMatchObject({ code: "USAGE", exit_code: 2 });
      expect(error.message).toContain(message);
      expect(error.hint).toContain(hint);
      expect(readdirSync(project.state)).not.toContain("decisions");
    });
  }

  test("an ID with a typo is told the nearest one, an ambiguous one what it may mean", () => {
    using project = layProject();
    const id = add(project, "one");
    const typo = `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`;
    expect(jsonError(project, ["decisions", "query", typo]).hint).toBe(`coord decisions query ${id}`);
    const log = [decision("DEC-20200101-0001", { title: "a" }), decision("DEC-20200101-0001", { title: "b" })];
    writeFileSync(project.path("log.json"), JSON.stringify({ decisions: log }));
    coord(project, ["decisions", "import", "log.json"]);
    const error = jsonError(project, ["decisions", "add", ...NEEDED, "--supersedes", "DEC-20200101-0001"]);
    expect(error.message).toMatch(/may mean DEC-20200101-0001-[0-9a-f]{6} or DEC-20200101-0001-[0-9a-f]{6}$/);
  });

  test("without a state folder: what makes one", () => {
    using project = layProject({ state: false });
    for (const words of [["add", ...NEEDED], ["list"], ["query", "DEC-20260108-0001"], ["import", "x"]]) {
      expect(jsonError(project, ["decisions", ...words])).toMatchObject({
        code: "STATE_MISSING",
        hint: "run: coord init",
      });
    }
  });
});

test("a category that looks like a typo of a known one is refused, and taken when that is meant; then it is known", () => {
  using project = layProject();
  const words = (category: string) => [
    "decisions",
    "add",
    "--category",
    category,
    "--title",
    "t",
    "--description",
    "d",
  ];
  expect(jsonError(project, words("securty"))).toMatchObject({
    code: "USAGE",
    message: 'There is no category "securty" yet; did you mean "security"?',
    hint: "--category security, or to make a new one, add: --new-category",
  });
  expect(titles(project)).toEqual([]);
  expect(coord(project, [...words("securty"), "--new-category"])).toMatchObject({ code: 0, err: "" });
  expect(coord(project, words("securty"))).toMatchObject({ code: 0, err: "" });
  expect(coord(project, words("billing"))).toMatchObject({ code: 0, err: "" });
  expect(jsonError(project, words("biling")).message).toContain('did you mean "billing"?');
});

test("a decision in place of one that is superseded already is logged, and says by what", () => {
  using project = layProject();
  const first = add(project, "first");
  const second = add(project, "second", ["--supersedes", first]);
  const words = ["--category", "security", "--title", "third", "--description", "d", "--supersedes", first];
  const { code, err } = coord(project, ["decisions", "add", ...words], A);
  expect(code).toBe(0);
  expect(err).toBe(
    `coord: warn: ${first} was superseded already, by ${second}, which stays as it is; to replace that one: --supersedes ${second}\n`,
  );
  expect(titles(project)).toEqual(["third", "second", "first"]);
  expect(titles(project, ["--in-force"])).toEqual(["third", "second"]);
});

for (const text of [
  'say "hi"',
  "it's",
  '"}],"decisions":[{"x":"',
  "$(touch x)`touch x`",
  "new\nline",
  "\\",
  "\u001b[2J\u202e\u{e0041}",
]) {
  test(`${JSON.stringify(text)} in every text is kept as given, shown escaped, and injects nothing`, () => {
    using project = layProject();
    const id = add(project, text, ["--problem", text, "--rationale", text, "--files", text]);
    const [record] = json(project, listSchema, ["decisions", "query", id]).decisions;
    expect(record).toMatchObject({ title: text, context: { problem: text, rationale: text } });
    for (const words of [["list"], ["query", id]]) {
      const { out } = coord(project, ["decisions", ...words]);
      // oxlint-disable-next-line no-control-regex -- control characters are what this is about
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|\u{e0041}/u);
      expect(out.split("\n").length).toBeLessThan(16);
    }
    expect(readdirSync(project.dir).toSorted()).toEqual([".claude", ".git"]);
    expect(faults(project.state)).toEqual([]);
  });
}

test("50 at once get 50 IDs and 50 readable files, and the derived log equals a rebuild", async () => {
  using project = layProject();
  const ran = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      coordAsync(project, [
        "decisions",
        "add",
        "--category",
        "testing",
        "--title",
        `t${i}`,
        "--description",
        "d",
        "--as",
        `a${i}`,
      ]),
    ),
  );
  expect(ran.map(({ code, err }) => `${code}${err}`)).toEqual(ran.map(() => "0"));
  const ids = ran.map(({ out }) => out.trim().replace("Decision logged: ", ""));
  expect(new Set(ids).size).toBe(50);
  expect(new Set(ids.map((id) => id.slice(0, -7))).size).toBe(50);
  const was = derived(project);
  expect(was).toEqual(ids.toSorted());
  expect(titles(project, ["--limit", "100"])).toHaveLength(50);
  rmSync(join(project.state, "decision-log.json"));
  coord(project, ["init"]);
  expect(derived(project)).toEqual(was);
  for (const file of files(project))
    v.parse(v.pipe(v.string(), v.parseJson(), decisionSchema), readFileSync(file, "utf8"));
  expect(readdirSync(join(project.state, "tmp"))).toEqual([]);
}, 60_000);

test("two branches log apart and merge without a conflict, also what both have imported", () => {
  using project = layProject();
  const log = {
    decisions: [decision("DEC-20200101-0001", { title: "old" }), decision("DEC-20200101-0001", { title: "older" })],
  };
  project.write("old.json", JSON.stringify(log));
  const shared = add(project, "shared");
  project.git("add", ".");
  project.git("commit", "-q", "-m", "State");
  const clone = join(project.root, "clone");
  project.git("clone", "-q", project.dir, clone);
  const there: Where = { ...A, cwd: clone };
  for (const [where, name] of [
    [A, "here"],
    [there, "there"],
  ] as const) {
    add(project, `${name} 1`, [], where);
    add(project, `${name} 2`, ["--supersedes", shared], where);
    expect(json(project, takenSchema, ["decisions", "import", "old.json"], where).taken).toBe(2);
  }
  const git = (...words: readonly string[]): string =>
    project.git("-C", clone, "-c", "user.name=T", "-c", "user.email=t@localhost", ...words);
  project.git("add", ".");
  project.git("commit", "-q", "-m", "Here");
  git("add", ".");
  git("commit", "-q", "-m", "There");
  git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main");
  const all = titles(project, ["--limit", "100"], there);
  expect(all.toSorted()).toEqual(["here 1", "here 2", "old", "older", "shared", "there 1", "there 2"]);
  const [first] = json(project, listSchema, ["decisions", "query", shared], there).decisions;
  expect(first?.status).toBe("superseded");
  expect(git("status", "--porcelain")).toBe("");
});

test("a fresh clone can be read and added to at once", () => {
  using project = layProject();
  add(project, "one");
  project.git("add", ".");
  project.git("commit", "-q", "-m", "State");
  const clone = join(project.root, "clone");
  project.git("clone", "-q", project.dir, clone);
  expect(titles(project, [], { cwd: clone })).toEqual(["one"]);
  expect(add(project, "two", [], { ...A, cwd: clone })).toContain("-0002-");
});

test("linked worktrees share one log", () => {
  using project = layProject();
  const linked = join(project.root, "linked");
  project.git("worktree", "add", "-q", linked);
  add(project, "one", [], { ...A, cwd: linked });
  expect(titles(project)).toEqual(["one"]);
});

describe("a folder of the bash edition is taken over", () => {
  const log = {
    schema_version: "1.0.0",
    log_created_at: "2026-01-08T10:00:00Z",
    decisions: [
      decision("DEC-20260108-0000", { title: "zero" }),
      decision("DEC-20260108-0001", { title: "one" }),
      decision("DEC-20260108-0001", { title: "another one" }),
    ].map((entry) => ({ ...entry, supersedes: undefined })),
  };

  for (const [first, extra] of [
    [["init"], 0],
    [["decisions", "add", ...NEEDED], 1],
    [["decisions", "list"], 0],
    [["decisions", "query", "DEC-20260108-0000"], 0],
    [["decisions", "add", ...NEEDED, "--supersedes", "DEC-20260108-0000"], 1],
    [["status"], 0],
    [["lock", "cleanup"], 0],
  ] as const) {
    test(`when "coord ${first.join(" ")}" comes first, and once only`, () => {
      using project = layProject({ state: false });
      mkdirSync(project.state, { recursive: true });
      writeFileSync(join(project.state, "decision-log.json"), JSON.stringify(log));
      const ran = coord(project, first, A);
      expect([ran.code, ran.err]).toEqual([0, expect.stringContaining("3 decision(s) taken over, 0 known")]);
      expect(titles(project).slice(extra)).toEqual(expect.arrayContaining(["zero", "one", "another one"]));
      expect(derived(project)).toHaveLength(3 + extra);
      expect(json(project, listSchema, ["decisions", "query", "DEC-20260108-0001"]).decisions).toHaveLength(2);
      expect(json(project, statusSchema, ["status"]).totals.decisions).toBe(3 + extra);
    });
  }

  test("from a file: once, whatever is imported again, and --dry-run takes nothing", () => {
    using project = layProject();
    project.write("archive/log.json", JSON.stringify(log));
    const words = ["decisions", "import", "log.json"];
    const where = { cwd: project.path("archive") };
    expect(coord(project, [...words, "--dry-run"], where).out).toBe("Would take over: 3 decisions, 0 known already\n");
    expect(readdirSync(project.state)).not.toContain("decisions");
    expect(coord(project, words, where).out).toBe("Taken over: 3 decisions, 0 known already\n");
    expect(coord(project, words, where).out).toBe("Taken over: 0 decisions, 3 known already\n");
    expect(titles(project)).toHaveLength(3);
    // Its own derived log is all known.
    const own = join(project.state, "decision-log.json");
    expect(json(project, takenSchema, ["decisions", "import", own])).toMatchObject({ taken: 0, known: 3 });
  });

  test("what is no decision in it is told, and the rest is taken", () => {
    using project = layProject();
    project.write("log.json", JSON.stringify({ decisions: [{ title: 1 }, ...log.decisions] }));
    const { code, out, err } = coord(project, ["decisions", "import", "log.json"]);
    expect([code, out]).toEqual([1, "Taken over: 3 decisions, 0 known already\n"]);
    expect(err).toContain("left out: entry 1: title");
  });
});

test("a log of coord's that is imported elsewhere, and one of the bash edition, give the same files everywhere", () => {
  using here = layProject();
  using there = layProject();
  const bash = {
    ...decision("DEC-20260108-0001", { supersedes: null }),
    votes: { yes: 1, no: 2 },
    custom: [{ b: 1, a: 2 }],
  };
  here.write("log.json", JSON.stringify([bash]));
  const turned = { ...Object.fromEntries(Object.entries(bash).toReversed()), votes: { no: 2, yes: 1 } };
  there.write("log.json", JSON.stringify([{ ...turned, custom: [{ a: 2, b: 1 }] }]));
  for (const project of [here, there]) coord(project, ["decisions", "import", "log.json"]);
  add(here, "second", ["--supersedes", add(here, "first")]);
  const log = join(here.state, "decision-log.json");
  expect(json(there, takenSchema, ["decisions", "import", log])).toMatchObject({ taken: 2, known: 1 });
  const contents = (project: Project) =>
    files(project)
      .map((file) => readFileSync(file, "utf8"))
      .toSorted();
  expect(contents(there)).toEqual(contents(here));
  expect(contents(here)).toHaveLength(3);
});

test("status counts decisions and shows the newest five", () => {
  using project = layProject();
  for (let i = 1; i <= 6; i += 1) add(project, `t${i}`);
  const { totals, recent_decisions } = json(project, statusSchema, ["status"]);
  expect([totals.decisions, recent_decisions.length]).toEqual([6, 5]);
  const { out } = coord(project, ["status", "--verbose"]);
  expect(out).toContain("Total Decisions Logged: 6\n");
  expect(out).toMatch(/Recent Decisions \(last 5\):\n {2}\[DEC-\d{8}-0006-[0-9a-f]{6}\] t6\n {4}Category: security\n/);
});

test("a broken decision stops nobody and is told", () => {
  using project = layProject();
  add(project, "good");
  const [file = ""] = files(project);
  writeFileSync(file.replace(/0001-.{6}/, "0002-aaaaaa"), "{ half");
  const { code, out, err } = coord(project, ["decisions", "list"]);
  expect([code, out.includes("good")]).toEqual([0, true]);
  expect(err).toContain("cannot be used (not JSON) and is left out");
  expect(coord(project, ["status"]).code).toBe(0);
  add(project, "another");
});

test("a state folder that cannot be written can be read, and says so when something is to be added", () => {
  using project = layProject();
  add(project, "one");
  // Root may write anywhere: only a mount of its own says no to everybody.
  const script = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && "$1" decisions list && "$1" decisions add --category x --title t --description d`;
  const words = ["unshare", "--mount", "sh", "-c", script, project.dir, BINARY];
  if (Bun.spawnSync(["unshare", "--mount", "true"], { stderr: "ignore" }).exitCode !== 0) {
    chmodSync(project.state, 0o500);
    expect(coord(project, ["decisions", "list"]).out).toContain("one");
    chmodSync(project.state, 0o700);
    return;
  }
  const { exitCode, stdout, stderr } = Bun.spawnSync(words, { cwd: project.dir, env: project.env });
  expect([exitCode, stdout.toString(), stderr.toString()]).toEqual([
    1,
    expect.stringContaining("] one\n"),
    expect.stringMatching(/^Error: Cannot .*EROFS\nNext: .*read-only\n$/),
  ]);
});

/** A file system of a few KiB, in a mount namespace of its own. */
const SMALL = ["unshare", "--mount", "sh", "-c"];
const canMount = Bun.spawnSync([...SMALL, "mount -t tmpfs none /mnt"], { stderr: "ignore" }).exitCode === 0;

test.skipIf(!canMount)("on a full disk nothing is called logged that is not, and what was there stays", () => {
  using project = layProject({ state: false, git: false });
  const script = [
    `mount -t tmpfs -o size=256k,mode=700 none "$0" && cd "$0" && "$1" init >/dev/null || exit 90`,
    `add() { "$1" decisions add --category x --title "$2" --description d --as a; }`,
    `add "$1" before >/dev/null || exit 91`,
    `n=0; ok=0; while [ $n -lt 100 ]; do n=$((n+1))`,
    `if said=$(add "$1" t$n 2>&1); then ok=$((ok+1)); else break; fi; head -c 12288 /dev/zero >fill$n 2>/dev/null; done`,
    `[ $n -lt 100 ] || exit 92; echo "$said"; rm -f fill*`,
    `[ $("$1" decisions list --limit 200 | grep -c '^\\[') = $((ok+1)) ] || exit 93`,
    `add "$1" after >/dev/null || exit 94`,
  ].join("\n");
  const { exitCode, stdout } = Bun.spawnSync([...SMALL, script, project.dir, BINARY], { env: project.env, cwd: "/" });
  expect([exitCode, stdout.toString()]).toEqual([
    0,
    expect.stringMatching(/^Error: .*ENOSPC.*\nNext: .*free some space.*\n$/),
  ]);
});

const FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
const hasFaketime = Bun.spawnSync(["test", "-e", FAKETIME]).exitCode === 0;

test.skipIf(!hasFaketime)(
  "a clock that is set back gives out no number twice, and the newest day stays the newest",
  () => {
    using project = layProject();
    const on = (day: string): Where => ({
      env: { ...A.env, LD_PRELOAD: FAKETIME, FAKETIME: `@${day} 12:00:00`, TZ: "UTC" },
    });
    const ids = ["2026-03-02", "2026-03-02", "2026-03-01", "2026-03-01", "2026-03-02"].map((day, i) =>
      add(project, `t${i}`, [], on(day)),
    );
    expect(ids.map((id) => id.slice(0, -7))).toEqual([
      "DEC-20260302-0001",
      "DEC-20260302-0002",
      "DEC-20260301-0001",
      "DEC-20260301-0002",
      "DEC-20260302-0003",
    ]);
    expect(new Set(ids).size).toBe(5);
    expect(titles(project, ["--limit", "5"])).toHaveLength(5);
  },
);
