/** How text may look: decided once, by whether a person's terminal reads it. */
export interface Style {
  readonly color: boolean;
}

/**
 * What a command has to say. Commands return it and print nothing: `output.ts` is the only writer. The text is made
 * only when it is wanted, because a program that asked for JSON should not pay for it.
 */
export interface Answer {
  /** The one document that `--json` prints; undefined for none, where stdout belongs to somebody else. */
  readonly json: unknown;
  /** What people read; no newline at its end; empty for nothing. Foreign text in it is escaped already. */
  readonly text: (style: Style) => string;
  /** 0 when absent. A check that finds a lock answers and exits with another code. */
  readonly exitCode?: number;
  /** Diagnostics for stderr, one line each: what is worth knowing though the command did its work. */
  readonly warnings?: readonly string[];
  /** What could have been changed was not, as by `--dry-run`: where the answer is lost, nothing was done. */
  readonly changedNothing?: boolean;
}
