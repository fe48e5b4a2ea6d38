import { isCoordError } from "../../domain/errors.ts";
import { isKey } from "../../domain/path.ts";
import type { ProcessRef, Verdict } from "../../domain/process.ts";
import { isoSeconds, type Stamp } from "../../domain/time.ts";
import type { Sys } from "../../platform/sys/types.ts";
import { isInstance, isLock } from "../../schema/compiled.ts";
import type { HistoryEvent, Store, Transaction } from "../store.ts";
import { commit, replayJournal } from "./commit.ts";
import { appendEvents, readEvents, rotateEvents } from "./events-file.ts";
import { acquire, guardPorts, release, type Held } from "./guard.ts";
import { makeParts, namesIn } from "./folders.ts";
import { heldKeys } from "./held-index.ts";
import { layoutOf } from "./layout.ts";
import { recordReader, type RecordReader } from "./records.ts";
import { readFolder, slotName } from "./slots.ts";

export interface FileStoreOptions {
  readonly stateDir: string;
  readonly sys: Sys;
  readonly self: () => ProcessRef;
  readonly judge: (ref: ProcessRef) => Verdict;
  readonly now: () => Stamp;
  /** How long a broken lock file counts as held by somebody unknown. Milliseconds. */
  readonly ttlMs: number;
  /** Tests put a broken guard here, to see that they notice. */
  readonly guard?: { readonly acquire: typeof acquire; readonly release: typeof release };
  /** Likewise: how often the derived log is looked at again. */
  readonly looks?: number;
}

/** The guard is held for a fraction of a millisecond, and a larger history is no harm. */
const ROTATE_WAIT_MS = 5;

/** A store in a folder: DESIGN section 3, RELIABILITY sections 2 and 3. */
export function fileStore(options: FileStoreOptions): Store {
  const { sys, now } = options;
  const layout = layoutOf(options.stateDir);
  const scratch = { sys, tmp: layout.tmp };
  const guard = options.guard ?? { acquire, release };
  const ports = guardPorts({
    sys,
    dir: layout.guard,
    self: options.self,
    judge: options.judge,
    prepare: () => makeParts(sys, layout),
  });
  const reported: string[] = [];
  const report = (line: string): void => {
    if (!reported.includes(line)) reported.push(line);
  };
  const reader = (guarded: boolean): RecordReader =>
    recordReader({ scratch, layout, now, ttlMs: options.ttlMs, guarded, report });
  const unguarded = reader(false);

  const guarded = <A>(waitMs: number, body: (records: RecordReader) => A): A => {
    const held = guard.acquire(ports, waitMs);
    let answer: A;
    try {
      // Not only after a takeover: a full disk leaves a journal too, and the one who met it gave the guard back.
      const broken = replayJournal(scratch, layout);
      if (broken !== undefined) report(broken);
      if (held.takenFrom !== undefined || held.copies > 0) note(guardEvents(held));
      answer = body(reader(true));
    } finally {
      guard.release(ports, held);
    }
    return answer;
  };

  const note = (events: readonly HistoryEvent[]): boolean =>
    appendEvents(sys, layout.events, isoSeconds(now().wall_ms), events);

  /** What was decided is done already: whoever notes something next will try again. */
  const rotateUnlessBusy = (): void => {
    try {
      guarded(ROTATE_WAIT_MS, () => rotateEvents(sys, layout.events));
    } catch (error) {
      if (!isCoordError(error) || (error.code !== "GUARD_BUSY" && error.code !== "IO")) throw error;
    }
  };

  const names = (dir: string): readonly string[] => {
    return [...new Set(namesIn(sys, dir).flatMap((file) => slotName(file) ?? []))];
  };

  return {
    transact: async (decide, { waitMs }) => {
      const decision = guarded(waitMs, (records) => {
        const decided = decide(transaction(records));
        commit({ scratch, layout, records }, decided);
        return decided;
      });
      if (note(decision.events ?? [])) rotateUnlessBusy();
      return decision.answer;
    },
    path: (key) => unguarded.path(key),
    instance: (id) => unguarded.instance(id),
    instances: () => readFolder(sys, layout.heartbeats, isInstance, unguarded.instance),
    locks: () => readFolder(sys, layout.locks, isLock, (key) => (isKey(key) ? unguarded.lock(key) : undefined)),
    held: (id) => heldKeys(sys, layout, id),
    steady: async (read, { waitMs }) => {
      const { steady } = await import("./steady.ts");
      const finish = (): void => guarded(waitMs, () => undefined);
      return steady({ sys, layout, wallMs: () => now().wall_ms, finish, report }, read);
    },
    events: (fromByte, maxBytes) => readEvents(sys, layout.events, fromByte, maxBytes),
    prune: async (idleMs, { waitMs, everyMs }) => {
      const { pruneIsDue, pruneLedgers } = await import("./prune.ts");
      if (everyMs !== undefined && !pruneIsDue(sys, layout, now().wall_ms, everyMs)) return 0;
      return pruneLedgers({ scratch, layout, names, guarded, waitMs, idleMs, now });
    },
    decisions: async () => {
      const { fileDecisionLog } = await import("./decision-log.ts");
      return fileDecisionLog({ scratch, layout, now, guarded, report, quarantineWaitMs: 100, looks: options.looks });
    },
    reports: () => reported.splice(0),
  };

  function transaction(records: RecordReader): Transaction {
    return {
      path: records.path,
      instance: records.instance,
      held: (id) => heldKeys(sys, layout, id),
      instanceIds: () => names(layout.heartbeats),
      fenceFloor: () => records.floor(),
    };
  }
}

function guardEvents({ takenFrom, copies }: Held): readonly HistoryEvent[] {
  return [
    ...(takenFrom === undefined ? [] : [{ event: "guard_taken_over" as const, instance: "coord", from: takenFrom }]),
    ...(copies === 0 ? [] : [{ event: "guard_copies_dropped" as const, instance: "coord", copies }]),
  ];
}
