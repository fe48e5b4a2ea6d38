/** `coord lock wait` and `acquire --wait`, as other processes see them. */
import { expect, test } from "bun:test";
import { readlinkSync } from "node:fs";
import { BINARY, layProject, until, type Project } from "../hooks/project.ts";
import { entries, events, faults, locks } from "../hooks/state.ts";
import { coord, coordAsync, json, jsonError, locksSchema } from "./cli.ts";

const A = { env: { COORD_INSTANCE_ID: "agent-a" } } as const;
const B = { env: { COORD_INSTANCE_ID: "agent-b" } } as const;

const refusals = (project: Project): number => events(project.state, "held").length;

test("eight who wait for one path all return when it is released", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  const waiting = Array.from({ length: 8 }, (_, i) =>
    coordAsync(project, ["lock", "wait", "a.ts", "--timeout", "14s", "--as", `waiter-${i}`]),
  );
  coord(project, ["lock", "release", "a.ts"], A);
  expect((await Promise.all(waiting)).map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0));
  expect(locks(project.state)).toEqual([]);
});

test("acquire --wait takes several paths as soon as all are free", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts", "b.ts"], A);
  const waiting = coordAsync(project, ["lock", "acquire", "a.ts", "b.ts", "--wait", "14s"], B);
  await until("it was refused once", () => refusals(project) > 0);
  coord(project, ["lock", "release", "b.ts"], A);
  expect(locks(project.state)).toEqual(["a.ts claim agent-a"]);
  coord(project, ["lock", "release", "a.ts"], A);
  expect((await waiting).code).toBe(0);
  expect(locks(project.state)).toEqual(["a.ts claim agent-b", "b.ts claim agent-b"]);
});

test("of eight who acquire --wait each gets its turn", async () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  const turns = Array.from({ length: 8 }, async (_, i) => {
    const as = ["--as", `turn-${i}`];
    const { code } = await coordAsync(project, ["lock", "acquire", "a.ts", "--wait", "14s", ...as]);
    return [code, coord(project, ["lock", "release", "a.ts", ...as]).code];
  });
  await until("all were refused once", () => refusals(project) >= 8);
  coord(project, ["lock", "release", "a.ts"], A);
  expect(await Promise.all(turns)).toEqual(Array.from({ length: 8 }, () => [0, 0]));
  expect(faults(project.state)).toEqual([]);
});

test("a wait ends when the process of the holder does", async () => {
  using project = layProject();
  const client = project.client();
  const register = ["instance", "register", "--task", "t", "--role", "r", "--as", "agent-c"];
  coord(project, [...register, "--pid", String(client.pid)]);
  coord(project, ["lock", "acquire", "a.ts", "--as", "agent-c"]);
  const waiting = coordAsync(project, ["lock", "acquire", "a.ts", "--wait", "14s"], B);
  await until("it was refused once", () => refusals(project) > 0);
  await client.kill();
  expect((await waiting).code).toBe(0);
});

test("what waited in vain says what it wanted, for how long, and who holds it", () => {
  using project = layProject();
  coord(project, ["lock", "acquire", "a.ts"], A);
  const waited = jsonError(project, ["lock", "wait", "a.ts", "--timeout", "50ms"], B);
  expect(waited).toMatchObject({ code: "LOCK_HELD", exit_code: 10 });
  expect(waited.message).toStartWith('Waited 50ms for "a.ts": still held by agent-a since ');
  const acquired = jsonError(project, ["lock", "acquire", "b.ts", "a.ts", "--wait", "50ms"], B);
  expect(acquired).toMatchObject({ code: "LOCK_HELD", exit_code: 10, holders: [{ file_path: "a.ts" }] });
  expect(acquired.message).toStartWith('Cannot lock "a.ts" after waiting 50ms: still held by agent-a since ');
});

for (const words of [
  ["lock", "acquire", "a.ts", "b.ts", "--wait", "60s"],
  ["lock", "wait", "a.ts", "--timeout", "60s"],
]) {
  test(`Ctrl-C ends ${words.join(" ")} as a signal does, and leaves nothing behind`, async () => {
    using project = layProject();
    coord(project, ["lock", "acquire", "a.ts"], A);
    const child = Bun.spawn([BINARY, ...words, "--as", "agent-b"], {
      cwd: project.dir,
      env: project.env,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    // It waits once it watches, which is after every handler is in place.
    await until("it watches", () => watches(child.pid));
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(child.signalCode).toBe("SIGINT");
    expect(json(project, locksSchema, ["lock", "list"]).locks.map((lock) => lock.file_path)).toEqual(["a.ts"]);
    expect(faults(project.state)).toEqual([]);
  });
}

/** True once the process has an inotify descriptor; where the system does not tell, true after it has started. */
function watches(pid: number): boolean {
  if (process.platform !== "linux") return true;
  return entries(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).includes("inotify");
    } catch {
      return false; // closed meanwhile
    }
  });
}
