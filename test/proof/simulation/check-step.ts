/** PreToolUse of a tool that writes, and the tool itself: src/hooks/check.ts over virtual time. */
import { checkWrite, type CheckAnswer } from "../../../src/app/check-write.ts";
import type { PathId } from "../../../src/domain/path.ts";
import { act, changeFile, checkLease, looked, reopened, told, verdictFor, writerOf } from "./acting.ts";
import type { Verdict } from "./conflict-oracle.ts";
import { isBarredBy } from "./lock-book.ts";
import type { Agent, World } from "./world.ts";

/** A tool call that may write. */
export interface Call {
  readonly path: PathId;
  readonly id: string;
  /** Up to where its instance knew the file when it began. */
  readonly since: number;
}

/** How long past its last look a hook may wait: its pace and a little. Milliseconds. */
const HOOK_PACE_MS = 25;

let calls = 0;

/** PreToolUse. Answers the call when the tool may go on. */
export async function check(here: World, agent: Agent, name: string, isEdit: boolean): Promise<Call | undefined> {
  const { findings, book, clock, config, disk } = here;
  const path = here.path(name);
  const began = clock.now();
  calls += 1;
  const call: Call = { path, id: `toolu_${calls}`, since: here.history.now() };
  let verdict: Verdict | undefined;
  const step = {
    what: `check ${name}${isEdit ? " (edit)" : ""}`,
    look: () => {
      verdict = verdictFor(here, agent, path.key);
    },
    decided: (answer: unknown) => {
      if (isCheckAnswer(answer) && verdict !== undefined) judge(here, agent, path, answer, verdict);
    },
  };
  const text = disk.read(path.real_path);
  const request = {
    path,
    me: agent.me,
    toolUseId: call.id,
    oldStrings: isEdit ? [text ?? "nothing"] : undefined,
    deadline: began.mono_ms + config.waitMs + 2000,
  };
  const done = await act(here, agent, step, () => checkWrite(agent.app, request));
  if (!done.ok) return undefined;
  const { value } = done;
  findings.count(`check ${value.answer}`);
  findings.note(
    `  ${agent.me.id}: ${value.answer}${value.answer === "granted" && value.warning !== undefined ? " with a warning" : ""}`,
  );
  checkLease(here, agent);
  if (value.answer !== "held") return value.answer === "granted" ? { ...call, since: here.history.now() } : undefined;
  const isOfTool =
    here.timing.pause === undefined && value.bar.grant.kind === "tool" && began.boot === clock.now().boot;
  const gap = isOfTool ? book.longestGapMs(path.key, agent.who(), began.mono_ms, () => 0) : 0;
  findings.check("nobody waits for ever", gap <= HOOK_PACE_MS, () => `${name} was free for ${gap} ms of a hook's wait`);
  return undefined;
}

function isCheckAnswer(answer: unknown): answer is CheckAnswer {
  if (typeof answer !== "object" || answer === null || !("answer" in answer)) return false;
  return answer.answer === "granted" || answer.answer === "held" || answer.answer === "conflict";
}

function judge(here: World, agent: Agent, path: PathId, answer: CheckAnswer, verdict: Verdict): void {
  const { findings, book, config } = here;
  const who = agent.who();
  const name = path.file_path;
  if (answer.answer === "held") {
    const bar = book.path(path.key).held.get(answer.bar.grant.lock_id);
    const left = bar === undefined ? 0 : book.leftMs(bar);
    const isBar = bar !== undefined && left > 0 && isBarredBy(bar, who);
    findings.check("what has ended bars nobody", isBar, () => `${name}: ${bar?.holder} bars with ${left} ms left`);
    return;
  }
  looked(here, path.key);
  const write = answer.answer === "conflict" ? answer.write : answer.warning;
  if (verdict.unknowable) findings.count("conflicts that nobody can know of");
  findings.check(
    "every unseen foreign write is reported",
    verdict.due === undefined || write !== undefined,
    () => `${name}: ${who.instance_id} is not told of the write of ${verdict.due?.by?.instance_id}`,
  );
  findings.check(
    "nothing else is reported",
    write === undefined || verdict.mayName.has(write.instance_id),
    () => `${name}: ${who.instance_id} is told of ${write?.instance_id}, not of ${[...verdict.mayName].join()}`,
  );
  if (write !== undefined) told(here, agent, path.key);
  if (answer.answer !== "granted") return;
  const mine = book.mine(path.key, who.instance_id);
  if (mine !== undefined) reopened(here, path.key, mine);
  const left = mine === undefined ? 0 : book.leftMs(mine);
  const promised = mine?.kind === "tool" ? config.toolTtlMs : config.ttlMs - 15_000;
  const isLong = mine?.kind !== "tool" && mine?.ttlMs != null ? left > 0 : left >= promised;
  findings.check("a grant lasts as long as promised", isLong, () => `${name}: ${left} ms`);
}

/** The tool itself. */
export function write(here: World, agent: Agent, { path }: Call, text: string): void {
  changeFile(here, writerOf(agent), path, text);
}
