/** What must not grow for ever: the history, and the ledger of one path, after many writes by many writers. */
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import type { App } from "../../../src/app/context.ts";
import { commandIdentity } from "../../../src/app/identity.ts";
import { typedPath } from "../../../src/app/paths.ts";
import { releaseLock } from "../../../src/app/release-lock.ts";
import { MAX_GRANTS, MAX_VIEWERS, MAX_WRITES, type LedgerRecord } from "../../../src/domain/ledger.ts";
import { ROTATE_BYTES } from "../../../src/store/file/events-file.ts";
import { layoutOf } from "../../../src/store/file/layout.ts";
import { openProject } from "../app.ts";
import type { Suite } from "../setting.ts";

const PATH = "src/a.ts";
/** More than a ledger remembers of anything. */
const WRITERS = 2 * Math.max(MAX_GRANTS, MAX_VIEWERS, MAX_WRITES);
/** One in so many never gives its lock back, which ends by time: its grant stays open in the ledger. */
const LOST = 5;
/** Whoever finds the history above its size adds its own lines and then lets it start anew: far more than those take. */
const LAST_LINES_BYTES = 4096;

export const bounded: Suite = async (setting) => {
  const writes = setting.quick ? 3000 : 100_000;
  const project = setting.project(setting.memory ?? setting.disk, { [PATH]: "" });
  const app = await openProject(project);
  const seen = await write(app, join(project.top, PATH), writes);
  const after = `in ${writes.toLocaleString("en")} writes`;
  setting.report({
    name: `events.jsonl, largest ${after}`,
    unit: "MB",
    measured: seen.largestHistory / 1e6,
    bar: { most: (ROTATE_BYTES + LAST_LINES_BYTES) / 1e6 },
    note: `bound: ${ROTATE_BYTES} bytes, and the lines of the write that meets it; nobody cleans up`,
  });
  setting.report({
    name: `ledger of one path, largest ${after}`,
    unit: "MB",
    measured: seen.largestLedger / 1e6,
    bar: { most: seen.fullLedger / 1e6 },
    note: `bound: ${MAX_WRITES} writes, ${MAX_VIEWERS} viewers and ${MAX_GRANTS} open grants, each as large as the largest seen; ${seen.counts}`,
  });
};

interface Seen {
  readonly largestHistory: number;
  readonly largestLedger: number;
  /** The size of a ledger with as many entries as it may have. */
  readonly fullLedger: number;
  readonly counts: string;
}

async function write(app: App, file: string, writes: number): Promise<Seen> {
  const { events } = layoutOf(app.workspace.stateDir);
  const { key } = typedPath(app, PATH);
  let [largestHistory, largestLedger, fullLedger] = [0, 0, 0];
  let most = { writes: 0, viewers: 0, grants: 0 };
  for (let i = 0; i < writes; i += 1) {
    const isLost = i % LOST === 0;
    // Others than those who give back: whoever comes again closes the grant that it left open.
    const name = isLost ? `lost-${(i / LOST) % WRITERS}` : `writer-${i % WRITERS}`;
    const me = commandIdentity(app, name, process.pid);
    await acquireLocks([{ app, me, paths: [PATH] }], { intent: "Refactor it", ttlMs: isLost ? 1 : undefined });
    writeFileSync(file, `// ${i}\n`);
    if (isLost) app.sys.sleepMs(2);
    else await releaseLock(app, me, PATH);
    if (i % 50 === 0) {
      // Nothing else here yields to the event loop, without which no signal is heard.
      await Bun.sleep(0);
      const { ledger } = app.store.path(key);
      if (ledger === undefined) throw new Error("There is no ledger");
      most = {
        writes: Math.max(most.writes, ledger.writes.length),
        viewers: Math.max(most.viewers, ledger.viewers.length),
        grants: Math.max(most.grants, ledger.grants.length),
      };
      largestLedger = Math.max(largestLedger, bytes(ledger));
      fullLedger = Math.max(fullLedger, bytes(filled(ledger)));
    }
    largestHistory = Math.max(largestHistory, sizeOf(events));
  }
  const counts = `seen: ${most.writes}, ${most.viewers} and ${most.grants}`;
  return { largestHistory, largestLedger, fullLedger, counts };
}

/** The same with as many of its largest entries as may be. */
function filled(ledger: LedgerRecord): LedgerRecord {
  const full = <T extends object>(entries: readonly T[], most: number): readonly T[] => {
    const [largest] = entries.toSorted((a, b) => bytes(b) - bytes(a));
    return largest === undefined ? [] : Array.from({ length: most }, () => largest);
  };
  return {
    ...ledger,
    writes: full(ledger.writes, MAX_WRITES),
    viewers: full(ledger.viewers, MAX_VIEWERS),
    grants: full(ledger.grants, MAX_GRANTS),
  };
}

function bytes(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** 0 for a file that is not there. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
