import { EXIT_CODES } from "../domain/errors.ts";
import { pathWord } from "../domain/quote.ts";
import { escapeForTerminal } from "../domain/visible.ts";
import { counted, inQuotes } from "./show-text.ts";
import { fileName } from "./status-view.ts";

/** A lock as every `--json` answer has it: DESIGN section 4. */
export interface LockView {
  readonly lock_id: string;
  readonly file_path: string;
  readonly worktree: string;
  readonly kind: string;
  readonly lock_type: string;
  readonly locked_by: { readonly instance_id: string; readonly agent_role: string };
  readonly locked_at: string;
  /** The effective one. */
  readonly expires_at: string;
  readonly intent: string;
  readonly fence: number;
}

export interface CheckView {
  readonly file_path: string;
  readonly state: "free" | "mine" | "held" | "expired" | "changed";
  /** Mine, or the one that bars me. */
  readonly lock: LockView | null;
}

/** DESIGN section 4: what a check finds is its exit code too. */
export const CHECK_EXIT_CODES: Readonly<Record<CheckView["state"], number>> = {
  free: 0,
  mine: 0,
  held: EXIT_CODES.LOCK_HELD,
  expired: EXIT_CODES.LOCK_EXPIRED,
  changed: EXIT_CODES.CONFLICT,
};

/** For `verify` a path of which nothing is mine is a no, free or not. */
export const VERIFY_EXIT_CODES: Readonly<Record<CheckView["state"], number>> = {
  ...CHECK_EXIT_CODES,
  free: EXIT_CODES.LOCK_EXPIRED,
};

/** `asked` are the paths as they were typed: a command that shows them works in the same folder. */
export function renderAcquired(
  locks: readonly LockView[],
  asked: readonly string[],
  tookOverFrom: readonly string[],
): string {
  return [
    ...tookOverFrom.map((id) => `Taken over from ${escapeForTerminal(id)}, whose lock had ended`),
    ...locks.map((lock) => `Locked: ${fileName(lock)}, ${until(lock)}`),
    `To give it back: coord lock release ${asked.map(pathWord).join(" ")}`,
  ].join("\n");
}

export function renderRenewed(locks: readonly LockView[]): string {
  return locks.map((lock) => `Renewed: ${fileName(lock)}, ${until(lock)}`).join("\n");
}

/** As `renderCheck`, for the question whether a lock still is mine. `fence` is the one that was asked for. */
export function renderVerified(view: CheckView, asked: string, fence: number | undefined): string {
  const path = escapeForTerminal(view.file_path);
  if (view.state === "free") return `Not yours: ${path} is free\nTo lock it: coord lock acquire ${pathWord(asked)}`;
  const { lock } = view;
  if (view.state !== "changed" || lock === null || fence === undefined || lock.fence === fence)
    return renderCheck(view, asked);
  return `Changed: the lock on ${path} is another now, by ${holder(lock)}, with fence ${lock.fence} and not ${fence}`;
}

export function renderReleased(paths: readonly { readonly file_path: string; readonly state: string }[]): string {
  if (paths.length === 0) return "No locks to release";
  return paths
    .map(
      ({ file_path, state }) => `${state === "released" ? "Released" : "Not locked"}: ${escapeForTerminal(file_path)}`,
    )
    .join("\n");
}

/** One line that says how things stand, and one with what to type next. `asked` is the path as it was typed. */
export function renderCheck({ file_path, state, lock }: CheckView, asked: string): string {
  const path = escapeForTerminal(file_path);
  const word = pathWord(asked);
  const details =
    lock === null
      ? ""
      : `${state === "mine" ? "" : ` by ${holder(lock)}`}, since ${shown(lock.locked_at)}, ${until(lock)}\nLock ID: ${shown(lock.lock_id)}`;
  switch (state) {
    case "free":
      return `Free: ${path}\nTo lock it: coord lock acquire ${word}`;
    case "mine":
      return `Yours: ${path}${details}\nTo give it back: coord lock release ${word}`;
    case "held":
      return `Held: ${path}${details}\nTo wait: coord lock wait ${word} --timeout 60s`;
    case "expired":
      return `Expired: your lock on ${path} has ended, nobody has had it since\nTo lock it again: coord lock acquire ${word}`;
    case "changed":
      return `Changed: ${path} is not what you locked or last saw\nRead it again, then: coord lock acquire ${word}`;
    default:
      return state satisfies never;
  }
}

/** The list of the bash edition: BASH_EDITION.md section 2. */
export function renderLockList(locks: readonly LockView[]): string {
  const show = escapeForTerminal;
  const entries = locks.flatMap((lock) => [
    "",
    `File: ${fileName(lock)}`,
    `  Locked By: ${show(lock.locked_by.instance_id)}`,
    `  Lock Type: ${show(lock.lock_type)}`,
    `  Intent: ${lock.intent === "" ? "-" : show(lock.intent)}`,
    `  Locked At: ${show(lock.locked_at)}`,
    `  Expires At: ${show(lock.expires_at)}`,
    `  Lock ID: ${show(lock.lock_id)}`,
  ]);
  const total = locks.length === 0 ? "No active locks" : `Total: ${locks.length} lock(s)`;
  return ["Active File Locks:", "=".repeat(18), ...entries, "", total].join("\n");
}

export function renderCleanup(instances: readonly string[], lockedPaths: readonly string[]): string {
  return [
    ...instances.map((id) => `Forgotten: ${escapeForTerminal(id)}`),
    ...lockedPaths.map((path) => `Unlocked: ${escapeForTerminal(path)}`),
    `Cleaned up ${counted(instances.length, "stale instance")} and ${counted(lockedPaths.length, "lock")}`,
  ].join("\n");
}

function holder(lock: LockView): string {
  return `${escapeForTerminal(lock.locked_by.instance_id)} (role ${inQuotes(lock.locked_by.agent_role)})`;
}

function until(lock: LockView): string {
  return `until ${shown(lock.expires_at)} unless renewed`;
}

function shown(time: string): string {
  return escapeForTerminal(time);
}
