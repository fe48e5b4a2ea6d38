/** `coord instance` and `coord status`: DESIGN section 4. */
import { expect, test } from "bun:test";
import { HIDDEN } from "../hooks/hook.ts";
import { layProject, runIn, BINARY, until } from "../hooks/project.ts";
import { instanceOf, session } from "../hooks/session.ts";
import { instanceIds, leftovers } from "../hooks/state.ts";
import { coord, instancesSchema, json, jsonError, registerSchema, statusSchema } from "./cli.ts";

const register = (task: string, role = "r"): readonly string[] => [
  "instance",
  "register",
  "--task",
  task,
  "--role",
  role,
];

test("register answers the ID, by --as, COORD_INSTANCE_ID, the session's or the shell's", () => {
  using project = layProject();
  const id = (words: readonly string[], env = {}): string => json(project, registerSchema, words, { env }).instance_id;
  expect(id([...register("t"), "--as", "a.b-c_d@e"])).toBe("a.b-c_d@e");
  expect(id(register("t"), { COORD_INSTANCE_ID: "from-env" })).toBe("from-env");
  expect(id(register("t"), { CLAUDE_CODE_SESSION_ID: "s1" })).toBe(instanceOf("s1"));
  expect(id(register("t"), { USER: "me" })).toMatch(new RegExp(`^cli-me-${process.pid}-\\d+$`));
  expect(coord(project, register("t"), { env: { COORD_INSTANCE_ID: "x" } }).out).toBe("x\n");
});

test("a shell is one instance, also when its last command takes its place", () => {
  using project = layProject();
  const type = (line: string): number | null =>
    Bun.spawnSync(["bash", "-c", line], { cwd: project.dir, env: project.env, stdin: "ignore" }).exitCode;
  expect(type(`${BINARY} lock acquire a.ts && exec ${BINARY} lock release a.ts`)).toBe(0);
  expect(type(`${BINARY} lock acquire a.ts && exec ${BINARY} lock check a.ts`)).toBe(0);
  expect(type(`${BINARY} lock acquire a.ts && sh -c '${BINARY} lock release a.ts; exit $?'; exit $?`)).toBe(10);
});

for (const id of ["", ".hidden", "../x", "a/b", "a b", "a\nb", "ü", "x".repeat(129)]) {
  test(`${JSON.stringify(id.slice(0, 20))} is no instance ID`, () => {
    using project = layProject();
    expect(jsonError(project, [...register("t"), "--as", id]).exit_code).toBe(2);
    expect(instanceIds(project.state)).toEqual([]);
  });
}

test("a task is at most 200 characters, and a longer one is refused, not cut", () => {
  using project = layProject();
  expect(coord(project, [...register("ä".repeat(200)), "--as", "a"]).code).toBe(0);
  expect(jsonError(project, [...register("ä".repeat(201)), "--as", "b"]).message).toContain("200");
});

test("what registering again does not name stays, and a hook's session is found by the shell of that session", async () => {
  using project = layProject();
  const a = session(project);
  await a.start();
  await a.prompt("From the prompt");
  const where = { env: { CLAUDE_CODE_SESSION_ID: a.sessionId, CLAUDE_PID: String(a.client.pid) } };
  coord(project, register("By hand", "architect"), where);
  await a.prompt("Another prompt");
  const { instances } = json(project, instancesSchema, ["instance", "list"]);
  expect(instances).toMatchObject([{ instance_id: a.id, task: "By hand", agent_role: "architect" }]);
  expect(json(project, registerSchema, ["instance", "show"], where).instance_id).toBe(a.id);
});

test("heartbeat, unregister and show of one who is not registered are 13, and register nobody", () => {
  using project = layProject();
  for (const words of [["heartbeat"], ["unregister"], ["show"], ["show", "nobody"]]) {
    const error = jsonError(project, ["instance", ...words, "--as", "ghost"]);
    expect(error).toMatchObject({ code: "STALE_INSTANCE", exit_code: 13 });
  }
  expect(instanceIds(project.state)).toEqual([]);
});

test("an instance without a process is stale when its lease is over: heartbeat is 13, and cleanup forgets it", async () => {
  using project = layProject();
  project.configure({ stale_after: "300ms" });
  coord(project, [...register("t"), "--as", "a"]);
  expect(coord(project, ["instance", "heartbeat", "--as", "a"]).code).toBe(0);
  await until("the lease is over", () => coord(project, ["instance", "show", "a"]).code === 13);
  expect(jsonError(project, ["instance", "heartbeat", "--as", "a"]).exit_code).toBe(13);
  expect(json(project, statusSchema, ["status"])).toMatchObject({
    totals: { instances: 0 },
    instances: [{ status: "stale" }],
  });
  coord(project, ["lock", "cleanup"]);
  expect(leftovers(project.state)).toEqual([]);
});

test("an instance whose process lives is idle when its lease is over, is kept by cleanup, and comes back", async () => {
  using project = layProject();
  project.configure({ stale_after: "200ms", ttl: "200ms" });
  const client = project.client();
  coord(project, [...register("t"), "--as", "a", "--pid", String(client.pid)]);
  const status = (): string | undefined => json(project, statusSchema, ["status"]).instances[0]?.status;
  await until("the lease is over", () => status() === "idle");
  expect(json(project, statusSchema, ["status"]).totals.instances).toBe(1);
  coord(project, ["lock", "cleanup"]);
  expect(instanceIds(project.state)).toEqual(["a"]);
  await client.kill();
  expect(json(project, statusSchema, ["status"])).toMatchObject({ instances: [], totals: { instances: 0, locks: 0 } });
});

test("unregister releases what it held, its subagents' locks too", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const a = session(project);
  await a.write("a.ts", "1\n");
  await a.subagent("x1").write("b.ts", "1\n");
  expect(coord(project, ["instance", "unregister", "--as", a.id]).code).toBe(0);
  expect(leftovers(project.state)).toEqual([]);
});

test("a subagent acts by the ID that it was told", async () => {
  using project = layProject();
  const sub = session(project).subagent("x1");
  await sub.start();
  const where = { env: { CLAUDE_CODE_SESSION_ID: sub.sessionId, CLAUDE_PID: String(sub.client.pid) } };
  expect(coord(project, ["lock", "acquire", "a.ts", "--as", sub.id], where).code).toBe(0);
  expect(coord(project, ["lock", "acquire", "a.ts"], where).code).toBe(10);
});

test("status prints the known layout", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  project.git("switch", "-q", "-c", "feature/x");
  const a = session(project);
  await a.prompt("Do it");
  await a.write("src/a.ts", "1\n");
  const { out, err, code } = coord(project, ["status"]);
  expect([code, err]).toEqual([0, ""]);
  const heartbeat = /Last Heartbeat: (\S+)/.exec(out)?.[1] ?? "";
  expect(heartbeat).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const bar = "=".repeat(38);
  const lines = [bar, "  Claude Code Coordination Status", bar, "", "Active Instances: 1", "", `Instance: ${a.id}`];
  lines.push("  Role: main", "  Task: Do it", "  Branch: feature/x", "  Status: active", "  Files Locked: 1");
  lines.push(`  Last Heartbeat: ${heartbeat}`, "  Locked Files:", "    - src/a.ts", "", "-".repeat(38));
  lines.push("Total File Locks: 1", "Total Decisions Logged: 0", bar, "");
  expect(out.split("\n")).toEqual(lines);
  expect(coord(project, ["status", "--verbose"]).out).toContain("Lock Details:");
});

test("nothing from the state reaches a terminal unescaped", async () => {
  using project = layProject();
  project.configure({ hold: "session" });
  const hostile = "\u001b[31mred\r\b\u009b1m \u202ertl\u2066 \u200b\u0007\u{e0041}";
  coord(project, [...register(hostile, hostile), "--as", "a"]);
  coord(project, ["lock", "acquire", `f${hostile}.ts`, "--intent", hostile, "--as", "a"]);
  const commands = [
    ["status", "--verbose"],
    ["status", "--json"],
    ["lock", "list"],
    ["lock", "list", "--json"],
    ["instance", "list"],
  ];
  commands.push(
    ["instance", "show", "a"],
    ["lock", "check", `f${hostile}.ts`],
    ["lock", "acquire", `f${hostile}.ts`, "--as", "b"],
  );
  for (const words of commands) {
    const { out, err } = coord(project, words);
    expect(`${out}${err}`).not.toMatch(HIDDEN);
    expect(`${out}${err}`).toContain("1b");
  }
  // As given in the data, shown escaped: what is parsed is the whole text.
  expect(json(project, instancesSchema, ["instance", "list"]).instances[0]?.task).toBe(hostile);
});

test("a reader that has seen enough is no error", () => {
  using project = layProject();
  const command = `"${BINARY}" status | head -1; "${BINARY}" --help | head -1`;
  expect(runIn(project.dir, project.env, ["bash", "-o", "pipefail", "-c", command])).toStartWith("=".repeat(38));
});
