import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { runHook, SILENCE, type Told } from "./hook.ts";
import { layProject, type Project } from "./project.ts";
import { hooksFor } from "./session.ts";
import { entries, events, faults, leftovers, writers } from "./state.ts";

const RECORDING = join(import.meta.dir, "../fixtures/recorded-session.jsonl");

const eventSchema = v.looseObject({
  session_id: v.string(),
  hook_event_name: v.string(),
  cwd: v.string(),
  tool_name: v.optional(v.string()),
  tool_input: v.optional(
    v.looseObject({
      file_path: v.optional(v.string()),
      content: v.optional(v.string()),
      old_string: v.optional(v.string()),
      new_string: v.optional(v.string()),
    }),
  ),
  tool_response: v.optional(v.looseObject({ updated_file: v.optional(v.string()) })),
});
type Event = v.InferOutput<typeof eventSchema>;

/** The recording, with the project in the place of the one it was made in. */
function recorded(project: Project): readonly Event[] {
  const text = readFileSync(RECORDING, "utf8").replaceAll("/home/dev/project", project.dir);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => v.parse(v.pipe(v.string(), v.parseJson(), eventSchema), line));
}

/** What the tool did between PreToolUse and PostToolUse. */
function work(project: Project, event: Event): void {
  const { tool_name: tool, tool_input: input } = event;
  if (event.hook_event_name !== "PostToolUse" || input === undefined) return;
  if (tool === "Write") project.write(input.file_path ?? "", input.content ?? "");
  if (tool === "Edit") {
    const before = project.content(input.file_path ?? "");
    project.write(input.file_path ?? "", before.replace(input.old_string ?? "", input.new_string ?? ""));
  }
  if (tool === "NotebookEdit") project.write("n.ipynb", event.tool_response?.updated_file ?? "");
  if (tool === "Bash") project.write("src/from-bash.ts", "x\n");
}

async function replay(project: Project, client: number): Promise<readonly (Told & { readonly event: string })[]> {
  const told: (Told & { readonly event: string })[] = [];
  for (const event of recorded(project)) {
    work(project, event);
    const env = { ...project.env, CLAUDE_PID: String(client), CLAUDE_PROJECT_DIR: project.dir };
    for (const verb of hooksFor(event.hook_event_name, event.tool_name)) {
      const answer = await runHook(verb, event, { cwd: event.cwd, env });
      told.push({ event: event.hook_event_name, ...answer });
      expect(faults(project.state)).toEqual([]);
    }
  }
  return told;
}

const FILES = {
  "src/a.ts": "export const a = 1;\nexport const b = 2;\nexport const c = 3;\n",
  "n.ipynb":
    '{"cells":[{"cell_type":"code","id":"c1","source":"1","metadata":{},"outputs":[],"execution_count":null}]}\n',
} as const;
const SUBAGENT = "a96c5ee504059d896";

test("a recorded session of 43 hook inputs runs through without a word but the subagent's name, and leaves nothing", async () => {
  using project = layProject({ files: FILES });
  expect(recorded(project)).toHaveLength(43);
  const told = await replay(project, project.client().pid);
  // All but CwdChanged, PreToolUse of Read and the failure of Bash are wired, each to exactly one hook.
  expect(told).toHaveLength(43 - 1 - 2 - 1);
  const spoken = told.filter(({ event: _event, ...answer }) => !Bun.deepEquals(answer, SILENCE));
  expect(spoken.map(({ event }) => event)).toEqual(["SubagentStart"]);
  expect(spoken[0]?.context).toContain(`.${SUBAGENT}`);
  expect(leftovers(project.state)).toEqual([]);
  expect(entries(join(project.state, "guard"))).toEqual(["free"]);
});

test("a recorded session leaves behind who wrote what", async () => {
  using project = layProject({ files: FILES });
  await replay(project, project.client().pid);
  for (const path of ["src/a.ts", "src/new file ü.ts", "src/p1.ts", "src/p2.ts", "n.ipynb"]) {
    expect(writers(project.state, path)).toEqual([expect.stringMatching(/^claude-[0-9a-f]{12}$/)]);
  }
  expect(writers(project.state, "src/sub.ts")).toEqual([
    expect.stringMatching(new RegExp(`^claude-[0-9a-f]{12}\\.${SUBAGENT}$`)),
  ]);
  expect(writers(project.state, "src/from-bash.ts")).toEqual([]);
  expect(events(project.state).filter((e) => e.event === "held" || e.event === "conflict")).toEqual([]);
});
