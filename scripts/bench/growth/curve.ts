/** How the time that something takes grows with one part of the state, all the rest being small. */
export interface Curve {
  /** What was timed. */
  readonly name: string;
  readonly axis: Axis;
  readonly expected: Expected;
  /** By growing n. */
  readonly points: readonly Point[];
  /** Why larger sizes are left out, where they are. */
  readonly note?: string;
}

export interface Point {
  readonly n: number;
  /** The median. */
  readonly ms: number;
  /** Of the empty program, beside it; 0 for what starts no process. */
  readonly floorMs: number;
  readonly runs: number;
}

/**
 * locks: of others. own locks: of the very session that acts. stale instances: with a lock each, to be cleaned up.
 * decisions: one an hour, so that most are of other months. decisions today: all in one folder.
 */
export const AXES = [
  "locks",
  "own locks",
  "instances",
  "stale instances",
  "decisions",
  "decisions today",
  "events",
] as const;
export type Axis = (typeof AXES)[number];

/** flat: does not depend on n. linear: looks at each of them, once. */
export type Expected = "flat" | "linear";

/**
 * Up to which exponent it holds. Flat ones get as much as a noisy point makes; over three decades it is a doubling of
 * what coord itself takes. Linear ones as much as sorting and larger folders do.
 */
export const MOST: Readonly<Record<Expected, number>> = { flat: 0.1, linear: 1.1 };
