import type { ProcessRef, Verdict } from "./process.ts";
import { ageMs, isoSeconds, type Stamp } from "./time.ts";

/** Who asks. `parent` is the session of a subagent, else null. */
export interface Who {
  readonly instance_id: string;
  readonly parent: string | null;
}

/** `heartbeats/<instance>.json`: all that is known of one instance. Field names are those on disk. */
export interface InstanceRecord extends Who {
  readonly schema_version: string;
  readonly session_id: string | null;
  readonly agent_id: string | null;
  readonly agent_role: string;
  readonly task: string;
  /** The task was taken from the user's prompt, and the next prompt may replace it. */
  readonly task_from_prompt: boolean;
  readonly branch: string | null;
  /** Name of the worktree, empty for the main one. */
  readonly worktree: string;
  readonly worktree_path: string;
  readonly pid: number | null;
  /** The process that this instance lives and dies with; null: it lives by its lease. */
  readonly process: ProcessRef | null;
  readonly started_at: string;
  readonly started: Stamp;
  /** When it came to live in its present process; grants from before belong to an earlier life. */
  readonly bound: Stamp;
  readonly last_ping: string;
  readonly pinged: Stamp;
  readonly ping_count: number;
  readonly status: "starting" | "active" | "stopping";
  /** A tool has said that it may run this long after `pinged`; 0 otherwise. Milliseconds. */
  readonly busy_ms: number;
  /** How far this instance has been told of the history: a byte offset into `events.jsonl`. */
  readonly told_events: number;
  /** State folders of other workspaces in which this session is registered too. */
  readonly elsewhere: readonly string[];
}

/** How long things live. Milliseconds. */
export interface Limits {
  readonly ttlMs: number;
  readonly toolTtlMs: number;
  readonly staleAfterMs: number;
}

/** active: its lease runs. idle: the lease is over, the process lives. stale: neither is known. dead: proven. */
export type Standing = "active" | "idle" | "stale" | "dead";

export function leaseLeftMs(record: InstanceRecord, now: Stamp, limits: Limits): number {
  return Math.max(limits.staleAfterMs, record.busy_ms) - ageMs(record.pinged, now);
}

/** `verdict` is null for an instance that is bound to no process. */
export function standing(record: InstanceRecord, verdict: Verdict | null, now: Stamp, limits: Limits): Standing {
  if (verdict === "dead") return "dead";
  if (leaseLeftMs(record, now, limits) > 0) return "active";
  return verdict === "alive" ? "idle" : "stale";
}

/** The record with its lease renewed at `now`; an announced longer run is not cut short. */
export function pinged(record: InstanceRecord, now: Stamp, busyMs = 0): InstanceRecord {
  const left = record.busy_ms - ageMs(record.pinged, now);
  return {
    ...record,
    last_ping: isoSeconds(now.wall_ms),
    pinged: now,
    ping_count: record.ping_count + 1,
    status: "active",
    busy_ms: Math.max(0, left, busyMs),
  };
}

/** The session of a family: the parent of a subagent, else the instance itself. */
export function familyOf(who: Who): string {
  return who.parent ?? who.instance_id;
}
