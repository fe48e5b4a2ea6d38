import type { InstanceRecord, Limits, Who } from "./instance.ts";
import type { Verdict } from "./process.ts";
import type { PathId } from "./path.ts";
import { ageMs, liesAhead, type Stamp } from "./time.ts";

/** tool: for single tool calls; turn, session: by hold policy; claim: asked for by command. */
export type LockKind = "tool" | "turn" | "session" | "claim";

/** One instance's right to write one path. Field names are those on disk; the first ones are the bash edition's. */
export interface Grant {
  readonly lock_id: string;
  readonly kind: LockKind;
  readonly lock_type: "write";
  readonly locked_by: { readonly instance_id: string; readonly agent_role: string; readonly pid: number | null };
  readonly locked_at: string;
  /** As it was when written; the effective one follows the holder's lease: `remainingMs`. */
  readonly expires_at: string;
  readonly file_hash: string;
  readonly intent: string;
  readonly fence: number;
  readonly parent: string | null;
  /** `--ttl` in milliseconds; null: the lock lives with the lease of its holder. */
  readonly ttl_ms: number | null;
  readonly granted: Stamp;
  readonly renewed: Stamp;
  readonly tool_use_ids: readonly string[];
  /** When the last of its tool calls ended. */
  readonly ended: Stamp | null;
}

/** `locks/<key>.json`. */
export interface LockRecord extends PathId {
  readonly schema_version: string;
  readonly grants: readonly Grant[];
}

/** The ID of the lock that stands for a lock file which cannot be read. No grant is ever made with it. */
export const UNREADABLE = "unreadable";

/** After the last tool call of a lock has ended, formatter hooks may still be at the file (DESIGN section 5). */
const GRACE_MS = 10_000;

/** A holder as the one who asks sees it. `record` is undefined when there is none (any more). */
export interface Holder {
  readonly record: InstanceRecord | undefined;
  readonly verdict: Verdict | null;
}

/**
 * How long a grant still holds, in milliseconds; 0 or less: it has ended. A lock never outlives its holder's process.
 * Rules: DESIGN section 2 "lock" and section 5 "Tool locks".
 */
export function remainingMs(grant: Grant, holder: Holder, now: Stamp, limits: Limits): number {
  if (holder.verdict === "dead") return 0;
  const { record } = holder;
  if (record !== undefined && isOfEarlierLife(grant, record)) return 0;
  const sinceRenewal = ageMs(grant.renewed, now);
  if (grant.kind === "tool") {
    const open = limits.toolTtlMs - sinceRenewal;
    return grant.ended === null ? open : Math.min(open, GRACE_MS - ageMs(grant.ended, now));
  }
  if (grant.ttl_ms !== null) return grant.ttl_ms - sinceRenewal;
  if (record === undefined) return limits.ttlMs - sinceRenewal;
  const byLease = Math.max(limits.ttlMs, record.busy_ms) - ageMs(record.pinged, now);
  return Math.max(byLease, limits.ttlMs - sinceRenewal);
}

/**
 * Granted before its holder came to live in its present process. Moments of different boots are not compared: a wall
 * clock that was set back would end locks that have just been granted, or keep those of processes that a reboot ended.
 */
function isOfEarlierLife({ granted, locked_by }: Grant, { bound, process }: InstanceRecord): boolean {
  const isComparable = granted.boot === bound.boot || granted.boot === "0" || bound.boot === "0";
  if (isComparable) return liesAhead(bound, granted);
  return process !== null && locked_by.pid !== null && granted.boot !== process.boot;
}

/** Who bars whom: DESIGN section 2. Within a family only a subagent's lock bars, and it bars everybody else. */
export function bars(grant: Grant, who: Who): boolean {
  const holder = grant.locked_by.instance_id;
  return holder !== who.instance_id && holder !== who.parent;
}

export function isMine(grant: Grant, who: Pick<Who, "instance_id">): boolean {
  return grant.locked_by.instance_id === who.instance_id;
}
