import { formatDecisionId } from "../../domain/decision-id.ts";
import { logged, type DecisionRecord } from "../../domain/decision.ts";
import { coordError, isCoordError } from "../../domain/errors.ts";
import { isoSeconds, type Stamp } from "../../domain/time.ts";
import type { DecisionLog } from "../decision-log.ts";
import type { Scratch } from "./atomic-file.ts";
import { reserveId } from "./decision-counter.ts";
import { decisionFiles } from "./decision-files.ts";
import { rebuildDerivedLog, updateDerivedLog } from "./derived-log.ts";
import { appendEvents } from "./events-file.ts";
import { takeDurably } from "./foreign-log.ts";
import { makeParts } from "./folders.ts";
import type { Layout } from "./layout.ts";
import { decisionText, linkDecision, notSafeYet, syncFolders } from "./put-decision.ts";
import { readDecision } from "./read-decision.ts";

export interface DecisionPorts {
  readonly scratch: Scratch;
  readonly layout: Layout;
  readonly now: () => Stamp;
  /** Runs `body` inside the guard. */
  readonly guarded: <A>(waitMs: number, body: () => A) => A;
  /** How long moving a broken file away may wait for the guard. Milliseconds. */
  readonly quarantineWaitMs: number;
  readonly report: (line: string) => void;
  /** How often the derived log is looked at again. Tests look once, to see that they notice. */
  readonly looks?: number | undefined;
}

/** A suffix of 24 bits that is taken is rare; so many in a row are no chance. */
const MAX_TRIES = 20;

/** The log in a folder: RELIABILITY section 3. */
export function fileDecisionLog(ports: DecisionPorts): DecisionLog {
  const { scratch, layout, now } = ports;
  const files = decisionFiles(scratch.sys, layout);

  const derive = (how: () => void): void => {
    try {
      how();
    } catch (error) {
      // Derived, and made again by the next one who looks: no reason to call a logged decision a failure.
      if (!isCoordError(error)) throw error;
      ports.report(`decision-log.json is not up to date: ${error.message}`);
    }
  };

  return {
    add: async (draft, { waitMs }) => {
      for (let tried = 0; tried < MAX_TRIES; tried += 1) {
        const at = isoSeconds(now().wall_ms);
        const id = reserveId(ports, files, draft, at, waitMs);
        const record = logged(draft, formatDecisionId(id), at);
        const dirty = new Set<string>();
        if (!linkDecision(ports, files.path(id), decisionText(record), dirty)) continue;
        const failure = syncFolders(scratch.sys, dirty);
        if (failure !== undefined) throw notSafeYet(id, failure.path, failure.errno);
        appendEvents(scratch.sys, layout.events, at, [
          { event: "decided", instance: record.made_by.instance_id, decision_id: record.decision_id },
        ]);
        derive(() => updateDerivedLog(ports, files));
        return record;
      }
      throw coordError("IO", `No free ID in "${layout.decisions}" after ${MAX_TRIES} tries`, { hint: "coord doctor" });
    },
    ids: function* () {
      for (const id of files.ids()) yield formatDecisionId(id);
    },
    newest: function* (): Generator<DecisionRecord> {
      for (const id of files.ids()) {
        const record = readDecision(ports, files, id);
        if (record !== undefined) yield record;
      }
    },
    count: files.count,
    take: async (entries, options = {}) => {
      if (options.dryRun !== true) makeParts(scratch.sys, layout);
      return takeDurably(ports, files, entries, options);
    },
    refresh: async () => {
      derive(() => {
        makeParts(scratch.sys, layout);
        rebuildDerivedLog(ports, files);
      });
    },
  };
}
