import type { Step } from "./lane.ts";
import type { StateName } from "./states.ts";

/** One command line of the grid, in the states in which it is swept. */
export interface Case {
  readonly name: string;
  readonly step: Step;
  readonly states: readonly StateName[];
  /** What comes before it, besides the state. */
  readonly prepare?: readonly Step[];
  /** Exit codes of the same command typed again afterwards; default: the one that it has undisturbed. */
  readonly again?: readonly number[];
  /** The part that is there once more when it is done again: two decisions, not one. */
  readonly twice?: string;
  /** It takes long, and so do all of its points: of its errors the long form too takes this many. */
  readonly errorsAtMost?: number;
  /** Parts that come and go with the process: killed in between they may be there, until somebody looks after them. */
  readonly passing?: RegExp;
}

export const ALL = ["fresh", "populated", "stale"] as const;
export const USED = ["populated", "stale"] as const;
/** For what only reads: there it has most to come across. */
export const STALE = ["stale"] as const;
export const POPULATED = ["populated"] as const;
