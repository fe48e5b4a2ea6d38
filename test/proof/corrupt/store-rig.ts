/**
 * The file store on a folder of which one record is broken, in this process: thousands of contents in the time of one
 * command. Who holds what is known, so that a lock, a fence or a decision that is lost shows.
 */
import { lstatSync, lutimesSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sys } from "../../../src/platform/sys/types.ts";
import { decision, grant, instance, ledger, lock, pathId } from "../../domain/samples.ts";
import { stateFolder, type Folder } from "../../store/folder.ts";

const WAIT = { waitMs: 5000 };
const [A, B] = [pathId("a.ts"), pathId("b.ts")];
const FENCE = 50;
const FLOOR = 70;
const MONTH = "2026-01";
const [OLD, BAD] = ["DEC-20260108-0001-aaaaaa", "DEC-20260108-0002-bbbbbb"];

export const RECORDS = ["lock", "ledger", "instance", "floor", "journal", "decision", "counter"] as const;
export type RecordName = (typeof RECORDS)[number];

export interface Rig extends Disposable {
  readonly folder: Folder;
  readonly path: (record: RecordName) => string;
  readonly good: (record: RecordName) => string;
  /** What is wrong once `put` has broken the record and the store was asked for everything; a line each. */
  readonly violations: (record: RecordName, put: (path: string) => void, sys?: Sys) => Promise<readonly string[]>;
}

export async function storeRig(sys: Sys): Promise<Rig> {
  const folder = stateFolder(sys);
  const { layout } = folder;
  const store = folder.open();
  const both = [A, B].map((path) => ({
    path,
    lock: { to: lock(path, grant("a", { fence: FENCE })) },
    ledger: { to: ledger(path, { fence: FENCE }) },
  }));
  const instances = ["a", "b"].map((id) => ({ id, to: instance(id) }));
  await store.transact(() => ({ answer: undefined, paths: both, instances }), WAIT);
  const log = await store.decisions();
  await log.take([OLD, BAD].map((id) => decision(id)));
  const names: Readonly<Record<RecordName, string>> = {
    lock: `locks/${A.key}.json`,
    ledger: `files/${A.key}.json`,
    instance: "heartbeats/a.json",
    floor: "floor.json",
    journal: "journal.json",
    decision: `decisions/${MONTH}/${BAD}.json`,
    counter: "decision-counter.json",
  };
  const path = (record: RecordName): string => join(layout.top, names[record]);
  const laid: Partial<Record<RecordName, string>> = {
    floor: `{"schema_version":"1.0.0","fence_floor":${FLOOR}}\n`,
    journal: `${JSON.stringify({ schema_version: "1.0.0", parts: [{ dir: "locks", name: A.key, seq: 1, text: readFileSync(path("lock"), "utf8") }] })}\n`,
    counter: `${JSON.stringify({ schema_version: "1.0.0", day: "20260108", last: 2, recent: [OLD, BAD], seq: 1 })}\n`,
  };
  const texts = new Map(RECORDS.map((record) => [record, laid[record] ?? readFileSync(path(record), "utf8")]));
  const good = (record: RecordName): string => texts.get(record) ?? "";

  /** As it was: nothing in quarantine, every record there once. */
  const restore = (): void => {
    for (const dir of [layout.corrupt, layout.locks, layout.files, layout.heartbeats]) {
      for (const name of readdirSync(dir)) {
        if (dir === layout.corrupt || name.includes("~1")) rmSync(join(dir, name), { recursive: true });
      }
    }
    for (const name of [layout.floor, layout.journal, layout.decisionLog])
      rmSync(name, { recursive: true, force: true });
    for (const slot of ["", "~1"])
      rmSync(join(layout.top, `decision-counter${slot}.json`), { recursive: true, force: true });
    for (const record of ["lock", "ledger", "instance", "decision"] as const) {
      rmSync(path(record), { recursive: true, force: true });
      writeFileSync(path(record), good(record), { mode: 0o600 });
    }
  };

  return {
    folder,
    path,
    good,
    violations: async (record, put, seen = sys) => {
      restore();
      rmSync(path(record), { force: true });
      put(path(record));
      const broken = lstatSync(path(record));
      const found = await looked(folder, record, path(record), seen);
      const moved = readdirSync(layout.corrupt).filter((name) => !name.endsWith(".reason"));
      if (!moved.some((name) => lstatSync(join(layout.corrupt, name)).ino === broken.ino))
        found.push("it is not in corrupt/");
      for (const name of moved)
        if (!readdirSync(layout.corrupt).includes(`${name}.reason`)) found.push(`${name} has no reason`);
      return found;
    },
    [Symbol.dispose]: folder.close,
  };
}

/** Asks as a process would that sees the folder through `sys`. Whoever throws stops. */
async function looked(folder: Folder, record: RecordName, path: string, sys: Sys): Promise<string[]> {
  const found: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) found.push(what);
  };
  const store = folder.open({ sys });
  const reports: string[] = [];
  const holders = (key: string): Promise<readonly string[]> =>
    store.transact((tx) => ({ answer: tx.path(key).lock?.grants.map((g) => g.locked_by.instance_id) ?? [] }), WAIT);
  const others = async (): Promise<void> => {
    must((await holders(B.key)).join() === "a", "the other lock is lost");
    must(
      store.instances().some(({ instance_id: id }) => id === "b"),
      "the other instance is lost",
    );
  };
  try {
    await others();
    const expected = record === "lock" ? "unknown" : "a";
    must(
      store.path(A.key).lock?.grants[0]?.locked_by.instance_id === expected,
      "the lock is lost to whoever only looks",
    );
    must((await holders(A.key)).join() === expected, "the lock is lost");
    if (record === "lock" || record === "decision") lutimesSync(path, 1, 1);
    if (record === "lock") must((await holders(A.key)).join() === "", "the lock is still held after its time");
    await store.transact((tx) => ({ answer: tx.instance("a") }), WAIT);
    const floor = await store.transact(
      (tx) => ({ answer: [tx.path(A.key).ledger?.fence, tx.fenceFloor()] as const }),
      WAIT,
    );
    const next = Math.max(floor[0] ?? floor[1], record === "floor" ? floor[1] : 0);
    must(next > (record === "ledger" ? FENCE : record === "floor" ? FLOOR : 0), `the next fence comes after ${next}`);
    const log = await store.decisions();
    must(
      [...log.newest()].some(({ decision_id: id }) => id === OLD),
      "the other decision is lost",
    );
    // It is flushed to the disk, which takes longer than all the rest.
    if (record === "decision" || record === "counter") {
      const made = await log.add({ ...decision(OLD), supersedes: null }, WAIT);
      must(
        [...log.newest()].some(({ decision_id: id }) => id === made.decision_id),
        "a new decision is lost",
      );
    }
    await others();
  } catch (error) {
    found.push(`it stops whoever looks: ${error instanceof Error ? error.message : String(error)}`);
  }
  reports.push(...store.reports().filter((line) => line.includes("is now corrupt/")));
  must(reports.length === 1, `it was reported ${reports.length} times`);
  return found;
}
