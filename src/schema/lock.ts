import * as v from "valibot";
import type { LockRecord } from "../domain/lock.ts";
import { count, fence, hash, instanceId, key, path, stamp, text } from "./parts.ts";

const grant = v.looseObject({
  lock_id: text,
  kind: v.picklist(["tool", "turn", "session", "claim"]),
  lock_type: v.literal("write"),
  locked_by: v.looseObject({
    instance_id: instanceId,
    agent_role: text,
    pid: v.nullable(v.pipe(v.number(), v.integer())),
  }),
  locked_at: text,
  expires_at: text,
  file_hash: hash,
  intent: text,
  fence,
  parent: v.nullable(instanceId),
  ttl_ms: v.nullable(v.pipe(v.number(), v.minValue(0))),
  granted: stamp,
  renewed: stamp,
  tool_use_ids: v.array(text),
  ended: v.nullable(stamp),
});

/** `locks/<key>.json` */
export const lockSchema = v.looseObject({
  schema_version: text,
  seq: v.optional(count, 0),
  key,
  worktree: text,
  file_path: path,
  real_path: path,
  grants: v.array(grant),
}) satisfies v.GenericSchema<unknown, LockRecord>;
