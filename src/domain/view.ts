import { standing, type InstanceRecord, type Limits, type Who } from "./instance.ts";
import type { LedgerRecord } from "./ledger.ts";
import type { Holder, LockRecord } from "./lock.ts";
import { pathFields, type PathId } from "./path.ts";
import type { ProcessRef } from "./process.ts";
import type { Stamp } from "./time.ts";

/** The state of one path. A record that is not there is undefined. */
export interface PathState {
  readonly lock: LockRecord | undefined;
  readonly ledger: LedgerRecord | undefined;
}

/** What a decision may look at besides the state of the path: the others, the time, the limits. */
export interface Around {
  readonly now: Stamp;
  readonly limits: Limits;
  readonly holder: (instanceId: string) => Holder;
  /** Fences of a new ledger start above this. */
  readonly fenceFloor: number;
}

/** The one who acts. */
export interface Actor extends Who {
  readonly agent_role: string;
  readonly pid: number | null;
  readonly process: ProcessRef | null;
  readonly started: Stamp;
}

export function actorOf(record: InstanceRecord): Actor {
  const { instance_id, parent, agent_role, pid, process, started } = record;
  return { instance_id, parent, agent_role, pid, process, started };
}

/** True while the instance is registered and not proven dead. */
export function isRegistered(id: string, around: Around): boolean {
  const { record, verdict } = around.holder(id);
  return record !== undefined && verdict !== "dead";
}

/** True while the instance is registered and active or idle. */
export function lives(id: string, around: Around): boolean {
  const { record, verdict } = around.holder(id);
  if (record === undefined) return false;
  const now = standing(record, verdict, around.now, around.limits);
  return now === "active" || now === "idle";
}

export const SCHEMA_VERSION = "1.0.0";

export function newLedger(path: PathId, fenceFloor: number): LedgerRecord {
  return {
    schema_version: SCHEMA_VERSION,
    ...pathFields(path),
    fence: fenceFloor,
    last_grant: null,
    writes: [],
    grants: [],
    viewers: [],
    content: null,
  };
}
