import * as v from "valibot";
import type { InstanceRecord } from "../domain/instance.ts";
import { count, instanceId, path, processRef, stamp, text } from "./parts.ts";

/** `heartbeats/<instance>.json` */
export const instanceSchema = v.looseObject({
  schema_version: text,
  seq: v.optional(count, 0),
  instance_id: instanceId,
  parent: v.nullable(instanceId),
  session_id: v.nullable(text),
  agent_id: v.nullable(text),
  agent_role: text,
  task: text,
  task_from_prompt: v.optional(v.boolean(), false),
  branch: v.nullable(text),
  worktree: text,
  worktree_path: path,
  pid: v.nullable(v.pipe(v.number(), v.integer())),
  process: v.nullable(processRef),
  started_at: text,
  started: stamp,
  bound: stamp,
  last_ping: text,
  pinged: stamp,
  ping_count: count,
  status: v.picklist(["starting", "active", "stopping"]),
  busy_ms: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  told_events: v.optional(count, 0),
  elsewhere: v.optional(v.pipe(v.array(path), v.maxLength(64)), []),
}) satisfies v.GenericSchema<unknown, InstanceRecord>;
