/** `coord lock`: exit codes and `--json` of DESIGN section 4. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { layProject, until } from "../hooks/project.ts";
import { entries, events, faults, writers } from "../hooks/state.ts";
import { locksSchema, checkSchema, cleanupSchema, coord, coordAsync, json, jsonError } from "./cli.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;
const B = { env: { COORD_INSTANCE_ID: "agent-b" } } as const;

test("acquire takes a lock and shows all of it; list shows the same; release gives it back", () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  const { locks } = json(project, locksSchema, ["lock", "acquire", "a.ts", "--intent", "rename"], A);
  expect(locks).toMatchObject([
    { file_path: "a.ts", kind: "claim", intent: "rename", file_hash: "e5fa44f2b31c1fb553b6021e7360d07d5d91ff5e" },
  ]);
  expect(locks[0]?.locked_by.instance_id).toBe("agent-a");
  expect(json(project, locksSchema, ["lock", "list"]).locks).toMatchObject([{ lock_id: locks[0]?.lock_id ?? "" }]);
  expect(coord(project, ["lock", "release", "a.ts"], A).code).toBe(0);
  expect(json(project, locksSchema, ["lock", "list"]).locks).toEqual([]);
  expect(faults(project.state)).toEqual([]);
});

test("what I wrote under my lock is a change to verify, until I acquire again, which others see as my write", () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  json(project, locksSchema, ["lock", "acquire", "a.ts"], A);
  writeFileSync(project.path("a.ts"), "2\n");
  const { out, code } = coord(project, ["lock", "verify", "a.ts"], A);
  expect([code, out]).toEqual([12, expect.stringContaining("To take note of what you wrote yourself: coord lock")]);
  const [again] = json(project, locksSchema, ["lock", "acquire", "a.ts"], A).locks;
  expect(coord(project, ["lock", "verify", "a.ts", "--fence", String(again?.fence)], A).code).toBe(0);
  expect(writers(project.state, "a.ts")).toEqual(["agent-a"]);
});

test("acquire tells what others have changed since, of a file that I held before", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  json(project, locksSchema, ["lock", "acquire", "a.ts"], B);
  coord(project, ["lock", "release", "a.ts"], B);
  expect(coord(project, ["lock", "acquire", "a.ts", "--ttl", "100ms"], A).out).not.toContain("Read it first");
  await until("the lock is over", () => coord(project, ["lock", "check", "a.ts"], A).code === 11);
  json(project, locksSchema, ["lock", "acquire", "a.ts"], B);
  writeFileSync(project.path("a.ts"), "2\n");
  coord(project, ["lock", "release", "a.ts"], B);
  expect(coord(project, ["lock", "acquire", "a.ts"], A).out).toContain("Read it first: a.ts was changed by agent-b");
});

test("a file that is not there has a hash of zeros", () => {
  using project = layProject();
  expect(json(project, locksSchema, ["lock", "acquire", "new.ts"], A).locks[0]?.file_hash).toBe("0".repeat(40));
});

test("acquire of what another holds is refused with 10, the holders, and a command that runs", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a b.ts", "--intent", "mine"], A);
  const { code, exit_code, holders, hint, queue_position } = jsonError(project, ["lock", "acquire", "a b.ts"], B);
  expect([code, exit_code, queue_position]).toEqual(["LOCK_HELD", 10, null]);
  expect(holders).toMatchObject([{ file_path: "a b.ts", intent: "mine", locked_by: { instance_id: "agent-a" } }]);
  const [, words = ""] = /^coord (.+)$/.exec(hint) ?? [];
  expect(words).toBe("lock wait 'a b.ts' --timeout 60s");
  const waiting = coordAsync(project, ["lock", "wait", "a b.ts", "--timeout", "60s"], B);
  coord(project, ["lock", "release", "a b.ts"], A);
  expect((await waiting).code).toBe(0);
});

test("several paths are locked all or none", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "b.ts"], A);
  expect(coord(project, ["lock", "acquire", "a.ts", "b.ts", "c.ts"], B).code).toBe(10);
  const held = json(project, locksSchema, ["lock", "list"]).locks.map((lock) => lock.file_path);
  expect(held).toEqual(["b.ts"]);
  expect(json(project, locksSchema, ["lock", "acquire", "c.ts", "d.ts", "./d.ts"], B).locks).toHaveLength(2);
});

test("acquiring again renews what is mine, and changes nobody else's mind", () => {
  using project = layProject();
  const first = json(project, locksSchema, ["lock", "acquire", "a.ts"], A).locks[0];
  const again = json(project, locksSchema, ["lock", "acquire", "a.ts", "--ttl", "1h"], A).locks[0];
  expect(again?.lock_id).toBe(first?.lock_id ?? "");
  expect(Date.parse(again?.expires_at ?? "")).toBeGreaterThan(Date.parse(first?.expires_at ?? ""));
});

test("check tells free, mine, held and changed apart", () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  const check = (where: typeof A | typeof B, code: number) =>
    json(project, checkSchema, ["lock", "check", "a.ts"], where, code);
  expect(check(A, 0)).toMatchObject({ file_path: "a.ts", state: "free", lock: null });
  coord(project, ["lock", "acquire", "a.ts"], A);
  expect(check(A, 0)).toMatchObject({ state: "mine", lock: { locked_by: { instance_id: "agent-a" } } });
  expect(check(B, 10)).toMatchObject({ state: "held", lock: { locked_by: { instance_id: "agent-a" } } });
  project.write("a.ts", "2\n");
  expect(check(A, 12)).toMatchObject({ state: "changed" });
});

test("a lock that has ended by time is 11 while nobody has had it since, and 12 after", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "b.ts", "--ttl", "300ms"], A);
  const expired = (): boolean => coord(project, ["lock", "check", "a.ts"], A).code === 11;
  await until("the lock is over", expired);
  expect(json(project, checkSchema, ["lock", "check", "a.ts"], A, 11)).toMatchObject({ state: "expired", lock: null });
  expect(coord(project, ["lock", "check", "a.ts"], B).code).toBe(0);
  coord(project, ["lock", "acquire", "b.ts"], B);
  expect(json(project, checkSchema, ["lock", "check", "b.ts"], A, 12)).toMatchObject({ state: "changed" });
  expect(jsonError(project, ["lock", "release", "a.ts"], A)).toMatchObject({ code: "LOCK_EXPIRED", exit_code: 11 });
  const lost = jsonError(project, ["lock", "release", "b.ts"], A);
  expect(lost).toMatchObject({ code: "CONFLICT", exit_code: 12 });
  expect(lost.message).toContain("agent-b");
});

test("cleanup by anybody does not blur who held what", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "--ttl", "200ms"], A);
  await until("the lock is over", () => coord(project, ["lock", "check", "a.ts"], A).code === 11);
  coord(project, ["lock", "cleanup"], B);
  expect(entries(`${project.state}/locks`)).toEqual([]);
  expect(coord(project, ["lock", "check", "a.ts"], A).code).toBe(11);
});

test("release of what is free is 0, of another's 10, and of several each is released that can be", () => {
  using project = layProject();
  expect(coord(project, ["lock", "release", "free.ts"], A).code).toBe(0);
  coord(project, ["lock", "acquire", "a.ts", "b.ts"], A);
  coord(project, ["lock", "acquire", "c.ts"], B);
  expect(coord(project, ["lock", "release", "c.ts"], A).code).toBe(10);
  expect(coord(project, ["lock", "release", "a.ts", "c.ts", "b.ts"], A).code).toBe(10);
  expect(json(project, locksSchema, ["lock", "list"]).locks.map((lock) => lock.file_path)).toEqual(["c.ts"]);
  coord(project, ["lock", "acquire", "d.ts"], B);
  expect(coord(project, ["lock", "release", "--all"], B).code).toBe(0);
  expect(json(project, locksSchema, ["lock", "list"]).locks).toEqual([]);
});

test("wait returns when the path is free and takes nothing; after its time it is 10", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  expect(jsonError(project, ["lock", "wait", "a.ts", "--timeout", "50ms"], B)).toMatchObject({ code: "LOCK_HELD" });
  const waiting = coordAsync(project, ["lock", "wait", "a.ts", "--timeout", "14s"], B);
  coord(project, ["lock", "release", "a.ts"], A);
  expect((await waiting).code).toBe(0);
  expect(json(project, locksSchema, ["lock", "list"]).locks).toEqual([]);
  expect(coord(project, ["lock", "wait", "a.ts", "--timeout", "0s"], B).code).toBe(0);
});

test("a lock never outlives the process of its holder", async () => {
  using project = layProject();
  const client = project.client();
  const where = { env: { CLAUDE_CODE_SESSION_ID: "s1", CLAUDE_PID: String(client.pid) } };
  coord(project, ["lock", "acquire", "a.ts", "--ttl", "1h"], where);
  expect(coord(project, ["lock", "acquire", "a.ts"], B).code).toBe(10);
  await client.kill();
  expect(coord(project, ["lock", "acquire", "a.ts"], B).code).toBe(0);
  expect(events(project.state, "took_over")).toMatchObject([{ instance: "agent-b", path: "a.ts" }]);
});

test("cleanup names what it removed", async () => {
  using project = layProject();
  const client = project.client();
  const register = ["instance", "register", "--task", "t", "--role", "r", "--as", "gone", "--pid", String(client.pid)];
  expect(coord(project, register).code).toBe(0);
  coord(project, ["lock", "acquire", "a.ts", "--as", "gone"]);
  await client.kill();
  expect(json(project, cleanupSchema, ["lock", "cleanup"])).toMatchObject({
    removed_instances: ["gone"],
    removed_locks: ["a.ts"],
  });
  expect(json(project, cleanupSchema, ["lock", "cleanup"])).toMatchObject({ removed_instances: [], removed_locks: [] });
});

for (const path of ["", "dir", "dir/", "x".repeat(256), `${"d/".repeat(2100)}x`, ".claude/coordination/x"]) {
  test(`acquire refuses ${JSON.stringify(path.slice(0, 30))} with 2 and says why`, () => {
    using project = layProject({ files: { "dir/x": "" } });
    const { code, message } = jsonError(project, ["lock", "acquire", path], A);
    expect(code).toBe("USAGE");
    expect(message.length).toBeLessThan(300);
    expect(entries(`${project.state}/locks`)).toEqual([]);
  });
}

test("commands without a state folder say how to get one, and exit with 1", () => {
  using project = layProject({ state: false });
  for (const words of [
    ["lock", "acquire", "a.ts"],
    ["lock", "list"],
    ["lock", "cleanup"],
    ["instance", "list"],
    ["status"],
  ]) {
    expect(jsonError(project, words)).toMatchObject({
      code: "STATE_MISSING",
      exit_code: 1,
      hint: expect.stringContaining("coord init"),
    });
  }
  expect(project.has(".claude")).toBe(false);
});
