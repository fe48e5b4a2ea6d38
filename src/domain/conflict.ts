import { last } from "./list.ts";
import { viewerOf, type LedgerRecord, type Write } from "./ledger.ts";
import { sameProcess } from "./process.ts";
import { ageMs } from "./time.ts";
import { isRegistered, lives, type Actor, type Around } from "./view.ts";

/**
 * The newest foreign write that `me` has neither seen nor been told of and that shows in the content, or undefined:
 * DESIGN section 5, "A conflict". It looks at the newest write of each writer, so that an own or a family's write
 * does not hide a foreign one.
 */
export function unseenWrite(ledger: LedgerRecord, me: Actor, contentHash: string, around: Around): Write | undefined {
  const viewer = viewerOf(ledger, me.instance_id);
  const seen = viewer === undefined || viewer.hash === null ? undefined : viewer;
  if (seen?.hash === contentHash) return undefined;
  const known = Math.max(seen?.fence ?? 0, viewer?.told ?? 0);
  return last(
    ledger.writes,
    (write) =>
      write.fence > known &&
      isForeign(write, me, around) &&
      (seen !== undefined || lives(write.instance_id, around) || wroteSince(write, me, around)),
  );
}

/** For a path that `me` never saw, an old write of somebody who has gone is history, not news. */
function wroteSince(write: Write, me: Actor, { now }: Around): boolean {
  // Whatever the wall clock was set to since: no boot before this one is later than it.
  const cameWithBoot = now.boot !== "0" && write.written.boot === now.boot && me.started.boot !== now.boot;
  return cameWithBoot || ageMs(write.written, now) < ageMs(me.started, now);
}

/** DESIGN section 5: another instance, but not the parent, an ended subagent of the same session, or the session before `/clear`. */
export function isForeign(write: Write, me: Actor, around: Around): boolean {
  if (write.instance_id === me.instance_id) return false;
  if (write.instance_id === me.parent) return false;
  const gone = !isRegistered(write.instance_id, around);
  const mySession = me.parent ?? me.instance_id;
  if (write.parent === mySession && gone) return false;
  const sameClient = write.process !== null && me.process !== null && sameProcess(write.process, me.process);
  return !(sameClient && gone);
}
