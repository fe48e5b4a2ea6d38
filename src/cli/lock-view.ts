import { escapeForTerminal } from "../domain/visible.ts";
import { counted, quoted, shellWord } from "./show-text.ts";
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
  /** Who wrote it since, where `state` is "changed" and that is known. */
  readonly writer?: { readonly instance_id: string; readonly at: string } | null;
}

export function renderAcquired(locks: readonly LockView[]): string {
  const lines = locks.map((lock) => `Locked: ${fileName(lock)}, until ${escapeForTerminal(lock.expires_at)} unless renewed`);
  const paths = locks.map((lock) => shellWord(lock.file_path)).join(" ");
  return [...lines, `To give it back: coord lock release ${paths}`].join("\n");
}

/** `asked` is what was typed; empty for `--all`. */
export function renderReleased(released: readonly LockView[], asked: readonly string[]): string {
  if (released.length > 0) return released.map((lock) => `Released: ${fileName(lock)}`).join("\n");
  if (asked.length === 0) return "No locks to release";
  return asked.map((path) => `Not locked: ${escapeForTerminal(path)}`).join("\n");
}

/** One line that says how things stand, and one with what to type next where there is a next. */
export function renderCheck({ file_path, state, lock, writer }: CheckView): string {
  const path = escapeForTerminal(file_path);
  const word = shellWord(file_path);
  switch (state) {
    case "free":
      return `Free: ${path}\nTo lock it: coord lock acquire ${word}`;
    case "mine":
      return `Yours: ${path}${lock === null ? "" : `, ${lifetime(lock)}`}\nTo give it back: coord lock release ${word}`;
    case "held":
      return `Held: ${path}${lock === null ? "" : ` by ${holder(lock)}, ${lifetime(lock)}`}\nTo see all locks: coord lock list`;
    case "expired":
      return `Expired: your lock on ${path} has ended, and nobody has had it since\nTo lock it again: coord lock acquire ${word}`;
    case "changed": {
      const by = writer === undefined || writer === null ? "" : ` by ${escapeForTerminal(writer.instance_id)}`;
      const at = writer === undefined || writer === null ? "" : ` at ${escapeForTerminal(writer.at)}`;
      return `Changed: ${path} is no longer what you locked or last saw${by === "" ? "" : `; written${by}${at}`}\nRead it again, then: coord lock acquire ${word}`;
    }
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
    `  Intent: ${show(lock.intent)}`,
    `  Locked At: ${show(lock.locked_at)}`,
    `  Expires At: ${show(lock.expires_at)}`,
  ]);
  const total = locks.length === 0 ? "No active locks" : `Total: ${locks.length} lock(s)`;
  return ["Active File Locks:", "=".repeat(18), ...entries, "", total].join("\n");
}

export function renderCleanup(instances: readonly string[], locks: readonly LockView[] | number): string {
  const removed = typeof locks === "number" ? locks : locks.length;
  return [
    ...instances.map((id) => `Forgotten: ${escapeForTerminal(id)}`),
    `Cleaned up ${counted(instances.length, "stale instance")} and ${counted(removed, "ended lock")}`,
  ].join("\n");
}

function holder(lock: LockView): string {
  return `${escapeForTerminal(lock.locked_by.instance_id)} (role ${quoted(lock.locked_by.agent_role)})`;
}

function lifetime(lock: LockView): string {
  return `since ${escapeForTerminal(lock.locked_at)}, until ${escapeForTerminal(lock.expires_at)} unless renewed`;
}
