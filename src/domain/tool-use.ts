import { mapped, where } from "./list.ts";
import { isMine, type LockRecord } from "./lock.ts";
import type { Who } from "./instance.ts";
import type { Around } from "./view.ts";

/**
 * The lock after one tool call of `me` has ended. When it was the last one of a tool lock, the lock is left to the
 * formatter hooks for GRACE_MS (see lock.ts) and then ends by itself.
 */
export function endToolUse(lock: LockRecord, me: Who, toolUseId: string, around: Around): LockRecord {
  const grants = mapped(lock.grants, (g) => {
    if (!isMine(g, me) || g.kind !== "tool") return g;
    const open = where(g.tool_use_ids, (id) => id !== toolUseId);
    return { ...g, tool_use_ids: open, ended: open.length === 0 ? around.now : null };
  });
  return { ...lock, grants };
}
