/** A `decision-log.json` that coord did not write: the bash edition did, or a script has edited it since. */
import { coordError, isCoordError } from "../../domain/errors.ts";
import { failed } from "../../platform/sys/types.ts";
import { randomName } from "../../platform/random-name.ts";
import type { Taken, TakeOptions } from "../decision-log.ts";
import { takeEntries, type Put } from "../take-entries.ts";
import { ioError } from "./atomic-file.ts";
import type { DecisionFiles } from "./decision-files.ts";
import type { DecisionPorts } from "./decision-log.ts";
import { identityOf, readDerivedLog, type BrokenLog, type ForeignLog } from "./derived-log-file.ts";
import { putEntry, syncFolders } from "./put-decision.ts";
import { quarantine } from "./quarantine.ts";
import { outOfReach } from "./read-record.ts";

/** Takes over entries, all of them safe on the disk when it returns. Throws IO; what was taken until then stays. */
export function takeDurably(
  ports: DecisionPorts,
  files: DecisionFiles,
  entries: readonly unknown[],
  options: TakeOptions,
): Taken {
  const dirty = new Set<string>();
  const taken = takeAll(entries, putEntry(ports, files, dirty, options.dryRun === true), options);
  const failure = options.dryRun === true ? undefined : syncFolders(ports.scratch.sys, dirty);
  if (failure === undefined) return taken;
  throw coordError(
    "IO",
    `The decisions are taken over, but not yet safe on the disk: cannot sync "${failure.path}": ${failure.errno}`,
    {
      hint: "repeat the command: what is there is not taken twice",
      data: failure,
    },
  );
}

function takeAll(entries: readonly unknown[], put: Put, options: TakeOptions): Taken {
  let done = 0;
  try {
    return takeEntries(entries, put, {
      ...options,
      onProgress: (now, total) => {
        done = now;
        options.onProgress?.(now, total);
      },
    });
  } catch (cause) {
    if (!isCoordError(cause)) throw cause;
    throw coordError(cause.code, `${cause.message}; ${done} of ${entries.length} decisions were taken over before`, {
      hint: `${cause.hint ?? "coord doctor"}; what is there is not taken twice`,
      cause,
    });
  }
}

/**
 * Takes the log's decisions over and moves it out of the way; one that is no log goes to `corrupt/`. It is renamed
 * rather than replaced, because somebody may still be writing it: what turns out to be another file than the one that
 * was read is taken over too.
 */
export function takeOverLog(ports: DecisionPorts, files: DecisionFiles, log: ForeignLog | BrokenLog): void {
  const { scratch, layout, report } = ports;
  if (log.state === "broken") {
    // It may be somebody's log with decisions in it.
    if (log.passing) throw outOfReach(layout.decisionLog, log.reason);
    setAside(ports, log.reason);
    return;
  }
  const { taken, known, unusable, differing } = takeDurably(ports, files, log.entries, {});
  if (taken > 0) report(`decision-log.json was not written by coord: ${taken} decision(s) taken over, ${known} known`);
  if (differing.length > 0) report(`decision-log.json was edited: ${differing.join(", ")} stand as they were logged`);
  if (unusable.length > 0) {
    setAside(ports, unusable.join("; "));
    return;
  }
  const aside = `${layout.tmp}/${randomName()}`;
  const moved = scratch.sys.rename(layout.decisionLog, aside);
  if (moved === "ENOENT") return;
  if (moved !== "") throw ioError("move", layout.decisionLog, moved);
  const stat = scratch.sys.lstat(aside);
  if (failed(stat) || identityOf(stat) !== log.identity) {
    const other = readDerivedLog({ ...ports, layout: { ...layout, decisionLog: aside } });
    if (other.state === "foreign") takeDurably(ports, files, other.entries, {});
  }
  scratch.sys.unlink(aside);
}

function setAside({ scratch, layout, report }: DecisionPorts, reason: string): void {
  const broken = { path: layout.decisionLog, reason, mtimeMs: 0, text: "", passing: false };
  report(quarantine(scratch, layout, broken));
}
