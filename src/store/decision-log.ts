/**
 * The decision log, as a part of the store's contract: entries are added and never changed. An entry that was
 * acknowledged is there for good, whatever happens to the machine, and its ID is its own across branches and machines.
 *
 * Errors: GUARD_BUSY, GUARD_COMPROMISED, STATE_UNSAFE, and IO, which says so when the decision is logged all the same.
 * What was found broken while reading is skipped and told by `Store.reports`.
 */
import type { DecisionDraft, DecisionRecord } from "../domain/decision.ts";
import type { TransactOptions } from "./store.ts";

export interface DecisionLog {
  /** Logs a decision under the day's next number; one that supersedes another is the newer one by its ID. */
  readonly add: (draft: DecisionDraft, options: TransactOptions) => Promise<DecisionRecord>;
  /** IDs of everything that bears the name of a decision, newest first. Reads no decision. */
  readonly ids: () => Iterable<string>;
  /** Every decision as it was logged, newest first, each read when it is asked for. */
  readonly newest: () => Iterable<DecisionRecord>;
  /** How many there are, broken ones included. */
  readonly count: () => number;
  /** Takes over entries of another log. What is known already stays as it is. */
  readonly take: (entries: readonly unknown[], options?: TakeOptions) => Promise<Taken>;
  /** Brings what is derived from the log in line with it. Does nothing when it is. */
  readonly refresh: () => Promise<void>;
}

export interface TakeOptions {
  /** Only tells what would be taken. */
  readonly dryRun?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Taken {
  readonly taken: number;
  /** Entries that were there already. */
  readonly known: number;
  /** Entries with the ID of a decision that is there with another content, which stands. */
  readonly differing: readonly string[];
  /** Entries that are no decisions: which, and why. */
  readonly unusable: readonly string[];
}
