/** What the ledger learns of writes, reported and probable: DESIGN section 5, "A grant", and the fences of writes. */
import { describe, expect, test } from "bun:test";
import { acquire } from "../../src/domain/acquire.ts";
import { lastGrantTo, withOpenGrant, withoutOpenGrant } from "../../src/domain/grants.ts";
import {
  lastWrite,
  MAX_GRANTS,
  MAX_VIEWERS,
  MAX_WRITES,
  NO_FILE,
  viewerOf,
  withSeen,
  withTold,
  withViewer,
  withWrite,
  writtenFence,
  type LedgerRecord,
} from "../../src/domain/ledger.ts";
import { recordWrite } from "../../src/domain/record-write.ts";
import { settle } from "../../src/domain/settle.ts";
import { newLedger } from "../../src/domain/view.ts";
import { actor, around, at, grant, hashOf, ledger, openGrant, pathId, write } from "./samples.ts";

const PATH = pathId("src/a.ts");
const WORLD = around({ now: at(1000) });

describe("recordWrite()", () => {
  const granted = (id: string, fence: number, content: string, more: Partial<LedgerRecord> = {}): LedgerRecord =>
    ledger(PATH, { fence, grants: [openGrant(id, fence, content)], last_grant: { instance_id: id, fence }, ...more });

  test("gives the first write under a grant the grant's fence", () => {
    const after = recordWrite(granted("a", 5, "old"), actor("a"), hashOf("new"), WORLD);
    expect(after.writes).toEqual([write("a", 5, "new", { at: "2026-01-08T12:00:01Z", written: at(1000) })]);
    expect(after.fence).toBe(5);
  });

  test("gives every further one under the same grant a fence of its own", () => {
    const once = recordWrite(granted("a", 5, "old"), actor("a"), hashOf("one"), WORLD);
    const twice = recordWrite(once, actor("a"), hashOf("two"), WORLD);
    expect(twice.writes.map((w) => [w.hash, w.fence])).toEqual([[hashOf("two"), 6]]);
    expect(recordWrite(twice, actor("a"), hashOf("three"), WORLD).fence).toBe(7);
  });

  test("counts what is again as it was at the grant: it may have been another meanwhile", () => {
    const after = recordWrite(granted("a", 5, "same"), actor("a"), hashOf("same"), WORLD);
    expect(after.writes).toMatchObject([{ instance_id: "a", fence: 5, hash: hashOf("same") }]);
    expect(viewerOf(after, "a")?.hash).toBe(hashOf("same"));
  });

  test("takes a second report of the same content for no other write", () => {
    const once = withSeen(recordWrite(granted("a", 5, "old"), actor("a"), hashOf("new"), WORLD), "b", hashOf("new"));
    expect(recordWrite(once, actor("a"), hashOf("new"), WORLD).writes).toEqual(once.writes);
  });

  test("counts the same content again where another has seen something else in between", () => {
    const once = withSeen(recordWrite(granted("a", 5, "old"), actor("a"), hashOf("new"), WORLD), "b", hashOf("user's"));
    expect(lastWrite(recordWrite(once, actor("a"), hashOf("new"), WORLD))).toMatchObject({
      instance_id: "a",
      fence: 6,
    });
  });

  test("counts a file that was removed as written", () => {
    const after = recordWrite(granted("a", 5, "old"), actor("a"), NO_FILE, WORLD);
    expect(lastWrite(after)).toMatchObject({ hash: NO_FILE, fence: 5 });
  });

  test("gives a new fence when the path has passed on meanwhile", () => {
    const passed = granted("a", 5, "old", { fence: 6, last_grant: { instance_id: "b", fence: 6 } });
    expect(lastWrite(recordWrite(passed, actor("a"), hashOf("late"), WORLD))).toMatchObject({
      instance_id: "a",
      fence: 7,
    });
  });

  test("keeps the other's write beside a late one", () => {
    const b = recordWrite(
      granted("b", 6, "old", { grants: [openGrant("a", 5, "old"), openGrant("b", 6, "old")] }),
      actor("b"),
      hashOf("b's"),
      WORLD,
    );
    const both = recordWrite(b, actor("a"), hashOf("a's"), WORLD);
    expect(both.writes.map((w) => [w.instance_id, w.fence])).toEqual([
      ["b", 6],
      ["a", 7],
    ]);
  });

  test("records a write without any grant, and not twice", () => {
    const once = recordWrite(ledger(PATH, { fence: 3 }), actor("a"), hashOf("x"), WORLD);
    expect(lastWrite(once)).toMatchObject({ instance_id: "a", fence: 4 });
    expect(recordWrite(once, actor("a"), hashOf("x"), WORLD).writes).toEqual(once.writes);
  });

  test("has its writer see it", () => {
    const after = recordWrite(granted("a", 5, "old"), actor("a"), hashOf("new"), WORLD);
    expect(viewerOf(after, "a")).toEqual({ instance_id: "a", hash: hashOf("new"), fence: 5, told: 0 });
  });

  test("is what all open grants then start from, so that nobody is blamed for it", () => {
    const two = granted("s.1", 6, "old", { grants: [openGrant("s", 5, "old"), openGrant("s.1", 6, "old")] });
    const after = recordWrite(two, actor("s.1"), hashOf("new"), WORLD);
    expect(settle(after, [], hashOf("new"), WORLD).writes.map((w) => w.instance_id)).toEqual(["s.1"]);
  });
});

describe("settle()", () => {
  const ended = (...grants: LedgerRecord["grants"]): LedgerRecord => ledger(PATH, { fence: 9, grants });

  test("counts a change under a grant that ended without a word as its holder's probable write", () => {
    const after = settle(ended(openGrant("a", 9, "old")), [], hashOf("changed"), WORLD);
    expect(after.writes).toEqual([
      write("a", 9, "changed", { probable: true, at: "2026-01-08T12:00:01Z", written: at(1000) }),
    ]);
    expect(after.grants).toEqual([openGrant("a", 9, "old", { settled: true })]);
  });

  test("looks at each ended grant once", () => {
    const once = settle(ended(openGrant("a", 9, "old")), [], hashOf("old"), WORLD);
    expect(once.writes).toEqual([]);
    // What changes after that is not a's doing.
    expect(settle(once, [], hashOf("changed by an editor"), WORLD)).toBe(once);
  });

  test("leaves grants alone that still hold", () => {
    const before = ended(openGrant("a", 9, "old"));
    expect(settle(before, [grant("a", { fence: 9 })], hashOf("changed"), WORLD)).toBe(before);
  });

  test("blames nobody for content that somebody has recorded since", () => {
    const before = { ...ended(openGrant("a", 8, "old")), writes: [write("b", 9, "b's")] };
    expect(settle(before, [], hashOf("b's"), WORLD).writes).toEqual(before.writes);
  });

  test("counts a return to content that was recorded before the grant", () => {
    const before = { ...ended(openGrant("a", 9, "b's")), writes: [write("c", 6, "c's"), write("b", 7, "b's")] };
    const after = settle(before, [], hashOf("c's"), WORLD);
    expect(lastWrite(after)).toMatchObject({ instance_id: "a", probable: true, fence: 9 });
  });

  test("takes the newest of several for the writer", () => {
    const after = settle(
      ended(openGrant("a", 7, "old"), openGrant("b", 8, "old"), openGrant("c", 9, "changed")),
      [],
      hashOf("changed"),
      WORLD,
    );
    expect(after.writes.map((w) => w.instance_id)).toEqual(["b"]);
    expect(after.grants.every((g) => g.settled)).toBe(true);
  });

  test("gives a probable write a fence that those who saw a later one have not seen", () => {
    const before = { ...ended(openGrant("a", 7, "old")), writes: [write("b", 8, "b's")] };
    expect(lastWrite(settle(before, [], hashOf("changed"), WORLD))).toMatchObject({ instance_id: "a", fence: 10 });
  });

  test("is done by the next acquire(), whoever asks and whatever the answer", () => {
    const state = { lock: undefined, ledger: ended(openGrant("a", 9, "old")) };
    const request = {
      path: PATH,
      me: actor("b"),
      kind: "claim",
      ttlMs: null,
      intent: "",
      toolUseId: null,
      lockId: "l",
    } as const;
    const outcome = acquire(state, { ...request, contentHash: hashOf("changed") }, WORLD);
    if (outcome.outcome !== "granted") throw new Error("held");
    expect(outcome.known.writes.map((w) => [w.instance_id, w.probable])).toEqual([["a", true]]);
    expect(outcome.grant.fence).toBe(10);
    expect(outcome.ledger.grants.map((g) => g.instance_id)).toEqual(["a", "b"]);
  });
});

describe("the ledger", () => {
  test("starts above the floor of fences", () => {
    const request = {
      path: PATH,
      me: actor("a"),
      kind: "claim",
      ttlMs: null,
      intent: "",
      toolUseId: null,
      lockId: "l",
    } as const;
    const outcome = acquire(
      { lock: undefined, ledger: undefined },
      { ...request, contentHash: NO_FILE },
      around({ fenceFloor: 41 }),
    );
    expect(outcome.outcome === "granted" ? outcome.grant.fence : 0).toBe(42);
  });

  test("keeps one write per writer, the newest, in the order of fences", () => {
    let known = newLedger(PATH, 0);
    for (const [id, fence] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
      ["c", 4],
      ["b", 5],
    ] as const)
      known = withWrite(known, write(id, fence, `${fence}`));
    expect(known.writes.map((w) => [w.instance_id, w.fence])).toEqual([
      ["a", 3],
      ["c", 4],
      ["b", 5],
    ]);
    expect([writtenFence(known), known.fence]).toEqual([5, 5]);
  });

  test("forgets the oldest writers and viewers beyond its limits", () => {
    let known = newLedger(PATH, 0);
    for (let i = 1; i <= 200; i += 1) known = withSeen(withWrite(known, write(`i${i}`, i, "x")), `i${i}`, hashOf("x"));
    expect([known.writes.length, known.viewers.length]).toEqual([MAX_WRITES, MAX_VIEWERS]);
    expect([known.writes.at(0)?.fence, known.writes.at(-1)?.fence]).toEqual([200 - MAX_WRITES + 1, 200]);
    expect(viewerOf(known, "i200")).toBeDefined();
    expect(viewerOf(known, "i1")).toBeUndefined();
  });

  test("remembers what was told apart from what was seen", () => {
    const wrote = withWrite(newLedger(PATH, 0), write("b", 3, "b's"));
    const told = withTold(withViewer(wrote, { instance_id: "a", hash: hashOf("old"), fence: 1, told: 0 }), "a");
    expect(viewerOf(told, "a")).toEqual({ instance_id: "a", hash: hashOf("old"), fence: 1, told: 3 });
    expect(viewerOf(withSeen(told, "a", hashOf("b's")), "a")).toEqual({
      instance_id: "a",
      hash: hashOf("b's"),
      fence: 3,
      told: 3,
    });
    expect(viewerOf(withTold(wrote, "never seen"), "never seen")).toMatchObject({ hash: null, fence: 0, told: 3 });
  });

  test("has one open grant per instance, the latest", () => {
    let known = withOpenGrant(newLedger(PATH, 0), actor("a"), 1, hashOf("x"));
    known = withOpenGrant(lastGrantTo(known, actor("a"), 1), actor("b"), 2, hashOf("x"));
    known = withOpenGrant(known, actor("a"), 3, hashOf("y"));
    expect(known.grants.map((g) => [g.instance_id, g.fence])).toEqual([
      ["b", 2],
      ["a", 3],
    ]);
    expect(known.fence).toBe(3);
    expect(withoutOpenGrant(known, actor("b")).grants.map((g) => g.instance_id)).toEqual(["a"]);
  });
});

test("open grants of those who never come back are forgotten, the settled ones first", () => {
  let known = withOpenGrant(ledger(pathId("a.ts")), actor("s"), 1, "");
  for (let fence = 2; fence <= 2 * MAX_GRANTS; fence += 1) {
    const before = known.grants.map((g) => ({ ...g, settled: g.instance_id !== "s" }));
    known = withOpenGrant({ ...known, grants: before }, actor(`crashed-${fence}`), fence, "");
  }
  expect(known.grants.map((g) => g.fence)).toEqual([
    1,
    ...Array.from({ length: MAX_GRANTS - 1 }, (_, i) => MAX_GRANTS + 2 + i),
  ]);
});
