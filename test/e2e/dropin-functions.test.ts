/** The functions of `lib/coordination.sh` in bash, under `set -euo pipefail`: DESIGN section 6. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, layProject, until, type Project } from "../hooks/project.ts";
import { session } from "../hooks/session.ts";
import { instanceIds, instances, locks } from "../hooks/state.ts";
import { coord } from "./cli.ts";
import { head, masked, run, script, toolPath } from "./dropin.ts";

const A = { COORD_INSTANCE_ID: "agent-a" } as const;
const B = { COORD_INSTANCE_ID: "agent-b" } as const;
const NOTHING = { code: 0, out: "", err: "" } as const;

const FUNCTIONS = [
  "coord_init",
  "coord_register_instance",
  "coord_unregister_instance",
  "coord_heartbeat",
  "coord_cleanup_stale_instances",
  "coord_acquire_lock",
  "coord_release_lock",
  "coord_renew_lock",
  "coord_check_lock",
  "coord_detect_conflict",
  "coord_log_decision",
  "coord_query_decisions",
  "coord_list_instances",
  "coord_get_work",
] as const;

test("there are fourteen functions, in the file and in what coord shell prints, and scripts started have them too", () => {
  using project = layProject();
  const all = `for f in ${FUNCTIONS.join(" ")}; do [ "$(type -t "$f")" = function ] || echo "$f"; done`;
  expect(script(project, all)).toEqual(NOTHING);
  expect(script(project, `bash -c '${all}'`)).toEqual(NOTHING);
  const eval_ = `set -euo pipefail; eval "$("${BINARY}" shell)"; ${all}`;
  expect(run(project, ["bash", "-c", eval_])).toEqual(NOTHING);
  expect(run(project, ["bash", "-c", `set -euo pipefail; source <("${BINARY}" shell); ${all}`])).toEqual(NOTHING);
  expect(script(project, `source "${project.state}/lib/coordination.sh"; ${all}`)).toEqual(NOTHING);
  expect(coord(project, ["shell", "--help"]).out).toContain('eval "$(coord shell)"');
  expect(coord(project, ["shell", "no_such"])).toMatchObject({ code: 2, out: "" });
});

interface Place {
  readonly where: (project: Project) => string;
  readonly shown: (name: string) => string;
}

const PLACES: Readonly<Record<string, Place>> = {
  "the project's top": { where: (p) => p.dir, shown: (name) => name },
  "a sub-folder with a quote": { where: (p) => p.path("it's src"), shown: (name) => `it's src/${name}` },
  "a linked worktree": { where: (p) => join(p.root, "linked"), shown: (name) => name },
};

for (const [place, { where, shown }] of Object.entries(PLACES)) {
  describe(`from ${place}`, () => {
    const lay = (): Project => {
      const project = layProject({ files: { "it's src/x": "" } });
      project.git("worktree", "add", "-q", join(project.root, "linked"));
      return project;
    };

    test("a file is locked, refused, checked, renewed and released: silently, and refused on stderr", () => {
      using project = lay();
      const cwd = where(project);
      const as = (env: typeof A | typeof B, lines: string) => script(project, lines, { cwd, env });
      expect(as(A, 'coord_acquire_lock f "an intent"')).toEqual(NOTHING);
      expect(coord(project, ["lock", "list"]).out).toContain("  Intent: an intent\n");
      expect(as(A, "coord_acquire_lock f; coord_check_lock f; coord_renew_lock f")).toEqual(NOTHING);
      const held = `File ${shown("f")} is locked by instance agent-a\n`;
      expect(as(B, "rc=0; coord_acquire_lock f || rc=$?; exit $rc")).toEqual({ code: 10, out: "", err: held });
      expect(as(B, "coord_acquire_lock f; echo not reached")).toEqual({ code: 10, out: "", err: held });
      expect(as(B, "coord_renew_lock f")).toEqual({ code: 10, out: "", err: held });
      expect(as(B, "coord_check_lock f")).toEqual({ code: 10, out: "", err: "Locked by: agent-a\n" });
      expect(as(B, "coord_release_lock f")).toEqual({
        code: 10,
        out: "",
        err: "Cannot release lock: held by agent-a\n",
      });
      expect(as(A, "coord_release_lock f; coord_release_lock f")).toEqual(NOTHING);
      expect(as(B, "coord_check_lock f; coord_acquire_lock f; coord_release_lock f")).toEqual(NOTHING);
      expect(locks(project.state)).toEqual([]);
    });

    test("an instance is registered, listed, shown, kept alive and unregistered", () => {
      using project = lay();
      const said = script(
        project,
        [
          'ID=$(coord_register_instance "a task" backend)',
          '[ "$ID" = "$COORD_INSTANCE_ID" ] || echo "not $ID"',
          "coord_heartbeat",
          "coord_acquire_lock f",
          "coord_list_instances",
          "coord_get_work",
          "coord_unregister_instance",
          "rc=0; coord_heartbeat || rc=$?; echo $rc",
          "coord_unregister_instance",
          "coord_get_work",
        ].join("\n"),
        { cwd: where(project) },
      );
      const entry = [
        "{",
        '  "instance_id": "ID",',
        `  "worktree_path": "${cwdTop(project, place)}",`,
        '  "pid": PID,',
        '  "current_task": {',
        '    "description": "a task",',
        '    "agent_role": "backend",',
        '    "started_at": "TIME"',
        "  },",
        '  "files_locked": [',
        `    "${shown("f")}"`,
        "  ],",
        '  "heartbeat": {',
        '    "last_ping": "TIME",',
        '    "heartbeat_file": "heartbeats/ID.json"',
        "  },",
        '  "status": "active",',
        '  "metadata": {',
        `    "os": "${process.platform}",`,
        `    "branch": "${place === "a linked worktree" ? "linked" : "main"}",`,
        '    "user": "USER"',
        "  }",
        "}",
      ];
      const shownOut = masked(said.out)
        .replaceAll(/shell-\d+-\d+/g, "ID")
        .replaceAll(/"pid": \d+/g, '"pid": PID')
        .replaceAll(/"user": "[^"]*"/g, '"user": "USER"');
      expect(shownOut).toBe(["[", ...entry.map((line) => `  ${line}`), "]", ...entry, "13", ""].join("\n"));
      expect([said.code, said.err]).toEqual([0, expect.stringMatching(/^Error: No instance .* is registered\nNext: /)]);
      expect(instanceIds(project.state)).toEqual([]);
    });

    test("a decision is logged and found", () => {
      using project = lay();
      const cwd = where(project);
      const logged = script(
        project,
        'coord_log_decision security "First" "In full"; coord_log_decision testing "Second" "In full" system',
        { cwd, env: A },
      );
      expect([masked(logged.out), logged.err, logged.code]).toEqual(["DEC-0001\nDEC-0002\n", "", 0]);
      const titles = (args: string): readonly string[] =>
        [...script(project, `coord_query_decisions ${args}`, { cwd }).out.matchAll(/^ {4}"title": "(.*)",$/gm)].map(
          ([, title]) => title ?? "",
        );
      expect(titles("")).toEqual(["Second", "First"]);
      expect(titles('"" 1')).toEqual(["Second"]);
      expect(titles("security")).toEqual(["First"]);
      expect(script(project, "coord_query_decisions workflow", { cwd })).toEqual({ code: 0, out: "[]\n", err: "" });
      const found = JSON.parse(script(project, "coord_query_decisions", { cwd }).out);
      expect(found).toMatchObject([
        { title: "Second", impact: { scope: "system" }, made_by: { instance_id: "agent-a" }, status: "accepted" },
        { title: "First", category: "security", description: "In full", impact: { scope: "module" } },
      ]);
    });
  });
}

function cwdTop(project: Project, place: string): string {
  return place === "a linked worktree" ? join(project.root, "linked") : project.dir;
}

test("defaults are those of the bash edition", () => {
  using project = layProject();
  script(project, "coord_register_instance; coord_acquire_lock f");
  const [record] = instances(project.state);
  expect(record).toMatchObject({ task: "General development", agent_role: "main" });
  expect(script(project, "coord_acquire_lock g; coord-lock list", withTools(project)).out).toContain(
    "  Intent: Editing file\n",
  );
});

function withTools(project: Project) {
  return { env: { PATH: `${join(project.state, "bin")}:${project.env["PATH"] ?? ""}` } };
}

describe("conflicts", () => {
  const conflict = (file: string) => ({
    code: 12,
    out: "",
    err: `Conflict detected: file ${file} was modified since lock acquired\n`,
  });

  test("a change from outside while I hold the lock", () => {
    using project = layProject({ files: { "a.ts": "1\n" } });
    expect(script(project, "coord_acquire_lock a.ts; coord_detect_conflict a.ts", { env: A })).toEqual(NOTHING);
    project.write("a.ts", "2\n");
    expect(script(project, "coord_detect_conflict a.ts", { env: A })).toEqual(conflict("a.ts"));
    // To whom has not locked or seen it, it is just a file.
    expect(script(project, "coord_detect_conflict a.ts", { env: B })).toEqual(NOTHING);
    // As it is documented: release, read again, acquire.
    expect(
      script(project, "coord_release_lock a.ts; coord_acquire_lock a.ts; coord_detect_conflict a.ts", { env: A }),
    ).toEqual(NOTHING);
  });

  test("what I wrote under my lock and gave back is none, what another wrote so since is one", () => {
    using project = layProject({ files: { "a.ts": "1\n" } });
    const write = (text: string) => `coord_acquire_lock a.ts; echo ${text} > a.ts; coord_release_lock a.ts`;
    expect(script(project, `${write("mine")}; coord_detect_conflict a.ts`, { env: A })).toEqual(NOTHING);
    expect(script(project, write("theirs"), { env: B })).toEqual(NOTHING);
    expect(script(project, "coord_detect_conflict a.ts", { env: A })).toEqual(conflict("a.ts"));
    expect(script(project, "coord_detect_conflict a.ts", { env: B })).toEqual(NOTHING);
  });

  test("a session's own edit is none, another session's is one", async () => {
    using project = layProject({ files: { "a.ts": "1\n" } });
    project.configure({ hold: "session" });
    const [a, b] = [session(project), session(project)];
    const seenBy = (id: string) => script(project, "coord_detect_conflict a.ts", { env: { COORD_INSTANCE_ID: id } });
    await a.write("a.ts", "2\n");
    await a.write("a.ts", "3\n");
    expect(seenBy(a.id)).toEqual(NOTHING);
    await a.end();
    await a.start();
    await a.read("a.ts");
    await b.read("a.ts");
    await b.write("a.ts", "4\n");
    expect(seenBy(b.id)).toEqual(NOTHING);
    expect(seenBy(a.id)).toEqual(conflict("a.ts"));
  });

  test("a file that is not there is none", () => {
    using project = layProject();
    expect(script(project, "coord_detect_conflict none.ts", { env: A })).toEqual(NOTHING);
  });
});

describe("a lock that has ended", () => {
  test("mine: check and renew say 11; another has it now: 10; release says 11 or 12", async () => {
    using project = layProject();
    const ended = async (file: string): Promise<void> => {
      coord(project, ["lock", "acquire", file, "--as", "agent-a", "--ttl", "150ms"]);
      await until("it is over", () => coord(project, ["lock", "check", file, "--as", "agent-c"]).code === 0);
    };
    const codeOf = (lines: string) => script(project, lines, { env: A }).code;
    await ended("f");
    expect(codeOf("coord_check_lock f")).toBe(11);
    expect(codeOf("coord_renew_lock f")).toBe(11);
    expect(script(project, "coord_acquire_lock f", { env: B }).code).toBe(0);
    expect(script(project, "coord_check_lock f", { env: A })).toEqual({
      code: 10,
      out: "",
      err: "Locked by: agent-b\n",
    });
    expect(codeOf("coord_renew_lock f")).toBe(10);
    expect(codeOf("coord_release_lock f")).toBe(12);
    await ended("g");
    expect(codeOf("coord_release_lock g")).toBe(11);
    await ended("h");
    expect(codeOf("coord_acquire_lock h; coord_check_lock h; coord_renew_lock h; coord_release_lock h")).toBe(0);
  });

  test("never mine and free: check and release say 0, renew 11, registered or not", () => {
    using project = layProject();
    for (const before of ["true", "coord_register_instance t r >/dev/null"]) {
      expect(script(project, `${before}; coord_check_lock f; coord_release_lock f`)).toEqual(NOTHING);
      expect(script(project, `${before}; coord_renew_lock f`)).toMatchObject({ code: 11, out: "" });
    }
  });
});

describe("who acts", () => {
  test("a shell without an identity gets one of its own, bound to it, and its locks end with it", () => {
    using project = layProject();
    const first = script(project, 'coord_acquire_lock f; echo "$COORD_INSTANCE_ID $$"');
    const [id = "", pid = ""] = first.out.trim().split(" ");
    expect(id).toMatch(new RegExp(`^shell-${pid}-\\d+$`));
    expect(instances(project.state)).toMatchObject([{ instance_id: id, pid: Number(pid) }]);
    expect(script(project, "coord_acquire_lock f")).toMatchObject({ code: 0 });
    // While it runs nobody else gets it, and its subshells and child scripts are the same instance.
    const before = heldBy(project);
    const same = `coord_acquire_lock f; (coord_acquire_lock f; bash -c 'coord_acquire_lock f'; echo "$(coord_check_lock f)ok")`;
    expect(script(project, `${same}; bash -c '${head(project)} coord_acquire_lock f'; coord_check_lock f`)).toEqual({
      code: 0,
      out: "ok\n",
      err: `Removing expired lock on f (held by ${before})\n`,
    });
  });

  test("with the same COORD_INSTANCE_ID a lock taken in one shell is released in the next", () => {
    using project = layProject();
    expect(script(project, "coord_register_instance t r; coord_acquire_lock f", { env: A }).code).toBe(0);
    expect(instances(project.state)).toMatchObject([{ instance_id: "agent-a", process: null }]);
    expect(script(project, "coord_check_lock f", { env: B }).code).toBe(10);
    expect(script(project, "coord_check_lock f; coord_release_lock f", { env: A })).toEqual(NOTHING);
    expect(locks(project.state)).toEqual([]);
  });

  test("inside of Claude Code the session acts, and stays bound to its client", () => {
    using project = layProject();
    const client = project.client();
    const env = { CLAUDE_CODE_SESSION_ID: "s1", CLAUDE_PID: String(client.pid) };
    const said = script(
      project,
      'INSTANCE_ID=$(coord_register_instance t r); coord_acquire_lock f; echo "${COORD_INSTANCE_ID-none}"',
      { env },
    );
    expect([said.code, said.out, said.err]).toEqual([0, "none\n", ""]);
    expect(instances(project.state)).toMatchObject([{ session_id: "s1", pid: client.pid }]);
    expect(script(project, "coord_check_lock f; coord_release_lock f", { env })).toEqual(NOTHING);
  });

  test("a script may play several instances by setting INSTANCE_ID, as the examples of the bash edition do", () => {
    using project = layProject();
    const lines = [
      "export INSTANCE_ID=$(coord_generate_instance_id); ONE=$INSTANCE_ID",
      'coord_register_instance "one" "editor" >/dev/null; coord_acquire_lock f',
      "export INSTANCE_ID=two",
      'coord_register_instance "two" "reader"',
      "coord_acquire_lock f || echo $?",
      'export INSTANCE_ID="$ONE"',
      "coord_release_lock f; coord_unregister_instance",
    ].join("\n");
    const { code, out } = script(project, lines);
    expect([code, out]).toEqual([0, "two\n10\n"]);
    expect(instanceIds(project.state)).toEqual(["two"]);
    // One that comes from outside is some other program's.
    expect(
      script(project, "coord_acquire_lock f; coord_get_work", { env: { ...A, INSTANCE_ID: "i-0abc" } }).out,
    ).toContain('"instance_id": "agent-a"');
  });
});

function heldBy(project: Project): string {
  return locks(project.state)[0]?.split(" ").at(-1) ?? "";
}

describe("the binary is", () => {
  test("COORD_BIN if it is set, with spaces too; one that cannot be run is an error that says what to do", () => {
    using project = layProject();
    mkdirSync(join(project.root, "a b"));
    const other = join(project.root, "a b", "it's coord");
    copyFileSync(BINARY, other);
    expect(script(project, "coord_acquire_lock f", { env: { ...A, COORD_BIN: other } })).toEqual(NOTHING);
    expect(script(project, "coord_check_lock f", { env: { ...A, COORD_BIN: "/no/such" } })).toEqual({
      code: 1,
      out: "",
      err: 'Error: No coord binary: "/no/such" cannot be run\nNext: put coord on PATH, or: export COORD_BIN=/path/to/coord\n',
    });
  });

  test("the one on PATH when the one that init wrote down is gone", () => {
    using project = layProject();
    const bin = join(project.root, "bin");
    mkdirSync(bin);
    const own = join(project.root, "coord");
    copyFileSync(BINARY, own);
    run(project, [own, "init"]);
    run(project, ["mv", own, join(bin, "coord")]);
    const env = { ...A, PATH: `${bin}:/usr/bin:/bin` };
    expect(script(project, "coord_acquire_lock f", { env })).toEqual(NOTHING);
  });
});

test("paths and texts with quotes, spaces, newlines and dollar signs arrive as they are", () => {
  using project = layProject();
  const name = `it's "a" $(b) \`c\`\n-d`;
  writeFileSync(
    project.path("args.sh"),
    `${head(project)}coord_acquire_lock "$1" "$2"; coord_check_lock "$1"; coord_release_lock "$1"; coord_acquire_lock -- "$2"`,
  );
  expect(run(project, ["bash", project.path("args.sh"), name, "--as=x"], { env: A })).toMatchObject({
    code: 0,
    err: "",
  });
  expect(locks(project.state)).toEqual(["-- claim agent-a"]);
});

test("a project in a folder with quotes works, and its functions from outside of it too", () => {
  using project = layProject({ git: false, state: false });
  const odd = join(project.root, `it's "odd" $x`);
  mkdirSync(odd);
  const inside = { ...project, dir: odd, state: join(odd, ".claude/coordination") };
  expect(coord(inside, ["init"]).code).toBe(0);
  expect(script(inside, "coord_acquire_lock f; coord_check_lock f", { env: A })).toEqual(NOTHING);
  expect(script(inside, "coord_get_work; coord_heartbeat", { env: A, cwd: "/" }).out).toContain(
    '"instance_id": "agent-a"',
  );
  expect(run(inside, [toolPath(inside, "coord-lock"), "list"], { cwd: "/" }).out).toContain("Total: 1 lock(s)");
});

test("coord_init makes the state where there is none; the others say that it is missing", () => {
  using project = layProject({ state: false });
  const shell = `eval "$("${BINARY}" shell)"`;
  const without = run(project, ["bash", "-c", `set -euo pipefail; ${shell}; coord_acquire_lock f`]);
  expect(without).toMatchObject({ code: 1, err: expect.stringContaining("coord init") });
  expect(
    run(project, ["bash", "-c", `set -euo pipefail; ${shell}; coord_init; coord_acquire_lock f; coord_init`]),
  ).toEqual(NOTHING);
});

test("coord_cleanup_stale_instances prints how many, and on stderr which", async () => {
  using project = layProject();
  const client = project.client();
  coord(project, ["instance", "register", "--task", "t", "--role", "r", "--as", "a", "--pid", String(client.pid)]);
  await client.kill();
  expect(script(project, "echo n=$(coord_cleanup_stale_instances)")).toEqual({
    code: 0,
    out: "n=1\n",
    err: "Cleaning up stale instance: a\n",
  });
  expect(script(project, "coord_cleanup_stale_instances")).toEqual({ code: 0, out: "0\n", err: "" });
});
