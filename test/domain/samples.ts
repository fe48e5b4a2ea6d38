/** Plain records to build states from: a table row names only what it is about. */
import type { DecisionDraft, DecisionRecord } from "../../src/domain/decision.ts";
import type { InstanceRecord, Limits } from "../../src/domain/instance.ts";
import { NO_FILE, type LedgerRecord, type OpenGrant, type Write } from "../../src/domain/ledger.ts";
import type { Grant, LockRecord } from "../../src/domain/lock.ts";
import type { PathId } from "../../src/domain/path.ts";
import type { ProcessRef, Verdict } from "../../src/domain/process.ts";
import { isoSeconds, type Stamp } from "../../src/domain/time.ts";
import { actorOf, newLedger, SCHEMA_VERSION, type Actor, type Around } from "../../src/domain/view.ts";

const BOOT = "b00t";
/** 2026-01-08T12:00:00Z: where every test's time begins. */
const NOON_MS = Date.UTC(2026, 0, 8, 12);

/** The moment `ms` after noon, an hour after the boot. */
export function at(ms: number): Stamp {
  return { wall_ms: NOON_MS + ms, mono_ms: 3_600_000 + ms, boot: BOOT };
}

export const LIMITS: Limits = { ttlMs: 300_000, toolTtlMs: 60_000, staleAfterMs: 300_000 };

export function processRef(pid: number, start = "100"): ProcessRef {
  return { host: "h0st", boot: BOOT, pidns: "4026531836", pid, start };
}

/** A content hash that is told from others by one letter or word. */
export function hashOf(content: string): string {
  return new Bun.CryptoHasher("sha1").update(content).digest("hex");
}

export function pathId(name: string): PathId {
  const key = new Bun.CryptoHasher("sha256").update(`\0${name}`).digest("hex").slice(0, 32);
  return { key, worktree: "", file_path: name, real_path: `/project/${name}` };
}

/** The session of a subagent's ID: what stands before the dot. */
function parentIn(id: string): string | null {
  const dot = id.indexOf(".");
  return dot < 0 ? null : id.slice(0, dot);
}

export function instance(id: string, fields: Partial<InstanceRecord> = {}): InstanceRecord {
  const since = fields.started ?? at(0);
  return {
    schema_version: SCHEMA_VERSION,
    instance_id: id,
    parent: parentIn(id),
    session_id: `session of ${id}`,
    agent_id: null,
    agent_role: "main",
    task: "General development",
    task_from_prompt: false,
    branch: "main",
    worktree: "",
    worktree_path: "/project",
    pid: null,
    process: null,
    started_at: isoSeconds(since.wall_ms),
    started: since,
    bound: since,
    last_ping: isoSeconds(since.wall_ms),
    pinged: since,
    ping_count: 1,
    status: "active",
    busy_ms: 0,
    told_events: 0,
    elsewhere: [],
    ...fields,
  };
}

export function grant(id: string, fields: Partial<Grant> = {}): Grant {
  return {
    lock_id: `lock of ${id}`,
    kind: "claim",
    lock_type: "write",
    locked_by: { instance_id: id, agent_role: "main", pid: null },
    locked_at: isoSeconds(at(0).wall_ms),
    expires_at: isoSeconds(at(LIMITS.ttlMs).wall_ms),
    file_hash: NO_FILE,
    intent: "",
    fence: 1,
    parent: parentIn(id),
    ttl_ms: null,
    granted: at(0),
    renewed: at(0),
    tool_use_ids: [],
    ended: null,
    ...fields,
  };
}

export function lock(path: PathId, ...grants: readonly Grant[]): LockRecord {
  return { schema_version: SCHEMA_VERSION, ...path, grants };
}

export function ledger(path: PathId, fields: Partial<LedgerRecord> = {}): LedgerRecord {
  return { ...newLedger(path, 0), ...fields };
}

export function write(id: string, fence: number, content: string, fields: Partial<Write> = {}): Write {
  return {
    instance_id: id,
    parent: parentIn(id),
    process: null,
    agent_role: "main",
    hash: hashOf(content),
    fence,
    at: isoSeconds(at(0).wall_ms),
    written: at(0),
    probable: false,
    ...fields,
  };
}

export function openGrant(id: string, fence: number, content: string, fields: Partial<OpenGrant> = {}): OpenGrant {
  return {
    instance_id: id,
    parent: parentIn(id),
    process: null,
    agent_role: "main",
    fence,
    hash: hashOf(content),
    settled: false,
    ...fields,
  };
}

export function actor(id: string, fields: Partial<InstanceRecord> = {}): Actor {
  return actorOf(instance(id, fields));
}

export interface World {
  readonly now?: Stamp;
  readonly limits?: Limits;
  /** The registered; whoever is not among them is unknown. */
  readonly instances?: readonly InstanceRecord[];
  /** What is known of processes; an instance that is not named is bound to none. */
  readonly verdicts?: Readonly<Record<string, Verdict>>;
  readonly fenceFloor?: number;
}

export function around({ now = at(0), limits = LIMITS, instances = [], verdicts = {}, fenceFloor = 0 }: World): Around {
  const byId = new Map(instances.map((record) => [record.instance_id, record]));
  return { now, limits, fenceFloor, holder: (id) => ({ record: byId.get(id), verdict: verdicts[id] ?? null }) };
}

export function draft(title: string, fields: Partial<DecisionDraft> = {}): DecisionDraft {
  return {
    made_by: { instance_id: "a", agent_role: "main" },
    category: "architecture",
    title,
    description: "In full",
    context: { problem: "", alternatives_considered: [], rationale: "" },
    impact: { scope: "local", files_affected: [], dependencies: [] },
    supersedes: null,
    ...fields,
  };
}

export function decision(decision_id: string, fields: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    schema_version: SCHEMA_VERSION,
    decision_id,
    timestamp: isoSeconds(at(0).wall_ms),
    ...draft(`Decision ${decision_id}`),
    status: "accepted",
    superseded_by: null,
    ...fields,
  };
}
