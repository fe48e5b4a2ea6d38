/** What no client should send: issue 2, "Bad input". A hook never hangs, never blocks, and says in one line what was wrong. */
import { expect, test } from "bun:test";
import { answerOf, HIDDEN, rawHook, runHook, SILENCE, type Place } from "./hook.ts";
import { BINARY, layProject, type Project } from "./project.ts";
import { session } from "./session.ts";
import { events, faults, leftovers } from "./state.ts";

const VERBS = ["init", "check", "release", "heartbeat", "cleanup"] as const;

function place(project: Project): Place {
  return { cwd: project.dir, env: { ...project.env, CLAUDE_PROJECT_DIR: project.dir } };
}

const event = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  session_id: "s",
  hook_event_name: "PreToolUse",
  tool_name: "Write",
  tool_use_id: "t",
  ...fields,
});

const GARBAGE: readonly (readonly [what: string, input: string | Uint8Array])[] = [
  ["nothing", ""],
  ["a line end", "\n"],
  ["no JSON", "hello"],
  ["half an object", '{"session_id":"s","hook_event_name":"Pre'],
  ["two objects", '{"session_id":"s","hook_event_name":"Stop"}\n{"session_id":"s","hook_event_name":"Stop"}\n'],
  ["a list", "[1,2]"],
  ["a text", '"PreToolUse"'],
  ["null", "null"],
  ["no session", '{"hook_event_name":"PreToolUse"}'],
  ["no event", '{"session_id":"s"}'],
  ["a session that is a number", '{"session_id":1,"hook_event_name":"Stop"}'],
  ["an empty session", '{"session_id":"","hook_event_name":"Stop"}'],
  ["an event that is an object", '{"session_id":"s","hook_event_name":{}}'],
  ["a folder that is a number", '{"session_id":"s","hook_event_name":"Stop","cwd":1}'],
  ["an agent that is a list", '{"session_id":"s","hook_event_name":"Stop","agent_id":[]}'],
  ["a hundred thousand brackets", "[".repeat(100_000)],
  ["deep nesting", `{"session_id":"s","hook_event_name":"Stop","x":${"[".repeat(5000)}${"]".repeat(5000)}}`],
  ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0, 0x80, 10])],
  ["a text of 1 MB with an escape in it", `"\u001b[31m${"x".repeat(1_000_000)}"`],
  ["10 MB of garbage", "x".repeat(10_000_000)],
  ["70 MB", `"${"x".repeat(70_000_000)}"`],
];

for (const [what, input] of GARBAGE) {
  test(`${what} on stdin is answered with one line for the user, and stops nothing`, async () => {
    using project = layProject();
    for (const verb of VERBS) {
      const told = await runHook(verb, input, place(project));
      expect(told.message).toStartWith(`coord: hook ${verb} `);
      expect(told.message?.length).toBeLessThan(700);
      expect(told.message).not.toMatch(HIDDEN);
      expect([told.denied, told.context]).toEqual([undefined, undefined]);
    }
    expect(leftovers(project.state)).toEqual([]);
    expect(faults(project.state)).toEqual([]);
  });
}

/** Writes `first` and holds stdin open: the hook has to end by itself. */
async function heldOpen(project: Project, verb: string, first: string) {
  const child = Bun.spawn([BINARY, "hook", verb], {
    ...place(project),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 15_000,
    killSignal: "SIGKILL",
  });
  if (first !== "") await child.stdin.write(first);
  await child.stdin.flush();
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  return answerOf({ exitCode: child.exitCode, signal: child.signalCode, stdout, stderr }, {});
}

for (const [what, first] of [
  ["nothing", ""],
  ["half an object", '{"session_id":"s"'],
] as const) {
  test(`${what} and then no end of stdin: every hook ends by itself and says so`, async () => {
    using project = layProject();
    const told = await Promise.all(VERBS.map((verb) => heldOpen(project, verb, first)));
    for (const { message, denied } of told) {
      expect(message).toContain("did not end in time");
      expect(denied).toBeUndefined();
    }
  }, 20_000);
}

test("a whole object and then no end of stdin is served at once", async () => {
  using project = layProject();
  const input = JSON.stringify(event({ hook_event_name: "Stop", cwd: project.dir }));
  expect(await heldOpen(project, "release", `${input}\n`)).toEqual(SILENCE);
});

test("an endless stream is given up", async () => {
  using project = layProject();
  const argv = ["sh", "-c", `yes x | ${BINARY} hook check`];
  const told = answerOf(await rawHook("", place(project), argv), {});
  expect(told.message).toStartWith("coord: hook check ");
}, 20_000);

test("a write of 10 MB is served like any other", async () => {
  using project = layProject();
  const a = session(project);
  expect(await a.write("big.txt", "x".repeat(10_000_000))).toEqual(SILENCE);
  expect(await a.read("big.txt")).toEqual(SILENCE);
  await a.end();
  expect(leftovers(project.state)).toEqual([]);
}, 20_000);

const ODD: readonly (readonly [what: string, fields: Readonly<Record<string, unknown>>])[] = [
  ["no tool input", {}],
  ["a tool input that is a text", { tool_input: "a.ts" }],
  ["a tool input without a path", { tool_input: {} }],
  ["a path that is a number", { tool_input: { file_path: 1 } }],
  ["a path that is a list", { tool_input: { file_path: ["a.ts"] } }],
  ["an empty path", { tool_input: { file_path: "" } }],
  ["no tool", { tool_name: undefined, tool_input: { file_path: "a.ts" } }],
  ["a tool that nobody knows", { tool_name: "Teleport", tool_input: { file_path: "a.ts" } }],
  ["a tool called __proto__", { tool_name: "__proto__", tool_input: { file_path: "a.ts" } }],
  ["a tool called constructor", { tool_name: "constructor", tool_input: { file_path: "a.ts" } }],
  ["an old_string that is a number", { tool_name: "Edit", tool_input: { file_path: "a.ts", old_string: 1 } }],
  ["a folder that is not there", { cwd: "/nowhere/at/all", tool_input: { file_path: "a.ts" } }],
  ["an event that nobody knows", { hook_event_name: "Teleported" }],
  ["an event of another hook", { hook_event_name: "SessionEnd", tool_name: undefined }],
];

for (const [what, fields] of ODD) {
  test(`an event with ${what} stops nothing, whichever hook gets it`, async () => {
    using project = layProject();
    for (const verb of VERBS) {
      const input = event({ cwd: project.dir, ...fields });
      const told = await runHook(verb, input, place(project));
      expect(told.denied).toBeUndefined();
      if (told.message !== undefined) expect(told.message).toStartWith("coord: ");
    }
    expect(faults(project.state)).toEqual([]);
  });
}

test("a check that is wired to another event than PreToolUse says so, and takes no lock", async () => {
  using project = layProject();
  const fields = { cwd: project.dir, tool_input: { file_path: "a.ts" } };
  for (const hook_event_name of ["PostToolUse", "SessionEnd", "Teleported\u001b[2J"]) {
    const told = await runHook("check", event({ ...fields, hook_event_name }), place(project));
    expect(told.message).toStartWith('coord: "hook check" does not serve the event ');
    expect(told.message).not.toMatch(HIDDEN);
  }
  expect(events(project.state)).toEqual([]);
});

test("fields that nobody knows are ignored, and so is __proto__", async () => {
  using project = layProject();
  const input = `{"__proto__":{"tool_name":"Edit"},"new":{"x":[1]},${JSON.stringify(event({ cwd: project.dir, tool_input: { file_path: "a.ts" } })).slice(1)}`;
  expect(await runHook("check", input, place(project))).toEqual(SILENCE);
  expect(events(project.state, "acquired")).toMatchObject([{ path: "a.ts" }]);
});

test("numbers beyond all measure do no harm", async () => {
  using project = layProject({ files: { "a.ts": "1\n" } });
  const odd = [-1, 1e308, 0.5, Number.MAX_SAFE_INTEGER];
  for (const timeout of odd) {
    const input = event({ cwd: project.dir, tool_name: "Bash", tool_input: { command: "x", timeout } });
    expect(await runHook("heartbeat", input, place(project))).toEqual(SILENCE);
  }
  for (const duration_ms of odd) {
    const read = { hook_event_name: "PostToolUse", tool_name: "Read", tool_input: { file_path: "a.ts" } };
    expect(await runHook("heartbeat", event({ cwd: project.dir, ...read, duration_ms }), place(project))).toEqual(
      SILENCE,
    );
  }
  expect(faults(project.state)).toEqual([]);
});

test("a closed stdout stops nothing", async () => {
  using project = layProject();
  const argv = ["sh", "-c", `echo garbage | ${BINARY} hook check >&-`];
  const { exitCode, stderr } = await rawHook("", place(project), argv);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

for (const words of [["hook"], ["hook", "teleport"], ["hook", "check", "now"], ["hook", "check", "--fast"]]) {
  test(`"coord ${words.join(" ")}", as a wiring of another version might call it, does not block the tool`, async () => {
    using project = layProject();
    const { exitCode, stdout } = await rawHook(event({ cwd: project.dir }), place(project), [BINARY, ...words]);
    expect([exitCode, stdout]).toEqual([1, ""]);
  });
}

test("an environment without anything in it is enough", async () => {
  using project = layProject();
  const input = event({ cwd: project.dir, tool_input: { file_path: "a.ts" } });
  for (const verb of ["check", "cleanup"]) {
    expect(await runHook(verb, input, { cwd: "/", env: {} })).toEqual(SILENCE);
  }
  expect(events(project.state, "acquired")).toMatchObject([{ path: "a.ts" }]);
});
