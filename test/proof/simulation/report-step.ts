/** PostToolUse and PostToolUseFailure of a tool that writes: src/hooks/release.ts over virtual time. */
import { recordTool, type RecordAnswer, type ToolEnd } from "../../../src/app/record-tool.ts";
import type { Who } from "../../../src/domain/instance.ts";
import { act, checkLease, isForeign, looked, maySuspect, reported, told } from "./acting.ts";
import type { Call } from "./check-step.ts";
import type { Standing } from "./lock-book.ts";
import type { Agent, World } from "./world.ts";

export async function post(here: World, agent: Agent, call: Call, result: ToolEnd["result"]): Promise<void> {
  const { book, history } = here;
  const { key, file_path } = call.path;
  const before: Before = { isMissed: false, standing: "mine", mayName: new Set() };
  const step = {
    what: `post ${file_path} ${result}`,
    look: () => {
      const who = agent.who();
      // Of a file that it never saw an older write becomes news when its writer comes back.
      const neverSaw = history.knowledge(key, who.instance_id).counted.hash === undefined;
      before.mayName = maySuspect(here, agent, key, neverSaw ? 0 : call.since);
      before.isMissed = history
        .file(key)
        .writes.some(
          ({ by, reported: told, made }) =>
            by !== undefined && told !== undefined && made > call.since && isForeign(here, agent, by),
        );
      before.isMissed &&= book.path(key).open.get(who.instance_id)?.hash !== history.file(key).hash;
      before.standing = book.standing(key, who);
    },
    decided: (answer: unknown) => {
      if (result === "ok" && isRecordAnswer(answer)) judge(here, agent, call, answer, before);
      looked(here, key);
      // A tool that failed wrote nothing: what changed under its lock was another's doing.
      const { instance_id } = agent.who();
      const open = book.path(key).open.get(instance_id);
      const isTool = result === "failed" && book.mine(key, instance_id)?.kind === "tool";
      if (isTool && open !== undefined) open.hash = history.file(key).hash;
    },
  };
  await act(here, agent, step, () =>
    recordTool(agent.app, { path: call.path, me: agent.me, toolUseId: call.id, result }),
  );
  checkLease(here, agent);
}

interface Before {
  /** Another's write was reported since the call began, and the content is not what it was then. */
  isMissed: boolean;
  standing: Standing;
  mayName: ReadonlySet<string>;
}

function isRecordAnswer(answer: unknown): answer is RecordAnswer {
  return typeof answer === "object" && answer !== null && "missed" in answer;
}

function judge(here: World, agent: Agent, call: Call, { missed }: RecordAnswer, before: Before): void {
  const { findings, book, history } = here;
  const { key, file_path } = call.path;
  const { isMissed, standing, mayName } = before;
  const who = agent.who();
  // Off the register, and its lock given back: it is not listened to any more.
  if (agent.record() === undefined && (standing === "free" || standing === "held")) return;
  findings.check(
    "whoever lost a lock is told",
    !isMissed || missed !== undefined || agent.record() === undefined,
    () => `${file_path}: ${who.instance_id} is not told what it missed`,
  );
  findings.check(
    "nothing else is reported",
    missed === undefined || mayName.has(missed.instance_id),
    () => `${file_path}: missed ${missed?.instance_id}`,
  );
  if (missed !== undefined) {
    findings.count("late writes told of what they missed");
    told(here, agent, key);
  }
  // Others may have come in between: then it knows what it wrote, not what is there.
  reported(here, who.instance_id, key, standing === "lost" || isMissed ? "late report" : "report");
  const { hash, known, writes } = history.file(key);
  // Two reports of one content: whoever of them wrote last, the other cannot know it.
  for (const [id, knowledge] of known) {
    if (id === who.instance_id || knowledge.counted.hash !== hash) continue;
    const hasCrossed = writes.some((w) => w.by?.instance_id === id && (w.reported ?? 0) > call.since);
    if (hasCrossed || standing !== "mine") knowledge.counted = { ...knowledge.counted, hash: undefined };
  }
  if (standing !== "mine") {
    findings.count("late writes");
    book.path(key).open.delete(who.instance_id);
  }
  // Whoever had given back its lock before is not listened to any more.
  if (standing !== "free" && standing !== "held") checkLastWriter(here, call, who);
}

/** Where coord can know who wrote last, the ledger says so. */
function checkLastWriter({ history, ledgers, findings }: World, { path }: Call, who: Who): void {
  const file = history.file(path.key);
  const last = file.writes.findLast((write) => write.by !== undefined);
  if (last?.reported === undefined || last.hash !== file.hash || last.made < file.forgotten) return;
  // Two have reported one content.
  if (last.by?.instance_id !== who.instance_id) last.claimed = true;
  if (last.claimed) return;
  // Another's report that came after this write was made: which of the two it found there nobody can tell.
  const isCrossed = file.writes.some(
    (w) => w.by?.instance_id !== last.by?.instance_id && w.made < last.made && (w.reported ?? 0) > last.made,
  );
  if (isCrossed) return;
  const named = ledgers.get(path.key)?.writes.at(-1);
  findings.check(
    "the ledger names the true last writer",
    named?.instance_id === last.by?.instance_id && named?.hash === last.hash,
    () => `${path.file_path}: ${named?.instance_id} instead of ${last.by?.instance_id}`,
  );
}
