/** The faults of the predecessor, each as a test: BASH_EDITION.md section 4. Those of hooks are in test/hooks. */
import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, layProject, until } from "../hooks/project.ts";
import { session } from "../hooks/session.ts";
import { faults, instanceIds, instances, locks } from "../hooks/state.ts";
import { locksSchema, coord, coordAsync, instancesSchema, json } from "./cli.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;
const B = { env: { COORD_INSTANCE_ID: "agent-b" } } as const;

test("of 20 processes at once on one free file exactly one wins, in every round", async () => {
  using project = layProject();
  for (let round = 0; round < 5; round += 1) {
    const ids = Array.from({ length: 20 }, (_, i) => `agent-${round}-${i}`);
    const ran = await Promise.all(ids.map((id) => coordAsync(project, ["lock", "acquire", `f${round}`, "--as", id])));
    const codes = ran.map(({ code }) => code ?? -1).toSorted((a, b) => a - b);
    expect(codes).toEqual([0, ...Array.from({ length: 19 }, () => 10)]);
    const winner = ids[ran.findIndex(({ code }) => code === 0)];
    expect(locks(project.state)).toContain(`f${round} claim ${winner}`);
  }
  expect(faults(project.state)).toEqual([]);
}, 30_000);

test("an empty JSON file is no dead end", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  for (const folder of ["files", "heartbeats"]) {
    for (const name of readdirSync(join(project.state, folder))) writeFileSync(join(project.state, folder, name), "");
  }
  expect(coord(project, ["lock", "acquire", "b.ts"], A).code).toBe(0);
  expect(coord(project, ["lock", "list"]).code).toBe(0);
  expect(coord(project, ["status"]).code).toBe(0);
  expect(coord(project, ["lock", "cleanup"]).code).toBe(0);
  expect(coord(project, ["lock", "release", "a.ts", "b.ts"], A).code).toBe(0);
});

test("list exits with 0 when there is a lock", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  expect(coord(project, ["lock", "list"])).toMatchObject({ code: 0, out: expect.stringContaining("Total: 1 lock(s)") });
});

test("two sessions of one checkout are two, and the end of one leaves the other", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const [a, b] = [session(project), session(project)];
  await a.write("a.ts", "1\n");
  await b.write("b.ts", "1\n");
  await a.end();
  expect(instanceIds(project.state)).toEqual([b.id]);
  expect(locks(project.state)).toEqual([`b.ts session ${b.id}`]);
});

test("a check does not ignore expiry", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "--ttl", "200ms"], A);
  expect(coord(project, ["lock", "check", "a.ts"], B).code).toBe(10);
  await until("the lock is over", () => coord(project, ["lock", "check", "a.ts"], B).code === 0);
});

for (const text of ['say "hi"', "it's", '"}],"locks":[{"x":"', "$(touch x)`touch x`; rm -rf .", "new\nline", "\\"]) {
  test(`${JSON.stringify(text)} in a name and an intent is kept as given, and injects nothing`, () => {
    using project = layProject();
    const { locks: taken } = json(project, locksSchema, ["lock", "acquire", text, "--intent", text], A);
    expect(taken).toMatchObject([{ file_path: text, intent: text }]);
    expect(json(project, locksSchema, ["lock", "list"]).locks).toMatchObject([{ file_path: text, intent: text }]);
    expect(coord(project, ["lock", "acquire", text], B).code).toBe(10);
    expect(coord(project, ["lock", "release", text], A).code).toBe(0);
    expect(readdirSync(project.dir).toSorted()).toEqual([".claude", ".git"]);
    expect(faults(project.state)).toEqual([]);
  });
}

test("a path of 224 bytes is locked when it says so", () => {
  using project = layProject();
  const path = `${"d".repeat(110)}/${"f".repeat(113)}`;
  expect(coord(project, ["lock", "acquire", path], A).code).toBe(0);
  expect(coord(project, ["lock", "acquire", path], B).code).toBe(10);
});

test("a new file by relative and by absolute path is one lock", () => {
  using project = layProject({ files: { "src/x": "" } });
  expect(coord(project, ["lock", "acquire", "new.ts"], { ...A, cwd: project.path("src") }).code).toBe(0);
  expect(coord(project, ["lock", "acquire", project.path("src/new.ts")], B).code).toBe(10);
});

test("heartbeats renew locks", async () => {
  using project = layProject();
  project.configure({ ttl: "1s", stale_after: "1s" });
  coord(project, ["lock", "acquire", "a.ts", "old.ts"], A);
  coord(project, ["lock", "acquire", "other.ts", "--ttl", "1s"], B);
  await until("a lock without heartbeats is over", () => {
    expect(coord(project, ["instance", "heartbeat"], A).code).toBe(0);
    return coord(project, ["lock", "check", "other.ts"], A).code === 0;
  });
  expect(coord(project, ["lock", "check", "a.ts"], B).code).toBe(10);
});

test("a recorded process is one that lives", async () => {
  using project = layProject();
  await session(project).start();
  coord(project, ["instance", "register", "--task", "t", "--role", "r"]);
  const pids = instances(project.state).map((record) => record.pid ?? 0);
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
});

test("a session that has long been idle is not swept, and its next write works", async () => {
  using project = layProject();
  project.configure({ stale_after: "1s", ttl: "1s" });
  const a = session(project);
  await a.start();
  const status = (): string | undefined => json(project, instancesSchema, ["instance", "list"]).instances[0]?.status;
  await until("the lease is over", () => status() === "idle");
  coord(project, ["lock", "cleanup"]);
  expect(instanceIds(project.state)).toEqual([a.id]);
  expect((await a.write("a.ts", "1\n")).denied).toBeUndefined();
  expect(status()).toBe("active");
});

test("a lock taken in one shell can be released in the next of the same session", () => {
  using project = layProject();
  const client = project.client();
  const shell = (words: string): number =>
    Bun.spawnSync(["bash", "-c", `"${BINARY}" lock ${words}; exit $?`], {
      cwd: project.dir,
      env: { ...project.env, CLAUDE_CODE_SESSION_ID: "s1", CLAUDE_PID: String(client.pid) },
    }).exitCode;
  expect(shell("acquire a.ts")).toBe(0);
  expect(shell("release a.ts")).toBe(0);
  expect(locks(project.state)).toEqual([]);
});

test("locks taken in one line of a person's shell are still there in the next line", () => {
  using project = layProject();
  const script = `"${BINARY}" lock acquire a.ts && "${BINARY}" lock check a.ts && "${BINARY}" lock release a.ts; exit $?`;
  const { exitCode, stdout } = Bun.spawnSync(["bash", "-c", script], { cwd: project.dir, env: project.env });
  expect(exitCode).toBe(0);
  expect(stdout.toString()).toContain("Yours: a.ts");
});

/** A file system of 64 KiB, in a mount namespace of its own. */
const SMALL = ["unshare", "--mount", "sh", "-c"];
const canMount = Bun.spawnSync([...SMALL, "mount -t tmpfs none /mnt"], { stderr: "ignore" }).exitCode === 0;

test.skipIf(!canMount)("a full disk is an error, and what was there stays", () => {
  using project = layProject({ state: false, git: false });
  const script = [
    `mount -t tmpfs -o size=192k,mode=700 none "$0" && cd "$0" && "$1" init >/dev/null || exit 90`,
    `"$1" lock acquire a.ts --as a >/dev/null || exit 91`,
    `cat /dev/zero > fill 2>/dev/null`,
    `said=$("$1" lock acquire b.ts --as a 2>&1); [ $? = 1 ] || exit 92; echo "$said"`,
    `"$1" lock list | grep -q "File: a.ts" || exit 93; "$1" lock list | grep -q "File: b.ts" && exit 94`,
    `rm fill; "$1" lock acquire b.ts --as a >/dev/null || exit 95; ls .claude/coordination/tmp`,
  ].join("\n");
  const { exitCode, stdout } = Bun.spawnSync([...SMALL, script, project.dir, BINARY], { env: project.env, cwd: "/" });
  expect([exitCode, stdout.toString()]).toEqual([
    0,
    expect.stringMatching(/^Error: .*ENOSPC.*\nNext: .*free some space.*\n$/),
  ]);
});
