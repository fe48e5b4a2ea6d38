/** What a command may find: RELIABILITY section 5, "{fresh, populated, stale-held}". */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KINDS } from "./points.ts";
import { hook, line, writing, type Lane, type Step } from "./lane.ts";
import type { Picture } from "./picture.ts";
import { inject, trace } from "./strace.ts";

/** "none": nobody has called `coord init`. "fresh": nothing but that. "stale": "populated", and the dead hold the guard. */
export type StateName = "none" | "fresh" | "populated" | "stale";

/** The user's own: what coord edits in places, and what it must never touch. */
const FILES: Readonly<Record<string, string>> = {
  "project/src/one.ts": "export const one = 1;\n",
  "project/src/two.ts": "export const two = 2;\n",
  "project/src/held.ts": "export const held = 1;\n",
  "project/src/mine.ts": "export const mine = 1;\n",
  "project/src/free.ts": "export const free = 1;\n",
  "project/CLAUDE.md": "Be careful.\n",
  "project/.claude/settings.json": '{\n  "permissions": { "allow": ["Bash(ls:*)"] }\n}\n',
  "home/.claude/settings.json":
    '{\n  // mine\n  "model": "opus",\n  "hooks": {\n    "Stop": [{ "hooks": [{ "type": "command", "command": "say done" }] }]\n  }\n}\n',
  "home/old-log.json": `${JSON.stringify({
    schema_version: "1.0.0",
    decisions: ["First", "Second"].map((title, i) => ({
      decision_id: `DEC-20250101-000${i + 1}`,
      timestamp: "2025-01-01T10:00:00Z",
      made_by: { instance_id: "old", agent_role: "architect" },
      category: "architecture",
      title,
      description: `${title} of them`,
      impact: { scope: "module", files_affected: [] },
      status: "active",
    })),
  })}\n`,
};

const DECISION = ["decisions", "add", "--category", "security", "--description", "HttpOnly", "--as", "ann", "--title"];

const POPULATED: readonly Step[] = [
  line("instance register --as ann --role backend --task Parser --pid $ME"),
  line("instance register --as ben --role writer --task Documents"),
  line("lock acquire src/held.ts --as ann --intent Rename"),
  line("lock acquire src/one.ts src/two.ts --as ben"),
  line("lock acquire src/expired.ts --as ben --ttl 1ms"),
  hook("init", "SessionStart", { source: "startup" }),
  hook("init", "SessionStart", { source: "startup" }, "other"),
  hook("init", "SubagentStart", { agent_id: "a1", agent_type: "general-purpose" }),
  hook("check", "PreToolUse", writing("src/mine.ts")),
  hook("release", "PostToolUse", { ...writing("src/mine.ts"), tool_response: {}, duration_ms: 8 }),
  hook("release", "PostToolBatch", { tool_calls: [writing("src/mine.ts")] }),
  hook("check", "PreToolUse", writing("src/busy.ts")),
  hook("check", "PreToolUse", writing("src/theirs.ts"), "other"),
  hook("check", "PreToolUse", { ...writing("src/sub.ts"), agent_id: "a1", agent_type: "general-purpose" }),
  { words: [...DECISION, "Cookies"] },
  { words: [...DECISION, "Headers"] },
];

/** Makes each state once; it is used for every case of the lane. */
export async function layStates(lane: Lane): Promise<Readonly<Record<StateName, Picture>>> {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(lane.box, path)), { recursive: true });
    writeFileSync(join(lane.box, path), text);
  }
  Bun.spawnSync(["git", "init", "-q", "--template=", "-b", "main"], { cwd: lane.project, env: { HOME: lane.home } });
  const none = lane.take();
  await perform(lane, [line("init")]);
  const fresh = lane.take();
  await perform(lane, POPULATED);
  const populated = lane.take();
  await lane.withDead(async (pid) => {
    await perform(lane, [
      line(`instance register --as gone --role tester --task Tests --pid ${pid}`),
      line("lock acquire src/gone.ts --as gone"),
    ]);
  });
  await leaveJournal(lane);
  return { none, fresh, populated, stale: lane.take() };
}

/** Runs steps that have to work. */
export async function perform(lane: Lane, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const { code, out, err } = await lane.run(step);
    if (code !== 0) throw new Error(`"${step.words.join(" ")}" gave ${code}: ${out}${err}`);
  }
}

/** Kills a change of two paths after its first part: it leaves the guard held, and a journal. */
async function leaveJournal(lane: Lane): Promise<void> {
  const picture = lane.take();
  const program = lane.program(line("lock acquire src/lost.ts src/found.ts --as lost"));
  const { calls } = await trace(program, lane.log, KINDS);
  const last = calls.find(({ name, paths }) => name.startsWith("rename") && paths.at(-1)?.includes("/locks/"));
  if (last === undefined) throw new Error("No lock was published");
  lane.lay(picture);
  const { hit } = await inject(program, lane.log, {
    call: last.name,
    nth: last.nth,
    path: undefined,
    alone: false,
    fault: "kill",
  });
  if (hit?.paths.at(-1)?.includes("/locks/") !== true) throw new Error("The holder was not killed where it should be");
}
