/**
 * The contract of `Store` (src/store/store.ts), as tests that every store passes. A store's own test supplies a bench.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { InstanceRecord } from "../../src/domain/instance.ts";
import type { PathChange, Store, Transaction } from "../../src/store/store.ts";
import { grant, instance, ledger, lock, pathId } from "../domain/samples.ts";

/** One state, fresh. */
export interface Bench {
  /** The store as one more process opens it. */
  readonly open: () => Store;
  /** Lets time go by for everybody. */
  readonly pass: (ms: number) => void;
  readonly close: () => void;
}

const WAIT = { waitMs: 5000 };
const [A, B] = [pathId("a.ts"), pathId("b.ts")];
const LAST = -1;
const ALL = 1_000_000;

/** What the state holds, without the store's own numbering. */
function unnumbered<T extends object>(record: T | undefined): object | undefined {
  if (record === undefined) return undefined;
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== "seq"));
}

/** A record as a newer version of coord may write it. */
function extended<T extends object>(record: T, fields: object): T {
  return { ...record, ...fields };
}

function granted(path: typeof A, id: string, fence = 1): PathChange {
  return { path, lock: { to: lock(path, grant(id, { fence })) }, ledger: { to: ledger(path, { fence }) } };
}

export function storeContract(name: string, make: () => Bench): void {
  let bench: Bench;
  let store: Store;
  let other: Store;
  beforeEach(() => {
    bench = make();
    store = bench.open();
    other = bench.open();
  });
  afterEach(() => bench.close());

  const change = (...paths: readonly PathChange[]): Promise<void> =>
    store.transact(() => ({ answer: undefined, paths }), WAIT);
  const register = (...records: readonly InstanceRecord[]): Promise<void> =>
    store.transact(() => ({ answer: undefined, instances: records.map((to) => ({ id: to.instance_id, to })) }), WAIT);
  const look = <T>(from: Store, reading: (tx: Transaction) => T): Promise<T> =>
    from.transact((tx) => ({ answer: reading(tx) }), WAIT);

  describe(`${name}: transact()`, () => {
    test("answers what the decision answers, with its changes in force for everybody", async () => {
      const to = lock(A, grant("a"));
      const answer = await store.transact(
        () => ({
          answer: "done",
          paths: [{ path: A, lock: { to }, ledger: { to: ledger(A, { fence: 7 }) } }],
          instances: [{ id: "a", to: instance("a") }],
        }),
        WAIT,
      );
      expect(answer).toBe("done");
      for (const reader of [store, other, bench.open()]) {
        expect(unnumbered(reader.path(A.key).lock)).toEqual(to);
        expect(reader.path(A.key).ledger?.fence).toBe(7);
        expect(unnumbered(reader.instance("a"))).toEqual(instance("a"));
        expect(await look(reader, (tx) => unnumbered(tx.path(A.key).lock))).toEqual(to);
      }
    });

    test("answers undefined for what is not there", async () => {
      expect(await look(store, (tx) => [tx.path(A.key), tx.instance("a"), tx.held("a"), tx.instanceIds()])).toEqual([
        { lock: undefined, ledger: undefined },
        undefined,
        [],
        [],
      ]);
      expect(store.path(A.key)).toEqual({ lock: undefined, ledger: undefined });
      expect([store.instance("a"), store.instances(), store.locks(), store.held("a")]).toEqual([undefined, [], [], []]);
    });

    test("changes nothing when the decision throws, and goes on with the next one", async () => {
      await change(granted(A, "a"));
      const before = store.path(A.key);
      const failing = store.transact((tx) => {
        tx.path(A.key);
        throw new Error("no decision");
      }, WAIT);
      expect(failing).rejects.toThrow("no decision");
      await failing.catch(() => undefined);
      expect(other.path(A.key)).toEqual(before);
      expect(other.events(LAST, ALL).events).toEqual([]);
      await other.transact(() => ({ answer: undefined, paths: [granted(A, "b", 2)] }), WAIT);
      expect(store.path(A.key).ledger?.fence).toBe(2);
    });

    test("is one step against all others: no increment is lost", async () => {
      await register(instance("a", { ping_count: 0 }));
      const increment = (from: Store): Promise<void> =>
        from.transact((tx) => {
          const record = tx.instance("a") ?? instance("a");
          return { answer: undefined, instances: [{ id: "a", to: { ...record, ping_count: record.ping_count + 1 } }] };
        }, WAIT);
      await Promise.all(Array.from({ length: 50 }, (_, i) => increment(i % 2 === 0 ? store : other)));
      expect(store.instance("a")?.ping_count).toBe(50);
    });

    test("shares no object with its callers", async () => {
      const mine = instance("a");
      await register(mine);
      Object.assign(mine, { task: "changed outside" });
      Object.assign(store.instance("a") ?? {}, { task: "changed in an answer" });
      await look(store, (tx) => Object.assign(tx.instance("a") ?? {}, { task: "changed in a transaction" }));
      expect(store.instance("a")?.task).toBe("General development");
    });

    test("keeps fields that it does not know through a rewrite", async () => {
      await register(extended(instance("a"), { since_2_0: { deep: ["x"] } }));
      const held = extended(lock(A, extended(grant("a"), { shared_with: "b" })), { waiters: 3 });
      await change({ path: A, lock: { to: held }, ledger: { to: extended(ledger(A), { notes: "n" }) } });
      await other.transact((tx) => {
        const [record, state] = [tx.instance("a"), tx.path(A.key)];
        if (record === undefined || state.lock === undefined || state.ledger === undefined) throw new Error("lost");
        return {
          answer: undefined,
          instances: [{ id: "a", to: { ...record, task: "rewritten" } }],
          paths: [{ path: A, lock: { to: { ...state.lock } }, ledger: { to: { ...state.ledger, fence: 5 } } }],
        };
      }, WAIT);
      expect(store.instance("a")).toMatchObject({ task: "rewritten", since_2_0: { deep: ["x"] } });
      expect(store.path(A.key).lock).toMatchObject({ waiters: 3, grants: [{ shared_with: "b" }] });
      expect(store.path(A.key).ledger).toMatchObject({ fence: 5, notes: "n" });
    });

    test("puts the latest version of a record in force, however many there were", async () => {
      for (let fence = 1; fence <= 7; fence += 1) {
        await change(granted(A, "a", fence));
        expect(other.path(A.key).lock?.grants[0]?.fence).toBe(fence);
        expect(other.path(A.key).ledger?.fence).toBe(fence);
        expect(other.locks()).toHaveLength(1);
      }
    });

    test("removes a lock and leaves its ledger, and takes a new lock after", async () => {
      for (const fence of [1, 2, 3]) {
        await change(granted(A, "a", fence));
        await change({ path: A, lock: { to: undefined } });
        expect(other.path(A.key).lock).toBeUndefined();
        expect(other.path(A.key).ledger?.fence).toBe(fence);
        expect(other.locks()).toEqual([]);
      }
    });

    test("removes what is not there without complaint", async () => {
      await store.transact(
        () => ({
          answer: undefined,
          paths: [{ path: A, lock: { to: undefined } }],
          instances: [{ id: "a", to: undefined }],
        }),
        WAIT,
      );
      expect(other.locks()).toEqual([]);
    });

    test("changes several paths and instances in one step", async () => {
      await change(granted(A, "a"), granted(B, "a"));
      await store.transact(
        () => ({
          answer: undefined,
          paths: [{ path: A, lock: { to: undefined } }, granted(B, "b", 4)],
          instances: [
            { id: "a", to: instance("a") },
            { id: "b", to: instance("b") },
          ],
        }),
        WAIT,
      );
      expect(other.path(A.key).lock).toBeUndefined();
      expect(other.locks().map((l) => l.grants[0]?.locked_by.instance_id)).toEqual(["b"]);
      expect(other.instances().map((i) => i.instance_id)).toEqual(expect.arrayContaining(["a", "b"]));
      expect(await look(other, (tx) => tx.instanceIds().toSorted())).toEqual(["a", "b"]);
      await store.transact(() => ({ answer: undefined, instances: [{ id: "a", to: undefined }] }), WAIT);
      expect(other.instances().map((i) => i.instance_id)).toEqual(["b"]);
    });
  });

  describe(`${name}: held()`, () => {
    test("names every path on which an instance holds a grant", async () => {
      await change(granted(A, "s"), granted(B, "s"));
      await change({ path: A, lock: { to: lock(A, grant("s"), grant("s.1", { fence: 2 })) } });
      expect(other.held("s").toSorted()).toEqual([A.key, B.key].toSorted());
      expect(other.held("s.1")).toEqual([A.key]);
      expect(await look(other, (tx) => tx.held("s.1"))).toEqual([A.key]);
    });

    test("forgets a path once the grant is given back or has passed to another", async () => {
      await change(granted(A, "s"), granted(B, "s"));
      await change({ path: A, lock: { to: undefined } }, granted(B, "t", 2));
      expect(other.held("s")).toEqual([]);
      expect(other.held("t")).toEqual([B.key]);
    });

    test("keeps a path while the grant is there, also when its holder is no longer registered", async () => {
      await register(instance("s"));
      await change(granted(A, "s"));
      await store.transact(() => ({ answer: undefined, instances: [{ id: "s", to: undefined }] }), WAIT);
      expect(other.held("s")).toEqual([A.key]);
    });

    test("forgets all paths of an instance that is removed with its grants", async () => {
      await register(instance("s"));
      await change(granted(A, "s"), granted(B, "s"));
      await store.transact(
        () => ({
          answer: undefined,
          paths: [A, B].map((path) => ({ path, lock: { to: undefined } })),
          instances: [{ id: "s", to: undefined }],
        }),
        WAIT,
      );
      expect(other.held("s")).toEqual([]);
    });
  });

  describe(`${name}: prune()`, () => {
    const DAY = 86_400_000;

    test("removes ledgers that were idle for too long, and raises the floor of fences above them", async () => {
      await change({ path: A, ledger: { to: ledger(A, { fence: 41 }) } });
      await change({ path: B, ledger: { to: ledger(B, { fence: 12 }) } });
      bench.pass(2 * DAY);
      expect(await store.prune(DAY, WAIT)).toBe(2);
      expect(other.path(A.key).ledger).toBeUndefined();
      expect(other.path(B.key).ledger).toBeUndefined();
      expect(await look(other, (tx) => tx.fenceFloor())).toBe(41);
    });

    test("never lowers the floor", async () => {
      for (const fence of [9, 3]) {
        await change({ path: A, ledger: { to: ledger(A, { fence }) } });
        bench.pass(2 * DAY);
        await store.prune(DAY, WAIT);
        expect(await look(other, (tx) => tx.fenceFloor())).toBe(9);
      }
    });

    test("keeps a ledger that was written lately, and one whose path is locked", async () => {
      await change(granted(A, "a"));
      bench.pass(2 * DAY);
      await change({ path: B, ledger: { to: ledger(B) } });
      expect(await store.prune(DAY, WAIT)).toBe(0);
      expect(other.path(A.key).ledger).toBeDefined();
      expect(other.path(B.key).ledger).toBeDefined();
    });
  });

  describe(`${name}: events()`, () => {
    const say = (...texts: readonly string[]): Promise<void> =>
      store.transact(
        () => ({ answer: undefined, events: texts.map((text) => ({ event: "held" as const, instance: "a", text })) }),
        WAIT,
      );
    const texts = (from: number, max = ALL): unknown[] => other.events(from, max).events.map((e) => e["text"]);

    test("gives the history in order, each with its time", async () => {
      await say("one", "two");
      await say("three");
      expect(texts(LAST)).toEqual(["one", "two", "three"]);
      expect(texts(0)).toEqual(["one", "two", "three"]);
      const [first] = other.events(0, ALL).events;
      expect(first?.["at"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(first).toMatchObject({ event: "held", instance: "a", text: "one" });
    });

    test("goes on from where an earlier reading ended", async () => {
      await say("one");
      const { next } = other.events(LAST, ALL);
      expect(other.events(LAST, 0)).toEqual({ events: [], next });
      expect(other.events(next, ALL)).toEqual({ events: [], next });
      await say("two");
      expect(texts(next)).toEqual(["two"]);
    });

    test("gives whole lines of the newest bytes when there are more than asked for", async () => {
      await say("one", "two", "three");
      const { next } = other.events(LAST, ALL);
      const half = other.events(0, Math.floor(next * 0.75));
      expect(half.events.map((e) => e["text"])).toEqual(["two", "three"]);
      expect(half.next).toBe(next);
    });

    test("starts anew when the history is shorter than where an earlier reading ended", async () => {
      await say("one");
      expect(texts(99_999)).toEqual(["one"]);
    });
  });
}
