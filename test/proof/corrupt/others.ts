/** Nobody else stops, and nothing of anybody else's is lost: what a session and a person get to see beside the case. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import type { Line } from "./commands.ts";
import type { Scenery } from "./scenery.ts";
import { told } from "./spoken.ts";

const statusSchema = v.looseObject({
  instances: v.array(
    v.looseObject({ instance_id: v.string(), locks: v.array(v.looseObject({ file_path: v.string() })) }),
  ),
  recent_decisions: v.array(v.looseObject({ title: v.string() })),
});

const STATUS: Line = { name: "status --json", command: "status", words: () => ["status", "--json"] };

/** A session that nobody knew is about to write `file`. */
function writing(file: string): Line {
  return {
    name: `hook check PreToolUse (another session, ${file})`,
    command: "hook check",
    words: () => ["hook", "check"],
    stdin: ({ dir }) =>
      `${JSON.stringify({
        session_id: randomUUID(),
        cwd: dir,
        hook_event_name: "PreToolUse",
        tool_name: "Write",
        tool_use_id: "toolu_other",
        tool_input: { file_path: join(dir, file), content: "other" },
      })}\n`,
  };
}

/** What is wrong, a line each. */
export async function others(scenery: Scenery): Promise<readonly string[]> {
  const problems = [...(await deniedOf(scenery, "b.ts", "agent-b"))];
  if (scenery.target.role === "lock" && scenery.broken) problems.push(...(await deniedOf(scenery, "a.ts", "")));
  problems.push(...(scenery.draw() < 0.5 ? await free(scenery) : await listed(scenery)));
  return problems;
}

/** Who holds a file bars it, or the user is told why nothing was checked. */
async function deniedOf({ say, ...it }: Scenery, file: string, holder: string): Promise<readonly string[]> {
  const said = await say(writing(file));
  const answer = told(said, "PreToolUse");
  if (answer === undefined) return [];
  const { denied, message } = answer;
  if (denied?.includes(`held by ${holder}`) === true) return [];
  if (!isFirm(it) && denied === undefined && (message !== undefined || isForgotten(it))) return [];
  return [`${file} is not barred: ${JSON.stringify({ denied, message })}`];
}

async function free({ say }: Scenery): Promise<readonly string[]> {
  const said = await say(writing("free.ts"));
  const denied = told(said, "PreToolUse")?.denied;
  return denied === undefined ? [] : [`A free file is barred: ${denied}`];
}

async function listed({ say, ...it }: Scenery): Promise<readonly string[]> {
  const said = await say(STATUS);
  if (said.code !== 0) return isFirm(it) ? [`status --json ended with ${said.code}: ${said.err}`] : [];
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), statusSchema), said.out);
  if (!parsed.success) return [`status --json is none: ${parsed.issues[0].message}`];
  const { instances, recent_decisions: decisions } = parsed.output;
  const problems: string[] = [];
  const other = instances.find(({ instance_id: id }) => id === "agent-b");
  if (isFirm(it) && other?.locks.some(({ file_path: path }) => path === "b.ts") !== true) {
    problems.push(`agent-b and its lock are not listed: ${JSON.stringify(other)}`);
  }
  if (isFirm(it) && !decisions.some(({ title }) => title === "By agent-a")) problems.push("A decision is not listed");
  return problems;
}

/** Without its state folder a project is one that nobody has opted in: hooks are silent there. */
function isForgotten({ target, kind }: Pick<Scenery, "target" | "kind">): boolean {
  return target.name === "the state folder/" && kind === "nothing";
}

function isFirm({ target, kind }: Pick<Scenery, "target" | "kind">): boolean {
  return target.firm && target.notFirmWith?.includes(kind) !== true;
}
