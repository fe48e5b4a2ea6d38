/** Records that a clock wrote which was set back since: RELIABILITY section 3, "clamped to now". */
import { expect, test } from "bun:test";
import { lutimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stamp } from "../../src/domain/time.ts";
import { randomName } from "../../src/platform/random-name.ts";
import { grant, instance, lock, pathId } from "../domain/samples.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { LOCK_TTL_MS, stateFolder, type Folder } from "./folder.ts";

const WAIT = { waitMs: 5000 };
const A = pathId("a.ts");
const DAY_MS = 86_400_000;

async function withFuture(folder: Folder, aheadMs: number): Promise<Stamp> {
  const then = { wall_ms: Date.now() + aheadMs, mono_ms: 1, boot: "an earlier one" };
  await folder.open().transact(
    () => ({
      answer: undefined,
      paths: [{ path: A, lock: { to: lock(A, grant("a", { granted: then, renewed: then })) } }],
      instances: [{ id: "a", to: instance("a", { started: then }) }],
    }),
    WAIT,
  );
  return then;
}

for (const sys of SYSTEMS) {
  test(`fileStore() on ${sys.name} lets a record from the future count from now on, and says so once`, async () => {
    const folder = stateFolder(sys);
    await withFuture(folder, DAY_MS);
    const store = folder.open();
    // Whoever only reads changes nothing.
    expect(store.instance("a")?.pinged.boot).toBe("an earlier one");
    await store.transact((tx) => ({ answer: [tx.instance("a"), tx.path(A.key)] }), WAIT);
    expect(store.reports()).toEqual([
      `"${folder.layout.heartbeats}/a.json" was from the future, and counts from now on`,
      `"${folder.layout.locks}/${A.key}.json" was from the future, and counts from now on`,
    ]);
    const now = folder.now();
    for (const stamp of [store.instance("a")?.pinged, store.path(A.key).lock?.grants[0]?.renewed]) {
      expect(stamp?.boot).toBe(now.boot);
      expect(stamp?.mono_ms).toBeLessThanOrEqual(now.mono_ms);
    }
    await store.transact((tx) => ({ answer: [tx.instance("a"), tx.path(A.key)] }), WAIT);
    expect(store.reports()).toEqual([]);
    folder.close();
  });

  test(`fileStore() on ${sys.name} leaves a record that is less than a lease ahead as it is`, async () => {
    const folder = stateFolder(sys);
    const then = await withFuture(folder, LOCK_TTL_MS / 2);
    const store = folder.open();
    await store.transact((tx) => ({ answer: [tx.instance("a"), tx.path(A.key)] }), WAIT);
    expect(store.reports()).toEqual([]);
    expect(store.instance("a")?.pinged).toEqual(then);
    folder.close();
  });

  test(`prune() on ${sys.name} is due, and takes scratch, when files are from the future`, async () => {
    const folder = stateFolder(sys);
    const left = join(folder.layout.tmp, randomName());
    writeFileSync(left, "");
    writeFileSync(folder.layout.pruned, "");
    const later = new Date(Date.now() + DAY_MS);
    for (const path of [left, folder.layout.pruned]) lutimesSync(path, later, later);
    const store = folder.open();
    expect(await store.prune(DAY_MS, { ...WAIT, everyMs: 3_600_000 })).toBe(1);
    expect(await store.prune(DAY_MS, { ...WAIT, everyMs: 3_600_000 })).toBe(0);
    folder.close();
  });
}
