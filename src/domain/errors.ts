/** Every way in which coord can refuse or fail. The table below is the only place that knows the exit codes. */
export type ErrorCode =
  | "USAGE"
  | "LOCK_HELD"
  | "LOCK_EXPIRED"
  | "CONFLICT"
  | "STALE_INSTANCE"
  | "GUARD_BUSY"
  | "GUARD_COMPROMISED"
  | "STATE_UNSAFE"
  | "STATE_MISSING"
  | "IO"
  | "CONFIG"
  | "COMMAND_NOT_FOUND"
  | "COMMAND_NOT_RUN"
  | "INTERNAL";

/** Exit codes of the command line: DESIGN section 4. */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  USAGE: 2,
  LOCK_HELD: 10,
  LOCK_EXPIRED: 11,
  CONFLICT: 12,
  STALE_INSTANCE: 13,
  GUARD_BUSY: 1,
  GUARD_COMPROMISED: 1,
  STATE_UNSAFE: 1,
  STATE_MISSING: 1,
  IO: 1,
  CONFIG: 1,
  // `coord run`: as env(1), timeout(1) and the shells have it.
  COMMAND_NOT_FOUND: 127,
  COMMAND_NOT_RUN: 126,
  INTERNAL: 1,
};

/** An error that says what went wrong (`message`) and what to type next (`hint`). */
export interface CoordError extends Error {
  readonly code: ErrorCode;
  readonly hint?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** What turned out on the way and is not the reason, a line each. */
  readonly warnings?: readonly string[];
}

export interface ErrorExtras {
  readonly hint?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
  readonly cause?: unknown;
}

/** Makes a `CoordError`. Recognise it by its `code`, never by a class: minified names do not survive (BUN.md). */
export function coordError(code: ErrorCode, message: string, extras: ErrorExtras = {}): CoordError {
  const { cause, ...rest } = extras;
  return Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code, ...rest });
}

export function isCoordError(error: unknown): error is CoordError {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code in EXIT_CODES;
}
