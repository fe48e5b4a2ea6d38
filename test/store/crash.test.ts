/**
 * What a process leaves behind that is killed, or refused by the system, before any one of its changes to the disk:
 * RELIABILITY sections 3 and 4. The processes are played in this one; the disk is real.
 */
import { describe, expect, test } from "bun:test";
import { isCoordError } from "../../src/domain/errors.ts";
import type { Decision, PathChange, Store, Transaction } from "../../src/store/store.ts";
import { grant, instance, ledger, lock, pathId } from "../domain/samples.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { failingAt, killedBefore, killedWhen, wasKilled } from "./faults.ts";
import { stateFolder, type Folder } from "./folder.ts";

/** Nobody is in the way in these tests: a machine that is busy with other things may still need a while. */
const WAIT = { waitMs: 5000 };
const [A, B, C] = [pathId("a.ts"), pathId("b.ts"), pathId("c.ts")];
const VICTIM = 7;
/** More than any step needs. */
const MANY = 200;

function granted(path: typeof A, id: string, fence: number): PathChange {
  return { path, lock: { to: lock(path, grant(id, { fence })) }, ledger: { to: ledger(path, { fence }) } };
}

/** All that others can see, as one comparable value. */
function seen(tx: Transaction | Store): string {
  const paths = [A, B, C].map((path) => {
    const state = tx.path(path.key);
    return `${path.file_path}: ${state.lock?.grants.map((g) => `${g.locked_by.instance_id}/${g.fence}`).join() ?? "-"} ${state.ledger?.fence ?? "-"}`;
  });
  const instances = ["a", "b"].map((id) => `${id}: ${tx.instance(id)?.ping_count ?? "-"}`);
  return [...paths, ...instances].join("\n");
}

interface Step {
  readonly name: string;
  /** What is there before. */
  readonly before: Decision<void>;
  readonly step: Decision<void>;
  /** What may be found after a crash besides nothing and all, in parts of the step that took force in order. */
  readonly parts?: readonly Decision<void>[];
}

const BEFORE = {
  answer: undefined,
  paths: [granted(A, "a", 1), granted(B, "a", 1)],
  instances: [{ id: "a", to: instance("a") }],
};

const STEPS: readonly Step[] = [
  {
    name: "a first grant with a registration",
    before: { answer: undefined },
    step: { answer: undefined, paths: [granted(A, "a", 1)], instances: [{ id: "a", to: instance("a") }] },
    // One path goes without a journal: the fence first, then the lock (RELIABILITY section 3).
    parts: [
      { answer: undefined, instances: [{ id: "a", to: instance("a") }] },
      { answer: undefined, paths: [{ path: A, ledger: { to: ledger(A, { fence: 1 }) } }] },
    ],
  },
  {
    name: "a grant that passes to another",
    before: BEFORE,
    step: { answer: undefined, paths: [granted(A, "b", 2)] },
    parts: [{ answer: undefined, paths: [{ path: A, ledger: { to: ledger(A, { fence: 2 }) } }] }],
  },
  {
    name: "a release",
    before: BEFORE,
    step: { answer: undefined, paths: [{ path: A, lock: { to: undefined }, ledger: { to: ledger(A, { fence: 1 }) } }] },
  },
  {
    name: "a heartbeat",
    before: BEFORE,
    step: { answer: undefined, instances: [{ id: "a", to: instance("a", { ping_count: 2 }) }] },
  },
  {
    name: "a grant of three paths",
    before: BEFORE,
    step: {
      answer: undefined,
      paths: [granted(A, "a", 2), granted(B, "a", 2), granted(C, "a", 2)],
      instances: [{ id: "a", to: instance("a", { ping_count: 2 }) }],
    },
  },
  {
    name: "the end of an instance with its locks",
    before: BEFORE,
    step: {
      answer: undefined,
      paths: [A, B].map((path) => ({ path, lock: { to: undefined }, ledger: { to: ledger(path, { fence: 1 }) } })),
      instances: [{ id: "a", to: undefined }],
    },
  },
];

async function decide(store: Store, decision: Decision<void>): Promise<void> {
  await store.transact(() => decision, WAIT);
}

async function lookOf(store: Store): Promise<string> {
  return store.transact((tx) => ({ answer: seen(tx) }), WAIT);
}

/** Every state that may be found after the step was cut short: before, the parts in order, after. */
async function allowed(folder: Folder, { before, step, parts = [] }: Step): Promise<readonly string[]> {
  const store = folder.open();
  await decide(store, before);
  const states = [await lookOf(store)];
  for (const part of [...parts, step]) {
    await decide(store, part);
    states.push(await lookOf(store));
  }
  return states;
}

function tokens(folder: Folder): readonly string[] {
  const names = folder.sys.list(folder.layout.guard);
  return typeof names === "string" ? [names] : names;
}

/** What holds after every crash and every error: the next one can work, and finds whole records only. */
async function expectSound(folder: Folder, states: readonly string[]): Promise<string> {
  const next = folder.open();
  const found = await lookOf(next);
  expect(states).toContain(found);
  expect(seen(next)).toBe(found);
  expect(tokens(folder)).toEqual(["free"]);
  for (const { key, grants } of next.locks()) {
    for (const g of grants) expect(next.held(g.locked_by.instance_id)).toContain(key);
  }
  expect(folder.sys.lstat(folder.layout.journal)).toBe("ENOENT");
  expect(next.reports()).toEqual([]);
  return found;
}

async function inFolder(sys: Folder["sys"], body: (folder: Folder) => Promise<void>): Promise<void> {
  const folder = stateFolder(sys);
  try {
    await body(folder);
  } finally {
    folder.close();
  }
}

for (const sys of SYSTEMS) {
  describe(`fileStore() on ${sys.name}`, () => {
    for (const step of STEPS) {
      test(`leaves all or nothing when killed before any change of ${step.name}`, async () => {
        let states: readonly string[] = [];
        await inFolder(sys, async (folder) => {
          states = await allowed(folder, step);
        });
        const found = new Set<string>();
        let n = 1;
        for (let done = false; !done; n += 1) {
          expect(n).toBeLessThan(MANY);
          await inFolder(sys, async (folder) => {
            await decide(folder.open(), step.before);
            const victim = killedBefore(sys, n);
            const store = folder.open({ pid: VICTIM, sys: victim.sys });
            const error = await decide(store, step.step).catch((e: unknown) => e);
            done = !victim.dead();
            if (!done) expect(wasKilled(error)).toBe(true);
            folder.bury(VICTIM);
            found.add(await expectSound(folder, states));
          });
        }
        // The sweep has seen both ends, so it swept something.
        expect(found).toContain(states.at(0) ?? "");
        expect(found).toContain(states.at(-1) ?? "");
      });

      test(`leaves all or nothing when the disk is full at any change of ${step.name}, and says so`, async () => {
        let states: readonly string[] = [];
        await inFolder(sys, async (folder) => {
          states = await allowed(folder, step);
        });
        let n = 1;
        for (let done = false; !done; n += 1) {
          expect(n).toBeLessThan(MANY);
          await inFolder(sys, async (folder) => {
            await decide(folder.open(), step.before);
            const failing = failingAt(sys, n, "ENOSPC");
            const store = folder.open({ pid: VICTIM, sys: failing.sys });
            const error = await decide(store, step.step).catch((e: unknown) => e);
            done = !failing.refused();
            if (error !== undefined) expect(isCoordError(error)).toBe(true);
            // Its process has ended by the time that another looks: it may not have got rid of the guard.
            folder.bury(VICTIM);
            const found = await expectSound(folder, states);
            if (error === undefined) expect(found).toBe(states.at(-1) ?? "");
            else if (found === states.at(-1))
              expect(error instanceof Error ? error.message : "").toMatch(/finishes it|guard was taken/);
          });
        }
      });
    }

    test("does not bring back what was replaced since a change of several paths failed half way", async () => {
      await inFolder(sys, async (folder) => {
        await decide(folder.open(), BEFORE);
        for (let n = 1; n < 40; n += 1) {
          const failing = failingAt(sys, n, "EIO");
          const several = { answer: undefined, paths: [granted(A, "a", 10 * n), granted(B, "a", 10 * n)] };
          await decide(folder.open({ pid: VICTIM + n, sys: failing.sys }), several).catch(() => undefined);
          folder.bury(VICTIM + n);
          for (const more of [1, 2])
            await decide(folder.open(), { answer: undefined, paths: [granted(A, "b", 10 * n + more)] });
          const store = folder.open({ pid: 500 + n, sys: killedWhen(sys, (_, path) => path.endsWith("free")).sys });
          await store.transact(() => ({ answer: undefined }), WAIT).catch(() => undefined);
          folder.bury(500 + n);
          expect(await folder.open().transact((tx) => ({ answer: tx.path(A.key).ledger?.fence }), WAIT)).toBe(
            10 * n + 2,
          );
        }
      });
    });

    test("finishes what a dead one left of several paths although the one who takes over dies too", async () => {
      await inFolder(sys, async (folder) => {
        await decide(folder.open(), BEFORE);
        const several = { answer: undefined, paths: [granted(A, "b", 2), granted(B, "b", 2)] };
        await decide(
          folder.open({ pid: 501, sys: killedWhen(sys, (_, path) => path.includes("/locks/")).sys }),
          several,
        ).catch(() => undefined);
        folder.bury(501);
        await decide(
          folder.open({ pid: 502, sys: killedWhen(sys, (_, path) => path.includes("/files/")).sys }),
          several,
        ).catch(() => undefined);
        folder.bury(502);
        const found = await lookOf(folder.open());
        expect(found).toContain("a.ts: b/2 2\nb.ts: b/2 2");
      });
    });

    test("has the newer of two versions in force when the older was not removed any more", async () => {
      await inFolder(sys, async (folder) => {
        for (const [round, fence] of [2, 3, 4].entries()) {
          await decide(folder.open(), { answer: undefined, paths: [granted(A, "a", fence - 1)] });
          const pid = 600 + round;
          const victim = killedWhen(sys, (what, path) => what === "unlink" && path.includes("/locks/"));
          const step = { answer: undefined, paths: [granted(A, "a", fence)] };
          await decide(folder.open({ pid, sys: victim.sys }), step).catch(() => undefined);
          expect(victim.dead()).toBe(true);
          expect(folder.sys.list(folder.layout.locks)).toHaveLength(2);
          folder.bury(pid);
          const store = folder.open();
          expect(store.path(A.key).lock?.grants[0]?.fence).toBe(fence);
          expect(store.locks()).toHaveLength(1);
        }
        await decide(folder.open(), { answer: undefined, paths: [{ path: A, lock: { to: undefined } }] });
        expect(folder.sys.list(folder.layout.locks)).toEqual([]);
      });
    });
  });
}
