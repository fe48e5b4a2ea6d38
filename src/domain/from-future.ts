/**
 * Records from the future: written by a clock that was set back since, or forged. Each look takes their times for now,
 * so they would never grow old; so whoever may write puts now into them, once, and they age from then on
 * (RELIABILITY section 3, "clamped to now").
 */
import { mapped } from "./list.ts";
import type { InstanceRecord } from "./instance.ts";
import type { Grant, LockRecord } from "./lock.ts";
import { aheadMs, isoSeconds, type Stamp } from "./time.ts";

/** Before any grant: whether one is of an earlier life is not known then, and every doubt is its holder's. */
const LONG_AGO = { wall_ms: 0, mono_ms: 0 } as const;

/** The same record if none of its times is more than `slackMs` ahead: what is less ends that much later, no more. */
export function instanceByNow<T extends InstanceRecord>(record: T, now: Stamp, slackMs: number): T {
  const isLate = (stamp: Stamp): boolean => aheadMs(stamp, now) > slackMs;
  const { started, bound, pinged } = record;
  if (!isLate(started) && !isLate(bound) && !isLate(pinged)) return record;
  return {
    ...record,
    ...(isLate(started) ? { started: now, started_at: isoSeconds(now.wall_ms) } : {}),
    ...(isLate(bound) ? { bound: { ...LONG_AGO, boot: now.boot } } : {}),
    ...(isLate(pinged) ? { pinged: now, last_ping: isoSeconds(now.wall_ms) } : {}),
  };
}

/** Likewise for the grants on a path. */
export function lockByNow<T extends LockRecord>(lock: T, now: Stamp, slackMs: number): T {
  let changed = false;
  const grants = mapped(lock.grants, (grant) => {
    const fixed = grantByNow(grant, now, slackMs);
    changed ||= fixed !== grant;
    return fixed;
  });
  return changed ? { ...lock, grants } : lock;
}

function grantByNow(grant: Grant, now: Stamp, slackMs: number): Grant {
  const isLate = (stamp: Stamp | null): boolean => stamp !== null && aheadMs(stamp, now) > slackMs;
  const { granted, renewed, ended } = grant;
  if (!isLate(granted) && !isLate(renewed) && !isLate(ended)) return grant;
  return {
    ...grant,
    ...(isLate(granted) ? { granted: now, locked_at: isoSeconds(now.wall_ms) } : {}),
    ...(isLate(renewed) ? { renewed: now } : {}),
    ...(isLate(ended) ? { ended: now } : {}),
  };
}
