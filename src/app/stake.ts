/** How the acting instance stands to a path. Takes and changes nothing. */
import { unseenWrite } from "../domain/conflict.ts";
import { isCoordError } from "../domain/errors.ts";
import { openGrantOf, viewerOf, type LedgerRecord } from "../domain/ledger.ts";
import type { PathId } from "../domain/path.ts";
import { stakeOf, type Stake } from "../domain/release.ts";
import { actorOf, type Around } from "../domain/view.ts";
import type { Transaction } from "../store/store.ts";
import { observePath } from "./content.ts";
import { aroundUnguarded, requireState, type App } from "./context.ts";
import { lookUp, type Identity, type Known } from "./identity.ts";
import { typedPath } from "./paths.ts";

/** Content that is not what it should be. */
export interface Change {
  readonly by: string | undefined;
}

/** What a look shows; for use inside `steadyLook`. */
export interface Look {
  readonly stake: Stake;
  /** Whether the content is another than it should be, and who made it so if that is known. Reads the file. */
  readonly change: () => Change | undefined;
  /** Who has made a change that the acting instance has not seen, also one that never saw the file. Reads the file. */
  readonly unseenBy: () => string | undefined;
  readonly around: Around;
}

/** Where a look looks. */
export type Source = Pick<Transaction, "path" | "instance">;

export function lookAt(app: App, me: Identity, path: PathId, from: Source): Look {
  const state = from.path(path.key);
  const around = aroundUnguarded(app);
  const known = lookUp(app, from, me);
  const stake = stakeOf(state, { instance_id: known.id, parent: known.parent }, around);
  return {
    stake,
    change: () => contentChange(app, state.ledger, path, known, around),
    unseenBy: () => {
      const { ledger } = state;
      if (ledger === undefined || known.record === undefined) return undefined;
      return unseenWrite(ledger, actorOf(known.record), observePath(app, path).hash, around)?.instance_id;
    },
    around,
  };
}

/**
 * What a look without the guard finds. A lock and its ledger are two files, and somebody may take the path between the
 * two: then the ledger knows of a grant of which the lock knows nothing yet. A grant to another who has the path no more
 * looks the same, and is rare: so that is looked at once again, inside the guard.
 */
export async function steadyLook<A>(
  app: App,
  path: PathId,
  read: (from: Source) => A,
  howItStands: (found: A) => Stake,
): Promise<A> {
  const found = await app.store.steady(() => read(app.store), app.wait);
  const stake = howItStands(found);
  if (stake.stake !== "lost" || stake.by !== undefined) return found;
  try {
    const state = await app.store.transact((tx) => ({ answer: tx.path(path.key) }), app.wait);
    return read({ path: () => state, instance: app.store.instance });
  } catch (error) {
    // Looking must work where nothing can be written, and while somebody sits on the guard.
    if (isCoordError(error)) return found;
    throw error;
  }
}

export interface StakeReport {
  readonly file_path: string;
  readonly stake: Stake;
  /** The content is neither what I locked nor what I last saw, or another was granted the path since. */
  readonly conflict: boolean;
}

/** For those who ask for no more than that. Throws USAGE, STATE_MISSING. */
export async function stakeIn(app: App, me: Identity, typed: string): Promise<StakeReport> {
  requireState(app);
  const path = typedPath(app, typed);
  const read = (from: Source): StakeReport => {
    const { stake, change } = lookAt(app, me, path, from);
    return { file_path: path.file_path, stake, conflict: stake.stake === "lost" || change() !== undefined };
  };
  return steadyLook(app, path, read, ({ stake }) => stake);
}

/** Mine: the content is neither what I locked nor what I last saw. Not mine: a foreign write that I have not seen. */
function contentChange(
  app: App,
  ledger: LedgerRecord | undefined,
  path: PathId,
  { id, record }: Known,
  around: Around,
): Change | undefined {
  if (ledger === undefined || record === undefined) return undefined;
  const { hash } = observePath(app, path);
  const open = openGrantOf(ledger, record);
  if (open !== undefined) {
    if (hash === open.hash || hash === viewerOf(ledger, id)?.hash) return undefined;
    return { by: unseenWrite(ledger, actorOf(record), hash, around)?.instance_id };
  }
  const write = hasSeen(ledger, id) ? unseenWrite(ledger, actorOf(record), hash, around) : undefined;
  return write === undefined ? undefined : { by: write.instance_id };
}

/** True once the instance is known to have seen a content of the path. */
export function hasSeen(ledger: LedgerRecord, id: string): boolean {
  return (viewerOf(ledger, id)?.hash ?? null) !== null;
}
