import * as v from "valibot";
import type { LedgerRecord } from "../domain/ledger.ts";
import { count, fence, hash, instanceId, key, path, processRef, stamp, text } from "./parts.ts";

const write = v.looseObject({
  instance_id: instanceId,
  parent: v.nullable(instanceId),
  process: v.nullable(processRef),
  agent_role: text,
  hash,
  fence,
  at: text,
  written: stamp,
  probable: v.boolean(),
});

const openGrant = v.looseObject({
  instance_id: instanceId,
  parent: v.nullable(instanceId),
  process: v.nullable(processRef),
  agent_role: text,
  fence,
  hash,
  settled: v.boolean(),
  forced: v.optional(v.looseObject({ by: instanceId, at: text })),
});

const viewer = v.looseObject({ instance_id: instanceId, hash: v.nullable(hash), fence, told: fence });

/** `files/<key>.json` */
export const ledgerSchema = v.looseObject({
  schema_version: text,
  seq: v.optional(count, 0),
  key,
  worktree: text,
  file_path: path,
  real_path: path,
  fence,
  last_grant: v.nullable(v.looseObject({ instance_id: instanceId, fence })),
  writes: v.array(write),
  grants: v.array(openGrant),
  viewers: v.array(viewer),
  content: v.nullable(
    v.looseObject({ hash, dev: text, ino: text, size: count, mtime_ns: text, ctime_ns: v.optional(text) }),
  ),
}) satisfies v.GenericSchema<unknown, LedgerRecord>;
