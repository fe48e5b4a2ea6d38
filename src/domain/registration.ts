import { pinged, type InstanceRecord, type Who } from "./instance.ts";
import { sameProcess, type ProcessRef } from "./process.ts";
import { firstCharacters } from "./text.ts";
import { isoSeconds, type Stamp } from "./time.ts";
import { SCHEMA_VERSION } from "./view.ts";

export const DEFAULT_TASK = "General development";
export const DEFAULT_ROLE = "main";
/** Limits of the bash edition, in characters. */
export const MAX_TASK = 200;
export const MAX_ROLE = 100;
export const MAX_INTENT = 100;

/** What is known about an instance when it registers. */
export interface Introduction extends Who {
  readonly session_id: string | null;
  readonly agent_id: string | null;
  readonly process: ProcessRef | null;
  /** The process that it was bound to so far is proven dead. */
  readonly outlived: boolean;
  /** undefined: keep what is registered, else the default. */
  readonly agent_role: string | undefined;
  readonly task: string | undefined;
  readonly branch: string | null;
  readonly worktree: string;
  readonly worktree_path: string;
}

/** The record of an instance that registers: a new one, or the old one with its lease renewed. */
export function registered(old: InstanceRecord | undefined, intro: Introduction, now: Stamp): InstanceRecord {
  const { instance_id, parent, session_id, agent_id, branch, worktree, worktree_path } = intro;
  const where = { branch, worktree, worktree_path };
  if (old !== undefined) {
    const moved = intro.process !== null && (old.process === null || !sameProcess(old.process, intro.process));
    const process = moved ? { process: intro.process, pid: intro.process?.pid ?? null } : {};
    // Only what a dead process held has ended with it.
    const bound = moved && intro.outlived ? { ...process, bound: now } : process;
    const named = {
      agent_role: intro.agent_role ?? old.agent_role,
      task: intro.task ?? old.task,
      task_from_prompt: intro.task === undefined && old.task_from_prompt,
    };
    return { ...pinged(old, now), ...where, ...named, ...bound };
  }
  return {
    schema_version: SCHEMA_VERSION,
    instance_id,
    parent,
    session_id,
    agent_id,
    agent_role: intro.agent_role ?? DEFAULT_ROLE,
    task: intro.task ?? DEFAULT_TASK,
    task_from_prompt: false,
    ...where,
    pid: intro.process?.pid ?? null,
    process: intro.process,
    started_at: isoSeconds(now.wall_ms),
    started: now,
    bound: now,
    last_ping: isoSeconds(now.wall_ms),
    pinged: now,
    ping_count: 1,
    status: "active",
    busy_ms: 0,
    told_events: 0,
    elsewhere: [],
  };
}

/** The task as the first line of a prompt tells it, unless one was set by hand. */
export function withPrompt(record: InstanceRecord, prompt: string): InstanceRecord {
  if (record.task !== DEFAULT_TASK && !record.task_from_prompt) return record;
  const line = prompt.split("\n").find((l) => l.trim() !== "");
  // The client also delivers a finished background task as a prompt, in tags: nobody's task.
  if (line === undefined || line.startsWith("<")) return record;
  const task = firstCharacters(line.trim(), MAX_TASK);
  return { ...record, task, task_from_prompt: true };
}
