/** `coord run`: exit codes, whose locks they are, and what the command gets to see. */
import { describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { BINARY, layProject } from "../hooks/project.ts";
import { entries, events, faults, instanceIds, leftovers, locks, writers } from "../hooks/state.ts";
import { coord, coordAsync } from "./cli.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;

/** `coord run --lock a.ts -- sh -c SCRIPT`. */
function sh(script: string, ...flags: readonly string[]): readonly string[] {
  return ["run", "--lock", "a.ts", ...flags, "--", "sh", "-c", script];
}

describe("coord run exits", () => {
  const codes: readonly (readonly [words: readonly string[], code: number])[] = [
    [sh("exit 0"), 0],
    [sh("exit 7"), 7],
    [sh("kill -KILL $$"), 137],
    [sh("kill -TERM $$"), 143],
    [sh("kill -34 $$; sleep 9"), 162],
    [["run", "--lock", "a.ts", "--", "no-such-command"], 127],
    [["run", "--lock", "a.ts", "--", "./no/such/file"], 127],
    [["run", "--lock", "a.ts", "--", ""], 127],
    [["run", "--lock", "a.ts", "--", "./plain.txt"], 126],
    [["run", "--lock", "a.ts", "--", "./folder"], 126],
    [["run", "--lock", "a.ts", "--", "./no-interpreter"], 126],
    [["run", "--lock", "a.ts", "--", "./no-first-line"], 3],
    [["run", "--lock", "a.ts"], 125],
    [["run", "--", "true"], 125],
    [["run", "--lok", "a.ts", "--", "true"], 125],
    [["run", "--lock", "a.ts", "--wait", "soon", "--", "true"], 125],
    [["run", "--lock", "a.ts", "--ttl", "1ms", "--", "true"], 125],
    [["run", "--lock", "folder", "--", "true"], 125],
    [["run", "--lock", "held.ts", "--", "true"], 125],
    [["run", "--lock", "a.ts", "held.ts", "--wait", "10ms", "--", "true"], 125],
  ];
  for (const [words, code] of codes) {
    test(`${code} from ${words.join(" ")}`, () => {
      using project = layProject({ files: { "plain.txt": "", "folder/x": "", "no-first-line": "exit 3\n" } });
      project.write("no-interpreter", "#!/no/such/interpreter\n");
      for (const name of ["no-interpreter", "no-first-line"]) chmodSync(project.path(name), 0o755);
      coord(project, ["lock", "acquire", "held.ts"], A);
      const ran = coord(project, words);
      expect(ran).toMatchObject({ code, out: "" });
      expect(ran.err === "").toBe(code < 125 || code > 127);
      expect(locks(project.state)).toEqual(["held.ts claim agent-a"]);
      expect(instanceIds(project.state)).toEqual(["agent-a"]);
      expect(faults(project.state)).toEqual([]);
    });
  }
});

test("errors in --json are one object with the exit code of the run", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  const refused = coord(project, ["run", "--json", "--lock", "a.ts", "--", "echo", "out"]);
  expect(refused).toMatchObject({ code: 125, out: "" });
  expect(JSON.parse(refused.err)).toMatchObject({ error: { code: "LOCK_HELD", exit_code: 125, holders: [{}] } });
  const ran = coord(project, ["run", "--json", "--lock", "b.ts", "--", "echo", "--json"]);
  expect(ran).toEqual({ code: 0, out: "--json\n", err: "" });
});

test("--help and --json after the command are the command's", () => {
  using project = layProject();
  expect(coord(project, ["run", "--lock=a.ts", "echo", "--help", "--json"]).out).toBe("--help --json\n");
  expect(coord(project, ["run", "--lock", "a.ts", "--help"]).out).toStartWith("coord run: ");
});

test("the command inherits its input, and does not get what would change a Bun program", () => {
  using project = layProject();
  const done = Bun.spawnSync([BINARY, ...sh("cat; env")], {
    cwd: project.dir,
    env: { ...project.env, BUN_OPTIONS: "--smol", MINE: "1" },
    stdin: new TextEncoder().encode("from stdin\n"),
  });
  const lines = done.stdout.toString().split("\n");
  expect(lines).toContain("from stdin");
  expect(lines).toContain("MINE=1");
  expect(lines.filter((line) => line.startsWith("BUN_"))).toEqual([]);
  expect(lines.filter((line) => line.startsWith("COORD_INSTANCE_ID=")).join()).toMatch(/=cli-.+\.run-\d+$/);
});

test("the locks are there while it runs, the write is recorded at its end, and nothing of the run stays", () => {
  using project = layProject({ files: { "a.ts": "1\n", "b.ts": "1\n" } });
  const script = `echo 2 > a.ts; "$1" lock list`;
  const words = ["run", "--lock", "a.ts", "b.ts", "--intent", "why", "--", "sh", "-c", script, "sh", BINARY];
  const ran = coord(project, words);
  expect(ran.out.match(/File: .*/g)).toEqual(["File: a.ts", "File: b.ts"]);
  expect(ran.out).toContain("Intent: why");
  expect(writers(project.state, "a.ts").join()).toMatch(/\.run-\d+$/);
  expect(writers(project.state, "b.ts")).toEqual([]);
  expect(leftovers(project.state)).toEqual([]);
  expect(faults(project.state)).toEqual([]);
});

test("what the command itself locks as the run's instance goes with the run", () => {
  using project = layProject();
  coord(project, ["run", "--lock", "a.ts", "--", BINARY, "lock", "acquire", "b.ts"]);
  expect(leftovers(project.state)).toEqual([]);
});

describe("whose locks", () => {
  test("two runs of one shell exclude each other", () => {
    using project = layProject();
    const inner = `COORD_INSTANCE_ID= "$1" run --lock a.ts -- true`;
    const ran = coord(project, ["run", "--lock", "a.ts", "--", "sh", "-c", inner, "sh", BINARY]);
    expect(ran).toMatchObject({ code: 125, err: expect.stringContaining("held by cli-") });
  });

  test("what the shell holds does not bar its run, and the run bars the shell", () => {
    using project = layProject();
    const script = `"$1" lock acquire a.ts >out && "$1" run --lock a.ts -- sh -c 'COORD_INSTANCE_ID= "$0" lock check a.ts --as "$2"' "$1"; "$1" lock verify a.ts`;
    const ran = Bun.spawnSync(["sh", "-c", script, "sh", BINARY], { cwd: project.dir, env: project.env });
    // Its own lock is back in sight after the run.
    expect(ran.exitCode).toBe(0);
  });

  test("of a Claude Code session's run: a session's lock does not bar it, and it bars the session", () => {
    using project = layProject();
    const client = project.client();
    const session = { env: { CLAUDE_CODE_SESSION_ID: "s1", CLAUDE_PID: String(client.pid) } };
    coord(project, ["lock", "acquire", "a.ts"], session);
    const script = `COORD_INSTANCE_ID= "$1" lock acquire a.ts`;
    const ran = coord(project, ["run", "--lock", "a.ts", "--", "sh", "-c", script, "sh", BINARY], session);
    expect(ran.code).toBe(10);
    expect(locks(project.state).join()).toMatch(/^a.ts claim claude-[0-9a-f]{12}$/);
  });

  test("with --as what was held before stays held after, and what was taken goes", () => {
    using project = layProject();
    coord(project, ["lock", "acquire", "a.ts", "--as", "agent-a"]);
    expect(coord(project, ["run", "--lock", "a.ts", "b.ts", "--as", "agent-a", "--", "true"]).code).toBe(0);
    expect(locks(project.state)).toEqual(["a.ts claim agent-a"]);
    expect(instanceIds(project.state)).toEqual(["agent-a"]);
  });

  test("a run inside a run acts as the outer one, whose lock outlasts it", () => {
    using project = layProject();
    const script = `"$1" run --lock a.ts -- true && "$1" lock verify a.ts`;
    expect(coord(project, ["run", "--lock", "a.ts", "--", "sh", "-c", script, "sh", BINARY]).code).toBe(0);
  });

  test("sixteen runs that wait count without losing any", async () => {
    using project = layProject({ files: { count: "0\n" } });
    const script = `n=$(cat count); sleep 0.01; echo $((n + 1)) > count`;
    const words = ["run", "--lock", "count", "--wait", "14s", "--", "sh", "-c", script];
    const ran = await Promise.all(Array.from({ length: 16 }, () => coordAsync(project, words)));
    expect(ran.map(({ code }) => code)).toEqual(Array.from({ length: 16 }, () => 0));
    expect(project.content("count")).toBe("16\n");
    expect(leftovers(project.state)).toEqual([]);
  });

  test("and counting without locks loses some", async () => {
    using project = layProject({ files: { count: "0\n" } });
    // Each counts only when all have read.
    const script = `n=$(cat count); : > "ready-$1"; until [ "$(ls | grep -c ready-)" = 4 ]; do sleep 0.01; done; echo $((n + 1)) > count`;
    const words = (i: number) => ["run", "--lock", `other-${i}`, "--", "sh", "-c", script, "sh", `${i}`];
    await Promise.all([1, 2, 3, 4].map((i) => coordAsync(project, words(i))));
    expect(project.content("count")).toBe("1\n");
  });
});

test("a run in progress shows what it runs, and outlives the end of its session", () => {
  using project = layProject();
  const client = project.client();
  const session = { env: { CLAUDE_CODE_SESSION_ID: "s1", CLAUDE_PID: String(client.pid) } };
  coord(project, ["instance", "register", "--task", "t", "--role", "r"], session);
  const script = `COORD_INSTANCE_ID= "$1" instance unregister; "$1" status; "$1" lock verify a.ts`;
  const ran = coord(project, ["run", "--lock", "a.ts", "--", "sh", "-c", script, "sh", BINARY], session);
  expect(ran.code).toBe(0);
  expect(ran.out).toContain("Task: Run sh\n");
  expect(entries(`${project.state}/heartbeats`)).toEqual([]);
  expect(events(project.state, "unregistered")).toHaveLength(2);
});
