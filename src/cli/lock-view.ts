import { pathWord } from "../domain/quote.ts";
import { escapeForTerminal } from "../domain/visible.ts";
import { counted } from "./show-text.ts";
import { fileName } from "./status-view.ts";

/** A lock as every `--json` answer has it: DESIGN section 4. */
export interface LockView {
  readonly lock_id: string;
  readonly file_path: string;
  readonly worktree: string;
  readonly kind: string;
  readonly lock_type: string;
  readonly locked_by: { readonly instance_id: string; readonly agent_role: string; readonly pid: number | null };
  readonly locked_at: string;
  /** The effective one. */
  readonly expires_at: string;
  readonly intent: string;
  readonly fence: number;
}

/** A change of which whoever acquires does not know yet. */
export interface UnseenView {
  readonly typed: string;
  readonly by: string;
  readonly at: string;
}

/** `asked` are the paths as they were typed: a command that shows them works in the same folder. */
export function renderAcquired(
  locks: readonly LockView[],
  asked: readonly string[],
  tookOverFrom: readonly string[],
  unseen: readonly UnseenView[],
): string {
  return [
    ...tookOverFrom.map((id) => `Taken over from ${escapeForTerminal(id)}, whose lock had ended`),
    ...locks.flatMap((lock) => [
      `Locked: ${fileName(lock)}, ${until(lock)}`,
      `  Fence: ${lock.fence}`,
      ...endsWith(lock),
    ]),
    ...unseen.map(
      ({ typed, by, at }) =>
        `Read it first: ${pathWord(typed)} was changed by ${escapeForTerminal(by)} at ${escapeForTerminal(at)}`,
    ),
    `To give it back: coord lock release ${asked.map(pathWord).join(" ")}`,
  ].join("\n");
}

/** A shell's lock is as short-lived as the process that took it, which in a pipeline is not the shell that goes on. */
function endsWith({ locked_by: { instance_id, pid } }: LockView): readonly string[] {
  return instance_id.startsWith("cli-") && pid !== null ? [`  Ends with process ${pid} at the latest: this shell`] : [];
}

export function renderRenewed(locks: readonly LockView[]): string {
  return locks.map((lock) => `Renewed: ${fileName(lock)}, ${until(lock)}`).join("\n");
}

export function renderReleased(paths: readonly { readonly file_path: string; readonly state: string }[]): string {
  if (paths.length === 0) return "No locks to release";
  return paths
    .map(
      ({ file_path, state }) => `${state === "released" ? "Released" : "Not locked"}: ${escapeForTerminal(file_path)}`,
    )
    .join("\n");
}

/** The list of the bash edition, and what our commands take besides: BASH_EDITION.md section 2. */
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
    `  Fence: ${lock.fence}`,
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

export function until(lock: LockView): string {
  return `until ${escapeForTerminal(lock.expires_at)} unless renewed`;
}
