/** What was asked of locks, and answered, when. Times are milliseconds of the system-wide monotonic clock. */

/** A lock as answers name it: who has it, under which fence. */
export type Holding = `${string}#${number}`;

export function holding(holder: string, fence: number): Holding {
  return `${holder}#${fence}`;
}

/**
 * What an operation answered. A field that is absent was not told: it is not compared. Who has ended a lock by force is
 * null when it ended otherwise.
 */
export interface Answer {
  readonly is:
    /** acquire */
    | "granted"
    | "held"
    /** release, force */
    | "released"
    | "free"
    | "other"
    /** renew */
    | "renewed"
    | "nothing"
    /** check */
    | "mine"
    /** those who had it */
    | "expired"
    | "lost"
    /** The guard was not to be had in time: nothing was done. */
    | "busy"
    /** What no operation may answer. */
    | "failed";
  /** In the order of the paths. */
  readonly fences?: readonly number[] | undefined;
  /** Who is in the way. */
  readonly by?: readonly Holding[] | undefined;
  /** The same where only the name is told. */
  readonly holder?: string | undefined;
  /** Locks of the dead that made way. */
  readonly took?: readonly Holding[] | undefined;
  /** To whom a lock was granted after mine. */
  readonly to?: string | undefined;
  readonly forced?: string | null | undefined;
  readonly message?: string | undefined;
}

export const VERBS = ["acquire", "release", "renew", "check", "force"] as const;
export type Verb = (typeof VERBS)[number];

export interface Asked {
  readonly client: string;
  readonly verb: Verb;
  /** Numbers of paths. Several: all or none. */
  readonly paths: readonly number[];
  /** force: the fence of the lock that is meant. */
  readonly target?: number | undefined;
  readonly from: number;
  /** Undefined: it was killed together with its client, at whose death it was over. */
  readonly until: number | undefined;
  /** Undefined: it was killed before it could answer. Until its end it may have taken effect. */
  readonly answer: Answer | undefined;
}

/** The end of a client, by a kill or its own exit: somewhere in this time its locks become free. */
export interface Death {
  readonly client: string;
  readonly verb: "die";
  readonly from: number;
  readonly until: number;
}

export type Operation = Asked | Death;

/** The operations that have to do with some of these paths: what is independent is checked by itself. */
export function concerning(history: readonly Operation[], paths: readonly number[]): readonly Operation[] {
  return history.filter((op) => op.verb === "die" || op.paths.some((path) => paths.includes(path)));
}
