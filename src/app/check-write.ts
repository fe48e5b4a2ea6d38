/**
 * The use case behind `hook check`: may this instance write this path now? Takes the lock if so.
 */
import { mapped } from "../domain/list.ts";
import { acquire, type Bar } from "../domain/acquire.ts";
import { unseenWrite } from "../domain/conflict.ts";
import { viewerOf, withSeen, withTold, type LedgerRecord, type Write } from "../domain/ledger.ts";
import type { InstanceRecord } from "../domain/instance.ts";
import type { PathId } from "../domain/path.ts";
import { randomName } from "../platform/random-name.ts";
import type { Decision, PathChange, Transaction } from "../store/store.ts";
import { MAX_LOOKS, observePath, readContent, remembered, stillSame, type Content } from "./content.ts";
import { aroundOf, type App } from "./context.ts";
import { clientIsGone, lookUp, type Identity } from "./identity.ts";
import { present } from "./presence.ts";
import { waitWhileHeld } from "./wait-while-held.ts";

export interface CheckRequest {
  readonly path: PathId;
  readonly me: Identity;
  readonly toolUseId: string | null;
  /** What an Edit wants to replace; undefined for tools that write the whole file. */
  readonly oldStrings: readonly string[] | undefined;
  /** Monotonic milliseconds: no waiting beyond this. */
  readonly deadline: number;
}

export type CheckAnswer =
  | {
      readonly answer: "granted";
      readonly warning: Write | undefined;
      /** Whose locks had ended and made way. */
      readonly tookOver: readonly string[];
    }
  | { readonly answer: "held"; readonly bar: Bar; readonly holder: InstanceRecord | undefined }
  | { readonly answer: "conflict"; readonly write: Write };

type Barred = Extract<CheckAnswer, { readonly answer: "held" }>;

type Step = CheckAnswer | { readonly answer: "moved" } | { readonly answer: "need-text" };

export async function checkWrite(app: App, request: CheckRequest): Promise<CheckAnswer> {
  const { sys } = app;
  const start = sys.monotonicMs();
  const waitEnd = Math.min(start + app.config.waitMs, request.deadline);
  let fits: { readonly hash: string; readonly applies: boolean } | undefined;
  let barred: Barred | undefined;
  for (let look = 1; ; look += 1) {
    const content = observePath(app, request.path);
    const applies = fits?.hash === content.hash ? fits.applies : undefined;
    const settled = look >= MAX_LOOKS;
    // Whoever waits for a client that has gone takes nothing any more.
    if (barred !== undefined && clientIsGone(app)) return barred;
    const step = await decided(app, { ...request, content, applies, settled });
    if (step.answer === "need-text") {
      fits = { hash: content.hash, applies: editApplies(app, request) };
      continue;
    }
    if (step.answer === "moved") continue;
    // Whoever turns out to be dead goes at once, with all that he held.
    if (step.answer === "granted" && step.tookOver.length > 0) {
      const { removeInstance } = await import("./sweep.ts");
      for (const id of step.tookOver) await removeInstance(app, id, "dead");
    }
    if (step.answer !== "held" || step.bar.grant.kind !== "tool" || sys.monotonicMs() >= waitEnd) return step;
    const { id, parent } = lookUp(app, app.store, request.me);
    const me = { instance_id: id, parent };
    waitWhileHeld(app, { key: request.path.key, me, bar: step.bar.grant, start, end: waitEnd });
    barred = step;
    look = 0;
  }
}

/**
 * One decision, in force. When a denial is certain but what goes with it cannot be written (a full disk), it holds all
 * the same: coord's own trouble may let a call go on that nobody bars, never one that somebody does.
 */
async function decided(app: App, look: Look): Promise<Step> {
  let proven: Step | undefined;
  try {
    return await app.store.transact((tx) => {
      const decision = decide(app, tx, look);
      const { answer } = decision;
      proven = answer.answer === "held" || answer.answer === "conflict" ? answer : undefined;
      return decision;
    }, app.wait);
  } catch (error) {
    if (proven === undefined) throw error;
    return proven;
  }
}

/** True when every piece that an edit replaces is in the file; line ends are compared as the client does, as LF. */
function editApplies(app: App, request: CheckRequest): boolean {
  const { oldStrings } = request;
  if (oldStrings === undefined || oldStrings.length === 0) return false;
  const text = new TextDecoder().decode(readContent(app.sys, request.path.real_path)).replaceAll("\r\n", "\n");
  return oldStrings.every((piece) => piece !== "" && text.includes(piece.replaceAll("\r\n", "\n")));
}

interface Look extends CheckRequest {
  readonly content: Content;
  readonly applies: boolean | undefined;
  readonly settled: boolean;
}

function decide(app: App, tx: Transaction, look: Look): Decision<Step> {
  const { path, content } = look;
  if (!look.settled && !stillSame(app.sys, path.real_path, content)) return { answer: { answer: "moved" } };
  const known = lookUp(app, tx, look.me);
  const { me, changes, events: arrivals } = present(app, known, look.me);
  const around = aroundOf(app, tx);
  const state = tx.path(path.key);
  const outcome = acquire(
    state,
    {
      path,
      me,
      kind: app.config.hold,
      ttlMs: null,
      intent: "",
      toolUseId: look.toolUseId,
      contentHash: content.hash,
      lockId: randomName(),
    },
    around,
  );
  const base = { instance: me.instance_id, path: path.file_path, worktree: path.worktree };
  if (outcome.outcome === "held") {
    const [bar] = outcome.bars;
    if (bar === undefined) throw new Error("held by nobody");
    const holder = tx.instance(bar.grant.locked_by.instance_id);
    const event = { event: "held" as const, ...base, by: bar.grant.locked_by.instance_id };
    return { answer: { answer: "held", bar, holder }, instances: changes, events: [...arrivals, event] };
  }
  const write = app.config.onConflict === "off" ? undefined : unseenWrite(outcome.known, me, content.hash, around);
  if (write !== undefined && app.config.onConflict === "deny") {
    if (look.oldStrings !== undefined && look.applies === undefined) return { answer: { answer: "need-text" } };
    if (look.applies !== true) {
      const told = withTold(remembered(outcome.known, content), me.instance_id);
      return {
        answer: { answer: "conflict", write },
        paths: [{ path, ledger: { to: told } }],
        instances: changes,
        events: [...arrivals, { event: "conflict", ...base, by: write.instance_id, fence: write.fence }],
      };
    }
  }
  const ledger = afterGrant(outcome.ledger, me.instance_id, content, write);
  const change: PathChange = { path, lock: { to: outcome.lock }, ledger: { to: ledger } };
  const events = [
    ...arrivals,
    ...mapped(outcome.tookOver, (g) => ({
      event: "took_over" as const,
      ...base,
      from: g.locked_by.instance_id,
      fence: g.fence,
    })),
    ...(outcome.fresh
      ? [{ event: "acquired" as const, ...base, fence: outcome.grant.fence, kind: outcome.grant.kind }]
      : []),
  ];
  const tookOver = mapped(outcome.tookOver, (g) => g.locked_by.instance_id);
  return {
    answer: { answer: "granted", warning: write, tookOver },
    paths: [change],
    instances: changes,
    events,
  };
}

/** What the grant teaches about the actor: told of a foreign write, or all writes so far are in what it saw. */
function afterGrant(ledger: LedgerRecord, id: string, content: Content, told: Write | undefined): LedgerRecord {
  const kept = remembered(ledger, content);
  if (told !== undefined) return withTold(kept, id);
  return viewerOf(kept, id)?.hash === content.hash ? withSeen(kept, id, content.hash) : kept;
}
