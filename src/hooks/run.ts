/**
 * The hook protocol: one JSON object in, nothing or one JSON object out, exit code 0, within a deadline. Only a denial
 * that stdout does not take goes to stderr, with exit code 2.
 *
 * It fails open, loudly: an error of coord's own never stops a tool call, unless `strict`. The user is told in one
 * line, once per session and cause. A lock proven to be another's always denies: that is no error but an answer.
 */
import { flatMapped } from "../domain/list.ts";
import { isCoordError } from "../domain/errors.ts";
import { DEFAULTS } from "../domain/config.ts";
import { hookDeadlineMs, type HookVerb } from "../domain/hook-verb.ts";
import { judge } from "../domain/process.ts";
import { withAbsoluteDir } from "../app/workspace.ts";
import { processes } from "../platform/processes.ts";
import type { Native } from "../platform/sys/load.ts";
import { writeAll } from "../platform/text-file.ts";
import { isHookInput } from "../schema/compiled.ts";
import type { HookInput } from "../schema/hook-input.ts";
import { parseJson } from "../schema/json.ts";
import { encodeAnswer, withUserLine, type HookAnswer } from "./answer.ts";
import { hookCheck } from "./check.ts";
import { hookHeartbeat } from "./heartbeat.ts";
import { hookRelease } from "./release.ts";
import type { HookContext } from "./session.ts";
import { readInput } from "./stdin.ts";

/** The frequent ones are part of the first chunk; the others, and what is said when something fails, load when needed. */
const VERBS: Readonly<Record<HookVerb, (context: HookContext) => Promise<HookAnswer>>> = {
  init: async (context) => (await import("./init.ts")).hookInit(context),
  check: hookCheck,
  release: hookRelease,
  heartbeat: hookHeartbeat,
  cleanup: async (context) => (await import("./cleanup.ts")).hookCleanup(context),
};

const STDOUT = 1;
const STDERR = 2;
/** The exit code by which a PreToolUse hook stops the call; what is on stderr is the reason. CLAUDE_CODE.md section 1.5. */
const BLOCKS = 2;

/** Runs one hook and ends the process. */
export async function runHook(native: Native, verb: HookVerb): Promise<never> {
  const { sys } = native;
  const startedWallMs = Date.now();
  const budget = hookDeadlineMs(verb);
  const deadline = sys.monotonicMs() + budget;
  const answer = await answerTo(native, verb, deadline, budget, startedWallMs);
  const line = encodeAnswer(answer);
  if (line === undefined || writeAll(sys, STDOUT, new TextEncoder().encode(line)) === "") return sys.exit(0);
  // Nothing said lets the call go on. A denial holds all the same: this exit code is the client's other way to be told.
  if (answer.say !== "deny") return sys.exit(0);
  writeAll(sys, STDERR, new TextEncoder().encode(`${answer.reason}\n`));
  return sys.exit(BLOCKS);
}

async function answerTo(
  native: Native,
  verb: HookVerb,
  deadline: number,
  budget: number,
  startedWallMs: number,
): Promise<HookAnswer> {
  let input: HookInput | undefined;
  try {
    const parsed = parseJson(isHookInput, readInput(native.sys, deadline));
    if (!parsed.ok) return await answerToUnread(native, verb, `got an input that is no hook event (${parsed.reason})`);
    input = parsed.value;
    const context = contextOf(native, input, deadline, budget, startedWallMs);
    try {
      return withReports(await VERBS[verb](context), context);
    } catch (error) {
      if (!isCoordError(error) || error.code !== "CONFIG") throw error;
      // A configuration that cannot be read must not switch the protection off: the defaults hold, and the user is told.
      const told = await answerToFailure(context, error);
      const answer = withReports(await VERBS[verb]({ ...context, config: DEFAULTS }), context);
      return told.say === "user" ? withUserLine(answer, told.text) : answer;
    }
  } catch (error) {
    if (input === undefined)
      return answerToUnread(native, verb, `failed: ${error instanceof Error ? error.message : String(error)}`);
    return answerToFailure(contextOf(native, input, deadline, budget, startedWallMs), error);
  }
}

async function answerToFailure(context: HookContext, error: unknown): Promise<HookAnswer> {
  const { failureAnswer } = await import("./failure.ts");
  return failureAnswer(context, error);
}

async function answerToUnread(native: Native, verb: HookVerb, problem: string): Promise<HookAnswer> {
  const { unreadAnswer } = await import("./unread.ts");
  return unreadAnswer(native, verb, problem);
}

/** What was broken was moved away by this hook, so it is told exactly once. */
function withReports(answer: HookAnswer, { opened }: HookContext): HookAnswer {
  const found = flatMapped(opened, (app) => app.store.reports());
  return found.length === 0 ? answer : withUserLine(answer, `coord: ${found.join("; ")}.`);
}

function contextOf(
  native: Native,
  input: HookInput,
  deadline: number,
  budget: number,
  startedWallMs: number,
): HookContext {
  const cwd = input.cwd ?? process.cwd();
  return {
    native,
    // The session's folder changes, its project does not.
    env: withAbsoluteDir(process.env, process.env["CLAUDE_PROJECT_DIR"] || cwd),
    input,
    cwd,
    deadline,
    startedWallMs,
    config: undefined,
    processes: processes(native, judge),
    // Several steps may have to wait for the guard, one after the other.
    guardWaitMs: budget * 0.75,
    opened: [],
  };
}
