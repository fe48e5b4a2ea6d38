/** The use case behind PostToolUse and PostToolUseFailure of a write tool. */
import { mapped, where } from "../domain/list.ts";
import { unseenWrite } from "../domain/conflict.ts";
import { withoutOpenGrant } from "../domain/grants.ts";
import { lastWrite, openGrantOf, withTold, type LedgerRecord, type Write } from "../domain/ledger.ts";
import type { PathId } from "../domain/path.ts";
import { recordLateWrite, recordWrite, rivalOf } from "../domain/record-write.ts";
import { stakeOf } from "../domain/release.ts";
import { settle, liveGrants } from "../domain/settle.ts";
import { endToolUse } from "../domain/tool-use.ts";
import { newLedger, type Actor, type Around, type PathState } from "../domain/view.ts";
import type { Decision, Transaction } from "../store/store.ts";
import { remembered, transactOn, type Content } from "./content.ts";
import { aroundOf, type App } from "./context.ts";
import { lookUp, type Identity } from "./identity.ts";
import { present } from "./presence.ts";

export interface ToolEnd {
  readonly path: PathId;
  readonly me: Identity;
  readonly toolUseId: string | null;
  /** ok: it wrote. failed: it did not. interrupted: nobody knows. */
  readonly result: "ok" | "failed" | "interrupted";
}

export interface RecordAnswer {
  /** A foreign write that this one may have replaced unseen, because its lock had ended before. */
  readonly missed: Write | undefined;
}

const NOTHING: RecordAnswer = { missed: undefined };

export async function recordTool(app: App, end: ToolEnd): Promise<RecordAnswer> {
  return transactOn(app, end.path, (tx, content) => decide(app, tx, end, content));
}

function decide(app: App, tx: Transaction, end: ToolEnd, content: Content): Decision<RecordAnswer> {
  const { path } = end;
  const known = lookUp(app, tx, end.me);
  const around = aroundOf(app, tx);
  const state = tx.path(path.key);
  // A release never registers: it may come after the end of its session.
  const { me, changes } =
    known.record === undefined ? { me: holderGone(state, known.id, around), changes: [] } : present(app, known, end.me);
  if (me === undefined) return { answer: NOTHING };
  const lock =
    state.lock === undefined || end.toolUseId === null ? state.lock : endToolUse(state.lock, me, end.toolUseId, around);
  const { ledger, ...answer } = ledgerAfter(state, end, me, content, around, app.config.onConflict === "off");
  const base = { instance: me.instance_id, path: path.file_path, worktree: path.worktree };
  return {
    answer,
    paths: [
      { path, ledger: { to: remembered(ledger, content) }, ...(lock === state.lock ? {} : { lock: { to: lock } }) },
    ],
    instances: changes,
    events: wroteNow(state.ledger, ledger) ? [{ event: "wrote", ...base, fence: ledger.fence, key: path.key }] : [],
  };
}

/** One who is off the register, as its open grant tells of it: what it wrote under that counts all the same. */
function holderGone({ ledger }: PathState, id: string, around: Around): Actor | undefined {
  const open = ledger === undefined ? undefined : openGrantOf(ledger, { instance_id: id });
  return open === undefined ? undefined : { ...open, pid: null, started: around.now };
}

function wroteNow(before: LedgerRecord | undefined, after: LedgerRecord): boolean {
  const [old, now] = [before === undefined ? undefined : lastWrite(before), lastWrite(after)];
  return now !== undefined && (old?.hash !== now.hash || old.fence !== now.fence);
}

function ledgerAfter(state: PathState, end: ToolEnd, me: Actor, content: Content, around: Around, off: boolean) {
  const found = state.ledger ?? newLedger(end.path, around.fenceFloor);
  // What others left was looked at before this call wrote; what is there now is its own.
  const before = end.result === "ok" ? found : settle(found, othersLive(state, me, around), content.hash, around);
  const stake = stakeOf({ ...state, ledger: before }, me, around);
  if (end.result === "failed") {
    // The client's tools write whole or not at all: what changed meanwhile was somebody else's doing, not this call's.
    // Under a longer lock it may have been its holder's own doing, with another tool.
    const isTool = stake.stake === "mine" && stake.grant.kind === "tool";
    const grants = mapped(before.grants, (g) =>
      isTool && g.instance_id === me.instance_id ? { ...g, hash: content.hash } : g,
    );
    return { ledger: { ...before, grants }, ...NOTHING };
  }
  if (end.result === "interrupted") return { ledger: before, ...NOTHING };
  // Compared with nothing: what is in the file now is this call's own work.
  const missed = off ? undefined : unseenWrite(before, me, "", around);
  const late = stake.stake === "lost" || stake.stake === "expired";
  const crossed = stake.stake === "lost" || rivalOf(before, me, content.hash) !== undefined;
  const written = (crossed ? recordLateWrite : recordWrite)(before, me, content.hash, around);
  const closed = late ? withoutOpenGrant(written, me) : written;
  const told = missed === undefined ? closed : withTold(closed, me.instance_id);
  return { ledger: told, missed };
}

/** My own grant is not "ended without a word": this call is the word. */
function othersLive(state: PathState, me: Actor, around: Around) {
  const open = state.ledger === undefined ? undefined : openGrantOf(state.ledger, me);
  const mine = where(state.lock?.grants ?? [], (g) => g.fence === open?.fence);
  return [...liveGrants(state.lock, around), ...mine];
}
