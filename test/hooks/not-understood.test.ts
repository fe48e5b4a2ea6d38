/** Inputs that coord cannot read or understand: told, and with `strict` denied. Null is absent. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerOf, rawHook, runHook, SILENCE, type Place, type Told } from "./hook.ts";
import { BINARY, layProject, type Project, type Vars } from "./project.ts";
import { session } from "./session.ts";
import { events, locks } from "./state.ts";

function place(project: Project, env: Vars = {}): Place {
  return { cwd: project.dir, env: { ...project.env, CLAUDE_PROJECT_DIR: project.dir, ...env } };
}

const event = (project: Project, fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  session_id: "s",
  hook_event_name: "PreToolUse",
  tool_name: "Write",
  tool_use_id: "t",
  cwd: project.dir,
  tool_input: { file_path: "a.ts", content: "x" },
  ...fields,
});

const UNREAD: readonly (readonly [what: string, input: string])[] = [
  ["an empty input", ""],
  ["no JSON", "hello"],
  ["a tool that is a number", '{"session_id":"s","hook_event_name":"PreToolUse","tool_name":1}'],
  ["an input of 70 MB", `"${"x".repeat(70_000_000)}"`],
];

for (const [what, input] of UNREAD) {
  test(`${what} denies the write where strict is in force, and stops no other hook`, async () => {
    using project = layProject();
    const strict = place(project, { COORD_STRICT: "true" });
    // The answer must belong to the event that check is wired to.
    const { denied, message } = await checked(input, strict);
    expect(denied).toStartWith('Not written: "coord: hook check ');
    expect(denied).toEndWith('The setting "strict" refuses writes that cannot be checked.');
    expect(message).toStartWith("coord: hook check ");
    for (const verb of ["init", "release", "heartbeat", "cleanup"]) {
      expect((await runHook(verb, input, strict)).denied).toBeUndefined();
    }
    const { denied: lax, message: told } = await checked(input, place(project));
    expect([lax, told?.includes("nothing was checked")]).toEqual([undefined, true]);
  }, 20_000);
}

async function checked(input: string, where: Place): Promise<Told> {
  const ended = await rawHook(input, where, [BINARY, "hook", "check"]);
  return answerOf(ended, { hook_event_name: "PreToolUse" });
}

test("a stdin that never ends denies the write under strict", async () => {
  using project = layProject();
  const where = place(project, { COORD_STRICT: "true" });
  const child = Bun.spawn([BINARY, "hook", "check"], {
    ...where,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 15_000,
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  const ended = { exitCode: child.exitCode, signal: child.signalCode, stdout, stderr };
  expect(answerOf(ended, { hook_event_name: "PreToolUse" }).denied).toContain("did not end in time");
}, 20_000);

test("strict counts from the project's configuration and from the folder that the hook runs in", async () => {
  using project = layProject();
  project.configure({ strict: true });
  const elsewhere = { ...place(project), cwd: project.root };
  expect((await checked("", elsewhere)).denied).toContain("strict");
  const here = { cwd: project.dir, env: { ...project.env, CLAUDE_PROJECT_DIR: project.root } };
  expect((await checked("", here)).denied).toContain("strict");
});

test("strict in the environment counts beside a configuration that cannot be read", async () => {
  using project = layProject();
  writeFileSync(join(project.state, "config.json"), "{");
  expect((await checked("", place(project, { COORD_STRICT: "true" }))).denied).toContain("strict");
  const odd = event(project, { tool_input: {} });
  expect((await runHook("check", odd, place(project, { COORD_STRICT: "true" }))).denied).toContain("strict");
});

test("where nobody has opted in, an input that cannot be read stops nothing", async () => {
  using project = layProject({ state: false });
  const strict = place(project, { COORD_STRICT: "true" });
  expect((await checked("", strict)).denied).toBeUndefined();
  expect(await runHook("check", event(project, { tool_input: {} }), strict)).toEqual(SILENCE);
});

for (const field of ["tool_use_id", "agent_id", "agent_type", "duration_ms", "tool_calls", "is_interrupt", "prompt"]) {
  test(`a field "${field}" that is null counts as absent`, async () => {
    using project = layProject();
    expect(await runHook("check", event(project, { [field]: null }), place(project))).toEqual(SILENCE);
    expect(events(project.state, "acquired")).toMatchObject([{ path: "a.ts" }]);
  });
}

test("an Edit without old_string because it is null is checked like any other", async () => {
  using project = layProject();
  const tool_input = { file_path: "a.ts", old_string: null, edits: null };
  const fields = { tool_name: "Edit", cwd: project.dir, tool_input };
  expect(await runHook("check", event(project, fields), place(project))).toEqual(SILENCE);
});

const PARTS: readonly (readonly [tool: string, input: Readonly<Record<string, unknown>>])[] = [
  ["Edit", { old_string: 5, new_string: "y" }],
  ["MultiEdit", { edits: 5 }],
  ["MultiEdit", { edits: [5] }],
];

for (const [tool, input] of PARTS) {
  test(`${tool} of ${JSON.stringify(input)} is locked and checked all the same, and told once`, async () => {
    using project = layProject({ files: { "a.ts": "1\n", "b.ts": "1\n" } });
    const [a, b] = [session(project), session(project)];
    await a.write("a.ts", "2\n");
    const held = await b.begin(tool, { file_path: project.path("a.ts"), ...input });
    expect(held.told.denied).toContain(`held by ${a.id}`);
    expect(held.told.message).toStartWith(`coord: A write by ${tool} is not understood: `);
    expect(held.told.message).toEndWith("It was checked as one of the whole file.");
    const free = await b.begin(tool, { file_path: project.path("b.ts"), ...input });
    expect(free.told).toEqual(SILENCE);
    expect(locks(project.state)).toContain(`b.ts tool ${b.id}`);
  });

  test(`${tool} of ${JSON.stringify(input)} is denied under strict, and takes no lock`, async () => {
    using project = layProject({ files: { "a.ts": "1\n" } });
    project.configure({ strict: true });
    const { told } = await session(project).begin(tool, { file_path: project.path("a.ts"), ...input });
    expect(told.denied).toContain('The setting "strict"');
    expect(locks(project.state)).toEqual([]);
  });
}

const NO_FILE: readonly (readonly [what: string, fields: Readonly<Record<string, unknown>>])[] = [
  ["no tool input", { tool_input: undefined }],
  ["a tool input that is a text", { tool_input: "a.ts" }],
  ["a path that is a number", { tool_input: { file_path: 1 } }],
  ["an empty path", { tool_input: { file_path: "" } }],
  ["a path in another field", { tool_name: "NotebookEdit", tool_input: { file_path: "a.ipynb" } }],
  ["no tool", { tool_name: null }],
  ["no path for a tool that write_tools names", { tool_name: "mcp__x__write", tool_input: { file: "a.ts" } }],
];

for (const [what, fields] of NO_FILE) {
  test(`a write with ${what} is told once a session, and denied under strict`, async () => {
    using project = layProject();
    project.configure({ write_tools: { mcp__x__write: "path" } });
    const input = event(project, fields);
    const { denied, message } = await runHook("check", input, place(project));
    expect(denied).toBeUndefined();
    expect(message).toMatch(/^coord: A write by \S.* is not understood: .*The session goes on without this check\.$/);
    expect(await runHook("check", input, place(project))).toEqual(SILENCE);
    expect((await runHook("release", { ...input, hook_event_name: "PostToolUse" }, place(project))).message).toBe(
      undefined,
    );
    const strict = await runHook("check", input, place(project, { COORD_STRICT: "true" }));
    expect(strict.denied).toContain('The setting "strict"');
  });
}

test("a Write is judged by its path alone, whatever else its input holds", async () => {
  using project = layProject();
  const tool_input = { file_path: "a.ts", content: 5, old_string: 5, edits: 5 };
  expect(await runHook("check", event(project, { tool_input }), place(project))).toEqual(SILENCE);
  expect(events(project.state, "acquired")).toMatchObject([{ path: "a.ts" }]);
});
