import { coordError, EXIT_CODES, isCoordError, type CoordError, type ErrorCode } from "../domain/errors.ts";
import { escapeForTerminal } from "../domain/visible.ts";

/** An error as people and programs get to see it. Exit codes: `EXIT_CODES`. */
export interface Failure {
  readonly code: ErrorCode;
  readonly exitCode: number;
  readonly message: string;
  readonly hint: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** What turned out on the way and is not the reason, a line each. */
  readonly warnings: readonly string[];
}

/** What to type next when whoever threw the error did not know better. */
const HINTS: Readonly<Record<ErrorCode, string>> = {
  USAGE: "coord --help",
  LOCK_HELD: "coord lock list",
  LOCK_EXPIRED: "coord lock acquire PATH",
  CONFLICT: "Read the file again, then: coord lock acquire PATH",
  STALE_INSTANCE: "coord instance register --task TASK --role ROLE",
  GUARD_BUSY: "Try again; if its holder is stopped or on a machine that is gone: coord doctor --break-guard NAME",
  GUARD_COMPROMISED: "Repeat the command, then: coord status",
  STATE_UNSAFE: "Make the state folder yours alone: chmod 700, no symbolic link, owned by you",
  STATE_MISSING: "coord init",
  IO: "Check the space and the permissions of the state folder, then repeat the command",
  CONFIG: "Correct the file and repeat the command",
  COMMAND_NOT_FOUND: "Check its name and PATH",
  COMMAND_NOT_RUN: "Check its permissions: ls -l",
  INTERNAL: "This is a defect of coord: please report it with the command you typed",
};

/** System errors that say enough about themselves in one sentence of ours. */
const SYSTEM: ReadonlyMap<string, string> = new Map([
  ["EACCES", "Permission denied"],
  ["EPERM", "Operation not permitted"],
  ["EROFS", "The file system is read-only"],
  ["ENOSPC", "No space left on the device"],
  ["EDQUOT", "The disk quota is used up"],
  ["EMFILE", "Too many open files"],
  ["ENFILE", "Too many open files on this system"],
  ["EIO", "Input/output error"],
  ["EXDEV", "It lies on another file system"],
  ["EFBIG", "Files may not be that large"],
  ["EBUSY", "It is in use by the system"],
  ["ENOENT", "No such file or folder"],
  ["ENOTDIR", "A part of the path is not a folder"],
  ["ELOOP", "Too many symbolic links"],
  ["ENAMETOOLONG", "The name is too long"],
]);

/** What to do about those that have nothing to do with the state folder. */
const SYSTEM_HINTS: ReadonlyMap<string, string> = new Map([
  ["EMFILE", "Raise the limit (ulimit -n), then repeat the command"],
  ["ENFILE", "Close some programs, then repeat the command"],
  ["EFBIG", "Raise the limit (ulimit -f), then repeat the command"],
]);

/** Whatever was thrown, as a failure. */
export function toFailure(error: unknown): Failure {
  if (isCoordError(error)) {
    const { code, message, hint = HINTS[code], data = {}, warnings = [] } = error;
    return { ...failure(code, message, hint, data), warnings };
  }
  if (!(error instanceof Error)) return failure("INTERNAL", String(error), HINTS.INTERNAL, {});
  // citty does not export its error: its name is all there is to know it by.
  if (error.name === "CLIError") return failure("USAGE", error.message, HINTS.USAGE, {});
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const system = SYSTEM.get(code);
  if (system === undefined) return failure("INTERNAL", error.message, HINTS.INTERNAL, {});
  const path = "path" in error && typeof error.path === "string" ? `: "${error.path}"` : "";
  return failure("IO", `${system}${path}`, SYSTEM_HINTS.get(code) ?? HINTS.IO, {});
}

/**
 * An answer that cannot be written, as to a full disk. What was asked for may be done all the same, and must then not be
 * called a failure to be repeated: RELIABILITY section 4 (8).
 */
export function unwritable(error: unknown): CoordError {
  const { message } = toFailure(error);
  return coordError("IO", `The answer cannot be written: ${message}`, {
    hint: "Check where the output goes",
    data: { answered: false },
    cause: error,
  });
}

/** The same of a command that changes things: it has done so. */
export function unwritableButDone(error: unknown): unknown {
  if (!isCoordError(error) || error.data?.["answered"] !== false) return error;
  return coordError(error.code, `Done, but ${error.message.replace(/^T/, "t")}`, {
    hint: "Check where the output goes; what the command changes is changed, so do not repeat it: coord status",
    data: { ...error.data, done: true },
    cause: error,
  });
}

/** The same error, telling what turned out besides. */
export function withWarnings(error: unknown, warnings: readonly string[]): unknown {
  if (warnings.length === 0) return error;
  const { code, message, hint, data } = toFailure(error);
  return coordError(code, message, { hint, data, warnings, cause: error });
}

export function failureText(failure: Failure): string {
  return `Error: ${escapeForTerminal(failure.message)}\nNext: ${escapeForTerminal(failure.hint.replace(/^run: /, ""))}`;
}

export function failureJson(failure: Failure): Readonly<Record<string, unknown>> {
  const { code, exitCode, message, hint, data, warnings } = failure;
  return { error: { ...data, code, exit_code: exitCode, message, hint, ...(warnings.length > 0 ? { warnings } : {}) } };
}

function failure(code: ErrorCode, message: string, hint: string, data: Readonly<Record<string, unknown>>): Failure {
  return { code, exitCode: EXIT_CODES[code], message, hint, data, warnings: [] };
}
