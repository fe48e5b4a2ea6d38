import { isKey } from "../../domain/path.ts";
import type { Stamp } from "../../domain/time.ts";
import { failed, mtimeMs, type Sys } from "../../platform/sys/types.ts";
import { publish, type Scratch } from "./atomic-file.ts";
import { rotateEvents } from "./events-file.ts";
import type { Layout } from "./layout.ts";
import type { RecordReader } from "./records.ts";
import { removeSlots, slotPaths } from "./slots.ts";
import { SCRATCH_AGE_MS, sweepScratch } from "./sweep-scratch.ts";

export interface PrunePorts {
  readonly scratch: Scratch;
  readonly layout: Layout;
  readonly names: (dir: string) => readonly string[];
  readonly guarded: <A>(waitMs: number, body: (records: RecordReader) => A) => A;
  readonly waitMs: number;
  readonly idleMs: number;
  readonly now: () => Stamp;
}

/**
 * Removes ledgers that were not written for `idleMs`, one guard each so that nobody waits. The floor rises above each
 * first: a fence never falls, also for a path whose ledger is made anew.
 */
export function pruneLedgers(ports: PrunePorts): number {
  const { scratch, layout } = ports;
  const { sys } = scratch;
  const wall = ports.now().wall_ms;
  let removed = sweepScratch(scratch, layout, SCRATCH_AGE_MS, wall);
  for (const key of ports.names(layout.files)) {
    if (!isKey(key) || !idle(ports, key, wall)) continue;
    removed += ports.guarded(ports.waitMs, (records) => {
      const { ledger, lock } = records.path(key);
      if (ledger === undefined || lock !== undefined || !idle(ports, key, wall)) return 0;
      // A session that slept over night still has to be told of what it has not seen.
      const concerned = [...ledger.viewers, ...ledger.grants];
      if (concerned.some(({ instance_id }) => records.instance(instance_id) !== undefined)) return 0;
      records.raiseFloor(ledger.fence);
      removeSlots(sys, layout.files, key, records.seq("files", key));
      return 1;
    });
  }
  ports.guarded(ports.waitMs, () => rotateEvents(sys, layout.events));
  publish(scratch, layout.pruned, "");
  return removed;
}

/** True when the last pruning was more than `everyMs` ago, or was by a clock that was that far ahead. */
export function pruneIsDue(sys: Sys, layout: Layout, wallMs: number, everyMs: number): boolean {
  const stat = sys.lstat(layout.pruned);
  return failed(stat) || Math.abs(wallMs - mtimeMs(stat)) > everyMs;
}

function idle(ports: PrunePorts, key: string, wallMs: number): boolean {
  const ages = slotPaths(ports.layout.files, key).flatMap((path) => {
    const stat = ports.scratch.sys.lstat(path);
    // One that is that far ahead was written by a clock that has been set back since.
    return failed(stat) ? [] : [Math.abs(wallMs - mtimeMs(stat))];
  });
  return ages.length > 0 && Math.min(...ages) > ports.idleMs;
}
