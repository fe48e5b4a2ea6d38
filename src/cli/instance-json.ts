import type { App } from "../app/context.ts";
import { typeable } from "../app/typeable.ts";
import type { InstanceInfo } from "../app/status.ts";
import type { LockInfo } from "../app/lock-view.ts";
import type { InstanceView } from "./status-view.ts";

/** An instance as commands answer it, with or without `--json`. */
export interface InstanceAnswer extends InstanceView {
  readonly parent: string | null;
  readonly session_id: string | null;
  readonly pid: number | null;
  readonly worktree_path: string;
  readonly started_at: string;
  readonly locks: readonly LockInfo[];
}

/** For text: its locks under the names that can be typed here. */
export function instanceShown(here: App, answer: InstanceAnswer): InstanceAnswer {
  return { ...answer, locks: answer.locks.map((lock) => typeable(here, lock)) };
}

/** What of a record is for others to see. Proven dead and not yet swept counts as stale. */
export function instanceAnswer(info: InstanceInfo): InstanceAnswer {
  const { instance_id, parent, session_id, pid, agent_role, task, branch, worktree, worktree_path, started_at } = info;
  return {
    instance_id,
    parent,
    session_id,
    pid,
    agent_role,
    task,
    branch,
    worktree,
    worktree_path,
    status: info.standing === "dead" ? "stale" : info.standing,
    started_at,
    last_heartbeat: info.last_ping,
    locks: info.locks,
  };
}
