/**
 * The store: where the state of one workspace lives. Everything above decides, a store makes the decision one step.
 *
 * `transact(decide)` runs `decide` on the current state and publishes what it asks for, as one atomic step against all
 * other processes. `decide` must be pure and quick: it may be called several times, only its last result counts, and
 * it may not do input or output. Its answer is returned once its changes are in force. If it throws, nothing changed.
 *
 * States as seen by others: before the step or after it, never in between. A process that dies in the middle leaves
 * one of the two, at the latest when the next one takes over.
 *
 * Errors: GUARD_BUSY (nobody could be moved out of the way within the deadline), GUARD_COMPROMISED, IO, STATE_UNSAFE.
 * The read calls outside `transact` see published records only, take no lock and may be a moment old. Of a change of
 * several paths they may see a part: `steady` is for those who must not.
 */
import type { InstanceRecord } from "../domain/instance.ts";
import type { LedgerRecord } from "../domain/ledger.ts";
import type { LockRecord } from "../domain/lock.ts";
import type { PathId } from "../domain/path.ts";
import type { PathState } from "../domain/view.ts";
import type { DecisionLog } from "./decision-log.ts";

/** What a decision may read. Answers stay the same for the whole decision. */
export interface Transaction {
  readonly path: (key: string) => PathState;
  readonly instance: (id: string) => InstanceRecord | undefined;
  /** Keys of paths on which the instance may hold a grant: a superset, cheap, never missing one. */
  readonly held: (id: string) => readonly string[];
  readonly instanceIds: () => readonly string[];
  readonly fenceFloor: () => number;
}

export interface PathChange {
  readonly path: PathId;
  /** Present: the lock record becomes this; undefined removes it. */
  readonly lock?: { readonly to: LockRecord | undefined };
  /** Present: the ledger becomes this. A ledger is removed by pruning only. */
  readonly ledger?: { readonly to: LedgerRecord };
}

export interface InstanceChange {
  readonly id: string;
  /** undefined: the instance is no longer registered. */
  readonly to: InstanceRecord | undefined;
}

/** All that the history tells of. */
export type EventName =
  /** An instance came, went by itself, or was removed because it had died or was stale. */
  | "registered"
  | "unregistered"
  | "swept"
  /** A lock was granted, in place of one that had ended, given back, or taken from its holder by a person. */
  | "acquired"
  | "took_over"
  | "released"
  | "force_released"
  /** A lock was refused: another holds the path, or its content is not what the instance last saw. */
  | "held"
  | "conflict"
  | "wrote"
  | "decided"
  /** A hook could not do its work. */
  | "failed"
  | "guard_taken_over"
  | "guard_copies_dropped";

/** One line of the history as it is read: another version may have written it, and know other events. */
export interface PastEvent {
  readonly event: string;
  readonly instance: string;
  readonly [field: string]: string | number | boolean | null;
}

/** One line of the history. Best effort: it may be missing when a process was killed after the commit. */
export interface HistoryEvent extends PastEvent {
  readonly event: EventName;
}

export interface Decision<A> {
  readonly answer: A;
  readonly paths?: readonly PathChange[];
  readonly instances?: readonly InstanceChange[];
  readonly events?: readonly HistoryEvent[];
}

export interface TransactOptions {
  /** How long to wait for others, in milliseconds. */
  readonly waitMs: number;
}

export interface PruneOptions extends TransactOptions {
  readonly everyMs?: number;
}

export interface Store {
  readonly transact: <A>(decide: (tx: Transaction) => Decision<A>, options: TransactOptions) => Promise<A>;
  readonly path: (key: string) => PathState;
  readonly instance: (id: string) => InstanceRecord | undefined;
  readonly instances: () => readonly InstanceRecord[];
  readonly locks: () => readonly LockRecord[];
  /** As in a transaction, a moment old. */
  readonly held: (id: string) => readonly string[];
  /**
   * Runs `read`, which looks by the calls above, so that it sees each change of several paths whole or not at all; it
   * may be called several times. For whoever answers a question without `transact`; what is decided needs it not.
   */
  readonly steady: <A>(read: () => A, options: TransactOptions) => Promise<A>;
  readonly events: (fromByte: number, maxBytes: number) => History;
  /**
   * Removes what nobody needs any more: ledgers idle for longer than `idleMs`, old scratch. Answers how many. With
   * `everyMs` it does nothing if that was done within this time.
   */
  readonly prune: (idleMs: number, options: PruneOptions) => Promise<number>;
  /** The decision log. Loaded when it is asked for: no hook but the first of a session needs it. */
  readonly decisions: () => Promise<DecisionLog>;
  /** Problems met while reading since the last call, a line each: what was moved to `corrupt/`. */
  readonly reports: () => readonly string[];
}

export interface History {
  readonly events: readonly PastEvent[];
  /** Where to go on reading. */
  readonly next: number;
}
