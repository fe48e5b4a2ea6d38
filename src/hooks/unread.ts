/** What to say when the hook's own input cannot be read: nobody knows which session asked, nor what it writes. */
import { hasState } from "../app/context.ts";
import { locateWorkspace, withAbsoluteDir, type Env } from "../app/workspace.ts";
import type { HookVerb } from "../domain/hook-verb.ts";
import { quoted } from "../domain/quote.ts";
import type { Native } from "../platform/sys/load.ts";
import type { HookAnswer } from "./answer.ts";
import { isStrictIn, STRICT_REASON } from "./failure.ts";

/** A line for the user; with `strict` a denial, for a check precedes a write. */
export async function unreadAnswer(native: Native, verb: HookVerb, problem: string): Promise<HookAnswer> {
  const text = `coord: hook ${verb} ${problem}`;
  if (verb !== "check" || !(await isStrictHere(native))) return { say: "user", text: `${text}; nothing was checked` };
  return { say: "deny", reason: `Not written: ${quoted(text)}. ${STRICT_REASON}`, user: text };
}

/** In the session's project or in the folder that it is in, where that has opted in. */
async function isStrictHere(native: Native): Promise<boolean> {
  const here = process.cwd();
  const project = process.env["CLAUDE_PROJECT_DIR"] || here;
  const env = withAbsoluteDir(process.env, project);
  for (const dir of [project, here]) {
    if (mayHaveState(native, env, dir) && (await isStrictIn(native, env, dir))) return true;
  }
  return false;
}

/** A state that cannot be trusted counts: whoever made it has opted in, or somebody has tampered with it. */
function mayHaveState({ sys }: Native, env: Env, dir: string): boolean {
  try {
    return hasState({ sys, workspace: locateWorkspace(sys, env, dir) });
  } catch {
    return true;
  }
}
