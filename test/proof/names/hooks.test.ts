/** Hostile values in every field that a hook gets: none stops a tool, none makes a name outside of the state. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { answerOf, HIDDEN, rawHook, type Told } from "../../hooks/hook.ts";
import { BINARY } from "../../hooks/project.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { NAMES, shown } from "./names.ts";
import { snapshot, strangeNames } from "./outside.ts";
import { inLanes } from "./program.ts";
import { layGround } from "./same-file.ts";

const LANES = 3;
const PATIENCE_MS = scaled(180_000, 300_000);

/** As they stand in JSON: what no command line can hold is in here too. */
const VALUES: readonly string[] = [
  ...NAMES.filter((name) => name.length < 200),
  "",
  ".",
  "..",
  "../../../x",
  "/",
  "/dev/null",
  "/dev/stdin",
  "/proc/self/fd/0",
  "/proc/self/mem",
  "/etc/passwd",
  "a\0b",
  "\ud800",
  "a\udc00.ts",
  "\ud800\ud800x",
  "loop/below",
  "src/",
  "x".repeat(499),
  "x".repeat(100_000),
  "d/".repeat(3000),
  ".claude/coordination/guard/free",
  ".claude/coordination/locks/x~1.json",
  "C:\\x\\y",
  "file:///etc/passwd",
  "~/x",
];

type Fields = Readonly<Record<string, unknown>>;

/** One event for each way in; the value is all that is hostile in it. */
const WAYS: readonly (readonly [verb: string, field: string, fields: (value: string) => Fields])[] = [
  ["check", "file_path", (file_path) => write({ tool_input: { file_path, content: "" } })],
  ["check", "notebook_path", (notebook_path) => write({ tool_name: "NotebookEdit", tool_input: { notebook_path } })],
  ["check", "cwd", (cwd) => write({ cwd })],
  ["check", "session_id", (session_id) => write({ session_id })],
  ["check", "agent_id", (agent_id) => write({ agent_id, agent_type: agent_id })],
  ["check", "tool_use_id", (tool_use_id) => write({ tool_use_id })],
  [
    "release",
    "file_path",
    (file_path) => ({ ...write({ tool_input: { file_path } }), hook_event_name: "PostToolUse" }),
  ],
  [
    "heartbeat",
    "Read",
    (file_path) => ({ hook_event_name: "PostToolUse", tool_name: "Read", tool_input: { file_path } }),
  ],
  ["heartbeat", "prompt", (prompt) => ({ hook_event_name: "UserPromptSubmit", prompt })],
  ["init", "session_id", (session_id) => ({ session_id, hook_event_name: "SessionStart", source: session_id })],
  ["init", "agent_id", (agent_id) => ({ agent_id, agent_type: agent_id, hook_event_name: "SubagentStart" })],
  ["init", "transcript_path", (transcript_path) => ({ transcript_path, hook_event_name: "SessionStart" })],
  ["cleanup", "session_id", (session_id) => ({ session_id, hook_event_name: "SessionEnd", reason: session_id })],
];

function write(fields: Fields): Fields {
  const base = { hook_event_name: "PreToolUse", tool_name: "Write", tool_use_id: "t" };
  return { ...base, tool_input: { file_path: "src/a.ts", content: "" }, ...fields };
}

test(
  "no field of an event stops a tool, speaks with hidden characters or makes a name outside of the state",
  async () => {
    using project = layGround();
    const before = snapshot(project.root, project.state);
    // Each has a session of its own, so that none is told of another's lock: a file of its own does the rest.
    const cases = WAYS.flatMap(([verb, field, fields]) => VALUES.map((value) => ({ verb, field, value, fields })));
    const chosen = sample(cases, scaled(Math.ceil(cases.length / 4), cases.length), chance(SEED));
    const wrong: string[] = [];
    await inLanes([...chosen.entries()], LANES, async ([i, { verb, field, value, fields }]) => {
      const given = fields(value);
      const input = { session_id: `s${i}`, cwd: join(project.dir, "other"), transcript_path: "", ...given };
      const place = { cwd: project.dir, env: { ...project.env, COORD_WAIT: "0s", CLAUDE_PROJECT_DIR: project.dir } };
      const told = await answer(verb, input, place);
      if (typeof told === "string") wrong.push(`${verb} ${field} ${shown(value)}: ${told}`);
      else if (told.denied !== undefined && !told.denied.includes("is held by claude-"))
        wrong.push(`${verb} ${field} ${shown(value)}: denied: ${told.denied}`);
    });
    expect({ SEED, wrong }).toEqual({ SEED, wrong: [] });
    expect(snapshot(project.root, project.state)).toEqual(before);
    expect(strangeNames(project.state)).toEqual([]);
    record({
      check: "hostile values in the fields of events",
      load: { events: chosen.length },
      losses: wrong.length,
      seed: SEED,
    });
  },
  PATIENCE_MS,
);

async function answer(verb: string, input: Fields, place: Parameters<typeof rawHook>[1]): Promise<Told | string> {
  try {
    const told = answerOf(await rawHook(input, place, [BINARY, "hook", verb]), input);
    // A context has lines of its own.
    const hidden = [told.denied, told.message, told.context].find((text) => text !== undefined && HIDDEN.test(text));
    return hidden === undefined ? told : `hidden characters: ${JSON.stringify(hidden)}`;
  } catch (error) {
    return String(error);
  }
}
