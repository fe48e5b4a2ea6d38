/**
 * The instances with which `coord doctor` tries the hooks: one holds a file, the other is refused it. They are nobody,
 * and exist for some milliseconds: no session is told of them, whatever the history says.
 */

/** The session ID that the refused one has. */
export const PROBE_SESSION = "coord-doctor";
/** What the ID of the holder starts with; no session's does. */
export const PROBE_HOLDER = "coord-doctor-";
/** The instance ID that belongs to PROBE_SESSION (`sessionInstanceId`); a second process at the same time has one that goes on from it. */
export const PROBE_CALLER = "claude-fb19a8f5fe4b";

export function isProbe(instanceId: string): boolean {
  return instanceId.startsWith(PROBE_HOLDER) || instanceId.startsWith(PROBE_CALLER);
}
