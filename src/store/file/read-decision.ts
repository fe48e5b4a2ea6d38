import type { DecisionId } from "../../domain/decision-id.ts";
import type { DecisionRecord } from "../../domain/decision.ts";
import type { DecisionFiles } from "./decision-files.ts";
import type { DecisionPorts } from "./decision-log.ts";
import { quarantine } from "./quarantine.ts";
import type { ReadResult } from "./read-record.ts";

/** Git or a sync tool may just be writing a file that is younger. */
const SETTLED_MS = 60_000;

/** Undefined for one that is not there or cannot be used, which is reported, and goes to `corrupt/` in the end. */
export function readDecision(ports: DecisionPorts, files: DecisionFiles, id: DecisionId): DecisionRecord | undefined {
  const look = (): ReadResult<DecisionRecord> => files.look(id);
  const found = look();
  if (found.state === "ok") return found.value;
  if (found.state === "broken") ports.report(setAside(ports, files.path(id), found.reason, look));
  return undefined;
}

/** A line about a broken file, which goes to `corrupt/` once nobody can be writing it any more. Never throws. */
function setAside(ports: DecisionPorts, path: string, reason: string, again: () => ReadResult<DecisionRecord>): string {
  const { scratch, layout } = ports;
  const left = `${path.slice(layout.top.length + 1)} cannot be used (${reason}) and is left out`;
  try {
    const found = again();
    if (found.state !== "broken" || !isSettled(ports, found)) return left;
    return ports.guarded(ports.quarantineWaitMs, () => {
      const now = again();
      if (now.state !== "broken" || !isSettled(ports, now)) return left;
      return quarantine(scratch, layout, { path, ...now });
    });
  } catch {
    // The disk may be read-only: what can be read is read all the same.
    return left;
  }
}

/** Broken itself, not only unreadable for now or for this user, and for so long that it will not get better. */
function isSettled(
  { now }: DecisionPorts,
  found: { readonly reason: string; readonly mtimeMs: number; readonly passing: boolean },
): boolean {
  return !found.passing && !/^E[A-Z]+$/.test(found.reason) && now().wall_ms - found.mtimeMs > SETTLED_MS;
}
