/** Valid records of each schema that is compiled, by the name of its check. */
import { readFileSync } from "node:fs";

export const HASH = "0123456789abcdef0123456789abcdef01234567";
const KEY = HASH.slice(0, 32);
const stamp = { wall_ms: 1, mono_ms: 2.5, boot: "b" };
const process = { host: "h", boot: "b", pidns: "1", pid: 7, start: "9" };
export const path = { key: KEY, worktree: "", file_path: "src/a.ts", real_path: "/p/src/a.ts" };
const recording = readFileSync(`${import.meta.dir}/../fixtures/recorded-session.jsonl`, "utf8");
const inputs: readonly unknown[] = recording
  .trim()
  .split("\n")
  .map((line): unknown => JSON.parse(line));

export const grant = {
  lock_id: "x",
  kind: "tool",
  lock_type: "write",
  locked_by: { instance_id: "claude-1", agent_role: "main", pid: 7 },
  locked_at: "t",
  expires_at: "t",
  file_hash: HASH,
  intent: "",
  fence: 1,
  parent: null,
  ttl_ms: null,
  granted: stamp,
  renewed: stamp,
  tool_use_ids: ["t1"],
  ended: null,
};
const open = { instance_id: "a", parent: null, process, agent_role: "main", fence: 2, hash: HASH, settled: false };
const write = { ...open, at: "t", written: stamp, probable: true };

export const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  isEvent: [{ event: "e", instance: "i", path: "p", fence: 1, ok: true, none: null }],
  isFloor: [{ schema_version: "1", fence_floor: 12 }],
  isHookInput: inputs,
  isToolInput: [{ file_path: "a", old_string: "b", edits: [{ old_string: "c" }, {}] }, { notebook_path: "n" }],
  isReadResponse: [{ type: "text", file: { content: "x", numLines: 1, startLine: 1, totalLines: 1 } }],
  isJournal: [{ schema_version: "1", parts: [{ dir: "locks", name: KEY, seq: 1, text: null }] }],
  isLock: [{ schema_version: "1", seq: 3, ...path, grants: [grant, { ...grant, ended: stamp, kind: "claim" }] }],
  isLedger: [
    {
      schema_version: "1",
      ...path,
      fence: 4,
      last_grant: { instance_id: "a", fence: 2 },
      writes: [write],
      grants: [open],
      viewers: [{ instance_id: "a", hash: null, fence: 0, told: 0 }],
      content: { hash: HASH, dev: "1", ino: "2", size: 3, mtime_ns: "4", ctime_ns: "5" },
    },
    {
      schema_version: "1",
      ...path,
      fence: 0,
      last_grant: null,
      writes: [],
      grants: [],
      viewers: [],
      content: { hash: HASH, dev: "1", ino: "2", size: 3, mtime_ns: "4" },
    },
  ],
  isInstance: [
    {
      schema_version: "1",
      instance_id: "claude-1.a2",
      parent: "claude-1",
      session_id: "s",
      agent_id: null,
      agent_role: "main",
      task: "t",
      branch: null,
      worktree: "",
      worktree_path: "/p",
      pid: 7,
      process,
      started_at: "t",
      started: stamp,
      bound: stamp,
      last_ping: "t",
      pinged: stamp,
      ping_count: 1,
      status: "active",
    },
  ],
};
