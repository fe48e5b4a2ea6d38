/** The use case behind PostToolUse of Read: what the instance has seen of a file. */
import { lastWrite, viewerOf, withSeen } from "../domain/ledger.ts";
import type { PathId } from "../domain/path.ts";
import { liveGrants, settle } from "../domain/settle.ts";
import { newLedger } from "../domain/view.ts";
import { observePath, readContent, remembered, stillSame, type Content } from "./content.ts";
import { aroundOf, type App } from "./context.ts";
import { lookUp, type Identity } from "./identity.ts";
import { present } from "./presence.ts";

export interface Reading {
  readonly path: PathId;
  readonly me: Identity;
  /** When the read began, on the wall clock, at the latest. Milliseconds. */
  readonly beganMs: number;
  /** The whole text as the reader got it, where it did. */
  readonly text: string | undefined;
}

/**
 * When a read began is known from its duration and the start of this hook, and the client takes a while to start a
 * process, the longer the busier the machine is: what was written up to this much before may have come after. It also
 * covers the ticking of file times. Milliseconds.
 */
const SLACK_MS = 150;
/** Counts the present content as seen, unless it may have been written after the read began. Answers whether it did. */
export async function noteSeen(app: App, reading: Reading): Promise<boolean> {
  const { path } = reading;
  const content = observePath(app, path);
  if (content.seen === null) return false;
  const same = reading.text !== undefined && sameText(app, path, reading.text, content);
  return app.store.transact((tx) => {
    const known = lookUp(app, tx, reading.me);
    const { me, changes, events } = present(app, known, reading.me);
    const around = aroundOf(app, tx);
    const state = tx.path(path.key);
    const before = settle(
      state.ledger ?? newLedger(path, around.fenceFloor),
      liveGrants(state.lock, around),
      content.hash,
      around,
    );
    const safeMs = reading.beganMs - SLACK_MS;
    const fresh = (content.latestMs ?? 0) > safeMs || wroteAfter(before, safeMs);
    // Where the reader got the whole text, that decides; times are for those who read a part of it.
    const hasSeen = reading.text === undefined ? !fresh : same;
    if (!hasSeen || !stillSame(app.sys, path.real_path, content)) return { answer: false, instances: changes, events };
    const ledger = withSeen(remembered(before, content), me.instance_id, content.hash);
    const old = state.ledger === undefined ? undefined : viewerOf(state.ledger, me.instance_id);
    const now = viewerOf(ledger, me.instance_id);
    const unchanged = old?.hash === now?.hash && old?.fence === now?.fence && before === state.ledger;
    return { answer: true, instances: changes, events, paths: unchanged ? [] : [{ path, ledger: { to: ledger } }] };
  }, app.wait);
}

function wroteAfter(ledger: Parameters<typeof lastWrite>[0], ms: number): boolean {
  return (lastWrite(ledger)?.written.wall_ms ?? 0) > ms;
}

/** The reader's text is what is in the file now: then it was seen, whenever it was written. */
function sameText(app: App, path: PathId, text: string, content: Content): boolean {
  return (
    comparable(new TextDecoder().decode(readContent(app.sys, path.real_path))) === comparable(text) &&
    stillSame(app.sys, path.real_path, content)
  );
}

/** The client shows line ends as LF, and no byte order mark; the decoder has taken that away already. */
function comparable(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
