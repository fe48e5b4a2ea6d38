/** What hooks call for a tool that reads or writes: src/hooks/check.ts, release.ts and heartbeat.ts over virtual time. */
import { checkWrite, type CheckAnswer } from "../../../src/app/check-write.ts";
import { noteSeen } from "../../../src/app/note-seen.ts";
import { recordTool, type ToolEnd } from "../../../src/app/record-tool.ts";
import type { Who } from "../../../src/domain/instance.ts";
import type { PathId } from "../../../src/domain/path.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import { act, changeFile, checkLease, hashOf, maySuspect, reported, told, verdictFor, writerOf } from "./acting.ts";
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

/** A file that is being read. */
export interface Reading {
  readonly path: PathId;
  readonly text: string;
  readonly upTo: number;
  readonly began: Stamp;
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
  const isOfTool = value.bar.grant.kind === "tool" && began.boot === clock.now().boot;
  const gap = isOfTool ? book.longestGapMs(path.key, agent.who(), began.mono_ms) : 0;
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
  const left = mine === undefined ? 0 : book.leftMs(mine);
  const promised = mine?.kind === "tool" ? config.toolTtlMs : config.ttlMs - 15_000;
  const isLong = mine?.kind !== "tool" && mine?.ttlMs != null ? left > 0 : left >= promised;
  findings.check("a grant lasts as long as promised", isLong, () => `${name}: ${left} ms`);
}

/** The tool itself. */
export function write(here: World, agent: Agent, { path }: Call, text: string): void {
  changeFile(here, writerOf(agent), path, text);
}

/** PostToolUse and PostToolUseFailure. */
export async function post(here: World, agent: Agent, call: Call, result: ToolEnd["result"]): Promise<void> {
  const { findings, book, history, ledgers } = here;
  const { path } = call;
  const { key, file_path } = path;
  const who = agent.who();
  let isMissed = false;
  let isLate = false;
  let mayName: ReadonlySet<string> = new Set();
  const isForeign = (by: Who): boolean =>
    by.instance_id !== who.instance_id && by.parent !== who.instance_id && by.instance_id !== who.parent;
  const step = {
    what: `post ${file_path} ${result}`,
    look: () => {
      const { writes } = history.file(key);
      mayName = maySuspect(here, agent, key, call.since);
      isMissed = writes.some(
        ({ by, reported: told, made }) => told !== undefined && made > call.since && by !== undefined && isForeign(by),
      );
      isLate = book.standing(key, who) !== "mine";
    },
  };
  const done = await act(here, agent, step, () =>
    recordTool(agent.app, { path, me: agent.me, toolUseId: call.id, result }),
  );
  if (!done.ok) return;
  checkLease(here, agent);
  if (result !== "ok") return;
  const { missed } = done.value;
  if (agent.record() !== undefined) {
    findings.check(
      "whoever lost a lock is told",
      !isMissed || missed !== undefined,
      () => `${file_path}: ${who.instance_id} is not told what it missed`,
    );
  }
  findings.check(
    "nothing else is reported",
    missed === undefined || mayName.has(missed.instance_id),
    () => `${file_path}: missed ${missed?.instance_id}`,
  );
  if (missed !== undefined) {
    findings.count("late writes told of what they missed");
    told(here, agent, key);
  }
  reported(here, agent.who().instance_id, key);
  if (isLate) {
    findings.count("late writes");
    const { by } = history.file(key).writes.at(-1) ?? {};
    // Two reports of one content: whoever of them wrote last, the other cannot know it.
    if (by !== undefined && isForeign(by)) {
      const knowledge = history.knowledge(key, by.instance_id);
      knowledge.counted = { ...knowledge.counted, hash: undefined };
    }
    book.path(key).open.delete(who.instance_id);
  }
  const file = history.file(key);
  const last = file.writes.findLast((w) => w.by !== undefined);
  if (last?.reported === undefined || last.claimed || last.hash !== file.hash) return;
  // Another's report that came after this write was made: coord cannot tell which of the two is what it found.
  if (
    file.writes.some(
      (w) => w.by?.instance_id !== last.by?.instance_id && w.made < last.made && (w.reported ?? 0) > last.made,
    )
  )
    return;
  const named = ledgers.get(key)?.writes.at(-1);
  findings.check(
    "the ledger names the true last writer",
    named?.instance_id === last.by?.instance_id && named?.hash === last.hash,
    () => `${file_path}: ${named?.instance_id} instead of ${last.by?.instance_id}`,
  );
}

/** The Read tool begins. Nothing where there is no file. */
export function beginRead(here: World, name: string): Reading | undefined {
  const path = here.path(name);
  const text = here.disk.read(path.real_path);
  if (text === undefined) return undefined;
  return { path, text, upTo: here.history.now(), began: here.clock.now() };
}

/** PostToolUse of Read. `isWhole`: the client hands on the whole text. */
export async function endRead(here: World, agent: Agent, reading: Reading, isWhole: boolean): Promise<void> {
  const { findings, history, clock } = here;
  const { path, text, upTo, began } = reading;
  const now = clock.now();
  const durationMs = now.mono_ms - began.mono_ms;
  // Times tell nothing of a read that a sleep or a set clock came into; the whole text does.
  if (!isWhole && now.wall_ms - began.wall_ms !== durationMs) return;
  const hash = hashOf(text);
  const file = history.file(path.key);
  let same = false;
  let still = false;
  const step = {
    what: `read ${path.file_path}${isWhole ? "" : " in part"}`,
    decided: () => {
      same = file.hash === hash;
      still = file.writes.every((w) => w.made <= upTo);
    },
  };
  const request = { path, me: agent.me, beganMs: now.wall_ms - durationMs, text: isWhole ? text : undefined };
  const done = await act(here, agent, step, () => noteSeen(agent.app, request));
  if (!done.ok) return;
  checkLease(here, agent);
  const rule = "what was read counts as seen, and nothing else";
  findings.check(rule, !done.value || same, () => `${path.file_path}: more was counted than read`);
  findings.check(rule, done.value || !isWhole || !still, () => `${path.file_path}: what was read does not count`);
  const knowledge = history.knowledge(path.key, agent.who().instance_id);
  const view = { hash, upTo };
  if (knowledge.seen.upTo <= upTo) knowledge.seen = view;
  if (done.value && knowledge.counted.upTo <= upTo) knowledge.counted = view;
}
