/**
 * The faults of the bash edition (BASH_EDITION.md section 4), through its own commands and functions. Where they are tests:
 *
 *   20 processes on one free file, several winners      here; by coord itself bash-edition.test.ts, by hooks test/proof/race
 *   50 decisions at once, few IDs                       here
 *   an empty JSON file is a dead end                    here; bash-edition.test.ts, test/hooks/broken-state.test.ts
 *   `list` fails when there is a lock                   dropin-tools.test.ts
 *   every session of a checkout is one identity         bash-edition.test.ts
 *   hooks read no stdin                                 test/hooks/bad-stdin.test.ts, replay.test.ts and all beside them
 *   a check ignores expiry                              here; dropin-functions.test.ts
 *   a quote in a name or intent                         here; dropin-functions.test.ts
 *   a path of 224 bytes                                 here
 *   relative and absolute are two locks                 here
 *   heartbeats do not renew locks                       here
 *   recorded pids are dead                              dropin-functions.test.ts; bash-edition.test.ts
 *   an idle session is swept and never comes back       here; bash-edition.test.ts
 *   own edits conflict, others' do not                  dropin-functions.test.ts; test/hooks/conflict.test.ts
 *   IDs repeat after archiving                          here
 *   a lock of one shell cannot be released in the next  dropin-functions.test.ts; bash-edition.test.ts
 *   a full disk: exit 0                                 here; bash-edition.test.ts
 */
import { describe, expect, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, layProject, until, type Project, type Vars } from "../hooks/project.ts";
import { faults, locks } from "../hooks/state.ts";
import { coord } from "./cli.ts";
import { head, script, tool, toolPath } from "./dropin.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;
const B = { env: { COORD_INSTANCE_ID: "agent-b" } } as const;

interface Ended {
  readonly code: number;
  readonly out: string;
}

/** Starts `argv` so often that all wait for one word, gives it to all, and tells how each ended. */
async function atOnce(
  project: Project,
  count: number,
  argv: (at: number) => readonly string[],
  env: (at: number) => Vars,
) {
  const wait = 'read -r _; exec "$@"';
  const children = Array.from({ length: count }, (_, at) =>
    Bun.spawn(["bash", "-c", wait, "bash", ...argv(at)], {
      cwd: project.dir,
      env: { ...project.env, ...env(at) },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
      timeout: 30_000,
    }),
  );
  for (const child of children) {
    await child.stdin.write("go\n");
    await child.stdin.end();
  }
  return Promise.all(
    children.map(async (child): Promise<Ended> => {
      const out = await new Response(child.stdout).text();
      return { code: await child.exited, out };
    }),
  );
}

/** What is wrong with how a contest for one file ended; undefined: nothing. */
function contestFault(ended: readonly Ended[]): string | undefined {
  const codes = ended.map(({ code }) => code);
  const winners = codes.filter((code) => code === 0).length;
  const others = codes.filter((code) => code !== 0 && code !== 10);
  return winners === 1 && others.length === 0 ? undefined : `${winners} winners, ${others.length} that failed`;
}

/** What is wrong with the IDs that were given. */
function idFault(ended: readonly Ended[]): string | undefined {
  const ids = new Set(ended.flatMap(({ out }) => out.match(/DEC-[\w-]+/g) ?? []));
  return ids.size === ended.length ? undefined : `${ids.size} IDs for ${ended.length} decisions`;
}

/** The bash edition in a few lines: it looks, and then it acts. */
const LOOK_THEN_ACT = '#!/bin/bash\n[ -e "$2.lock" ] && exit 10\nsleep 0.3\ntouch "$2.lock"\n';
const COUNT_THEN_ADD =
  '#!/bin/bash\nn=$(cat log 2>/dev/null | wc -l)\nsleep 0.3\necho "$*" >> log\nprintf "DEC-20260101-%04d\\n" "$n"\n';

function broken(project: Project, text: string): string {
  project.write("broken", text);
  chmodSync(project.path("broken"), 0o755);
  return project.path("broken");
}

const RACERS = 20;
const racer = (at: number): Vars => ({ COORD_INSTANCE_ID: `racer-${at}` });

test("of 20 processes that lock one free file exactly one wins, by the command and by the function", async () => {
  using project = layProject();
  const lock = toolPath(project, "coord-lock");
  for (let round = 0; round < 3; round += 1) {
    expect(contestFault(await atOnce(project, RACERS, () => [lock, "acquire", `f${round}`], racer))).toBeUndefined();
    const call = ["bash", "-c", `${head(project)}coord_acquire_lock g${round}`];
    expect(contestFault(await atOnce(project, RACERS, () => call, racer))).toBeUndefined();
  }
  expect(locks(project.state).length).toBe(6);
  expect(faults(project.state)).toEqual([]);
}, 60_000);

test("one that looks first and locks then has several winners, which the test above would see", async () => {
  using project = layProject();
  const mutant = broken(project, LOOK_THEN_ACT);
  expect(contestFault(await atOnce(project, RACERS, () => [mutant, "acquire", "f"], racer))).toMatch(/winners/);
}, 30_000);

const adding = (program: string) => (at: number) => [
  program,
  "add",
  "--category=testing",
  `--title=Decision ${at}`,
  "--description=At once",
];

test("50 decisions at once get 50 IDs, and all are in the log", async () => {
  using project = layProject();
  const ended = await atOnce(project, 50, adding(toolPath(project, "coord-decisions")), racer);
  expect(ended.map(({ code }) => code)).toEqual(Array.from({ length: 50 }, () => 0));
  expect(idFault(ended)).toBeUndefined();
  const listed = tool(project, "coord-decisions", ["list", "--limit=100"]).out;
  for (let at = 0; at < 50; at += 1) expect(listed).toContain(`] Decision ${at}\n`);
}, 60_000);

test("one that counts first and adds then gives the same IDs, which the test above would see", async () => {
  using project = layProject();
  expect(idFault(await atOnce(project, 50, adding(broken(project, COUNT_THEN_ADD)), racer))).toMatch(/IDs for 50/);
}, 30_000);

test("empty files in the state are no dead end: a lock that cannot be read bars for as long as it may last, no longer", async () => {
  using project = layProject();
  project.configure({ ttl: "1s", stale_after: "1s" });
  tool(project, "coord-lock", ["acquire", "a.ts"], A);
  for (const folder of ["files", "heartbeats", "locks"]) {
    for (const name of readdirSync(join(project.state, folder))) writeFileSync(join(project.state, folder, name), "");
  }
  for (const name of ["work-registry.json", "decision-log.json"]) writeFileSync(join(project.state, name), "");
  expect(tool(project, "coord-status", ["-v"]).code).toBe(0);
  expect(tool(project, "coord-lock", ["list"]).code).toBe(0);
  await until("the lock is over", () => tool(project, "coord-lock", ["acquire", "a.ts"], A).code === 0);
  expect(tool(project, "coord-decisions", ["list"]).code).toBe(0);
  const all =
    "coord_init; coord_register_instance t r; coord_log_decision testing t d; coord_query_decisions; coord_get_work";
  expect(script(project, all, A).code).toBe(0);
});

test("a check heeds expiry", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "--ttl", "200ms"], A);
  expect(tool(project, "coord-lock", ["check", "a.ts"], B).code).toBe(10);
  await until("the lock is over", () => tool(project, "coord-lock", ["check", "a.ts"], B).code === 0);
  expect(tool(project, "coord-lock", ["check", "a.ts"], A)).toMatchObject({ code: 11, err: "" });
});

for (const text of ['say "hi"', "it's", '"}],"locks":[{"x":"', "$(touch x)`touch x`; rm -rf .", "new\nline", "\\"]) {
  test(`${JSON.stringify(text)} as name and intent is one lock and injects nothing`, () => {
    using project = layProject();
    expect(tool(project, "coord-lock", ["acquire", text, text], A).code).toBe(0);
    expect(tool(project, "coord-lock", ["acquire", text], B).code).toBe(10);
    expect(tool(project, "coord-status", ["-v"]).out).toContain("Total File Locks: 1\n");
    expect(tool(project, "coord-lock", ["release", text], A).code).toBe(0);
    expect(readdirSync(project.dir).toSorted()).toEqual([".claude", ".git"]);
    expect(faults(project.state)).toEqual([]);
  });
}

test("a path of 224 bytes is locked when it says so", () => {
  using project = layProject();
  const path = `${"d".repeat(110)}/${"f".repeat(113)}`;
  expect(tool(project, "coord-lock", ["acquire", path], A).code).toBe(0);
  expect(tool(project, "coord-lock", ["acquire", path], B).code).toBe(10);
});

test("a new file by relative and by absolute path is one lock", () => {
  using project = layProject({ files: { "src/x": "" } });
  expect(tool(project, "coord-lock", ["acquire", "new.ts"], { ...A, cwd: project.path("src") }).code).toBe(0);
  expect(tool(project, "coord-lock", ["acquire", project.path("src/new.ts")], B).code).toBe(10);
  expect(script(project, "coord_check_lock src/../src/new.ts", B).code).toBe(10);
});

test("heartbeats renew locks, and one that had none comes to an end", async () => {
  using project = layProject();
  project.configure({ ttl: "1s", stale_after: "1s" });
  script(project, "coord_acquire_lock a.ts", A);
  script(project, "coord_acquire_lock other.ts", B);
  await until("a lock without heartbeats is over", () => {
    expect(script(project, "coord_heartbeat", A).code).toBe(0);
    return script(project, "coord_check_lock other.ts", A).code === 0;
  });
  expect(script(project, "coord_check_lock a.ts", B).code).toBe(10);
});

test("a session whose lease is over is not swept while it lives, and comes back", async () => {
  using project = layProject();
  project.configure({ stale_after: "1s", ttl: "1s" });
  const client = project.client();
  const env = { CLAUDE_CODE_SESSION_ID: "s1", CLAUDE_PID: String(client.pid) };
  const id = script(project, "coord_register_instance t r", { env }).out.trim();
  const shown = (): string => coord(project, ["instance", "show", id]).out;
  await until("the lease is over", () => shown().includes("Status: idle"));
  expect(script(project, "coord_cleanup_stale_instances")).toMatchObject({ code: 0, out: "0\n" });
  expect(script(project, "coord_heartbeat; coord_acquire_lock a.ts", { env })).toMatchObject({ code: 0, err: "" });
  expect(shown()).toContain("Status: active");
});

test("IDs do not repeat after the log was archived as documented", () => {
  using project = layProject();
  const logged = () => script(project, "coord_log_decision testing t d", A).out.trim();
  const before = [logged(), logged(), logged()];
  const log = join(project.state, "decision-log.json");
  writeFileSync(join(project.state, "decision-log-archive-20260101.json"), readFileSync(log));
  const short = script(
    project,
    `printf '{"schema_version":"1.0.0","log_created_at":"","decisions":[]}' > "${log}.tmp"`,
  );
  expect(short.code).toBe(0);
  renameSync(`${log}.tmp`, log);
  const after = [logged(), logged()];
  expect(new Set([...before, ...after].map((id) => id.slice(0, -7))).size).toBe(5);
  for (const id of [...before, ...after]) expect(tool(project, "coord-decisions", ["query", id]).code).toBe(0);
});

/** A file system of its own, small enough to be filled, in a mount namespace of its own. */
const SMALL = ["unshare", "--mount", "bash", "-c"];
const canMount = Bun.spawnSync([...SMALL, "mount -t tmpfs none /mnt"], { stderr: "ignore" }).exitCode === 0;

describe("a full disk", () => {
  test.skipIf(!canMount)("is no success of any command or function that had something to store", () => {
    using project = layProject({ state: false, git: false });
    const tried = [
      "$bin/coord-lock acquire b.ts",
      "$bin/coord-decisions add --category=testing --title=t --description=d",
      "coord_acquire_lock b.ts",
      "coord_log_decision testing t d",
      "(unset INSTANCE_ID; COORD_INSTANCE_ID=new coord_register_instance t r)",
    ];
    const lines = [
      `mount -t tmpfs -o size=640k,mode=700 none "$0" && cd "$0" && "$1" init >/dev/null || exit 90`,
      "export COORD_INSTANCE_ID=a; bin=.claude/coordination/bin; source .claude/coordination/lib/coordination.sh",
      "coord_acquire_lock a.ts || exit 91",
      "cat /dev/zero > fill 2>/dev/null",
      ...tried.map((line, at) => `${line} >/dev/null 2>err.$$ && exit ${100 + at}`),
      "rm fill; coord_acquire_lock b.ts && $bin/coord-lock list",
    ];
    const { exitCode, stdout } = Bun.spawnSync([...SMALL, lines.join("\n"), project.dir, BINARY], {
      env: project.env,
      cwd: "/",
    });
    expect([exitCode, stdout.toString()]).toEqual([0, expect.stringContaining("Total: 2 lock(s)")]);
  });
});
