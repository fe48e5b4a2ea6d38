import { ageMs, isoSeconds, later, type Stamp } from "../domain/time.ts";
import type { Grant } from "../domain/lock.ts";
import type { PathId } from "../domain/path.ts";

/** A lock as commands answer it: the LOCK of DESIGN section 4, and a little more. */
export interface LockInfo {
  readonly lock_id: string;
  readonly file_path: string;
  /** Absolute, links resolved. */
  readonly real_path: string;
  readonly worktree: string;
  readonly kind: Grant["kind"];
  readonly lock_type: Grant["lock_type"];
  readonly locked_by: Grant["locked_by"];
  readonly locked_at: string;
  /** The effective one: it follows the lease of the holder. */
  readonly expires_at: string;
  readonly expires_in_ms: number;
  readonly age_ms: number;
  readonly file_hash: string;
  readonly intent: string;
  readonly fence: number;
}

export function lockInfo(now: Stamp, path: PathId, grant: Grant, leftMs: number): LockInfo {
  const { lock_id, kind, lock_type, locked_by, locked_at, file_hash, intent, fence } = grant;
  return {
    lock_id,
    file_path: path.file_path,
    real_path: path.real_path,
    worktree: path.worktree,
    kind,
    lock_type,
    locked_by,
    locked_at,
    expires_at: isoSeconds(later(now, leftMs).wall_ms),
    expires_in_ms: Math.round(leftMs),
    age_ms: Math.round(ageMs(grant.granted, now)),
    file_hash,
    intent,
    fence,
  };
}
