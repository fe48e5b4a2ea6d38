/** Writes whose reports cross: RELIABILITY section 3, what the old holder does after his lock has ended. */
import { describe, expect, test } from "bun:test";
import { unseenWrite } from "../../src/domain/conflict.ts";
import { viewerOf, withSeen, withTold, type LedgerRecord } from "../../src/domain/ledger.ts";
import { recordLateWrite, recordUnreported, recordWrite } from "../../src/domain/record-write.ts";
import { settle } from "../../src/domain/settle.ts";
import { actor, around, at, hashOf, instance, ledger, openGrant, pathId, write } from "./samples.ts";

const PATH = pathId("src/a.ts");
const WORLD = around({ now: at(1000), instances: [instance("a"), instance("b")] });
const [OLD, NEW] = [hashOf("old"), hashOf("new")];

/** Whose write `id` has to be told of before it writes over this content. */
function unseenBy(id: string, known: LedgerRecord, content: string): string | undefined {
  return unseenWrite(known, actor(id), content, WORLD)?.instance_id;
}

/** a's lock has ended, b has one, both have seen the old content. */
const BOTH = [openGrant("a", 5, "old"), openGrant("b", 6, "old")];
const TWO = withSeen(withSeen(ledger(PATH, { fence: 6, grants: BOTH }), "a", OLD), "b", OLD);

describe("recordLateWrite()", () => {
  test("records the write, but does not count what is there now as seen", () => {
    const after = recordLateWrite(TWO, actor("a"), NEW, WORLD);
    expect(after.writes).toMatchObject([{ instance_id: "a", fence: 7, hash: NEW }]);
    expect(viewerOf(after, "a")).toEqual(viewerOf(TWO, "a"));
    expect(unseenBy("b", after, NEW)).toBe("a");
  });

  test("has the other one read again where both report the same content: one of them was overwritten", () => {
    const first = recordWrite(TWO, actor("b"), NEW, WORLD);
    const crossed = withTold(recordLateWrite(first, actor("a"), NEW, WORLD), "a");
    expect(unseenBy("b", crossed, NEW)).toBe("a");
    expect(unseenBy("a", crossed, NEW)).toBeUndefined();
    expect(unseenBy("a", recordWrite(crossed, actor("b"), hashOf("newer"), WORLD), hashOf("newer"))).toBe("b");
  });
});

describe("recordUnreported()", () => {
  test("takes what changed under a lock for its holder's", () => {
    expect(recordUnreported(TWO, actor("b"), NEW, WORLD).writes).toMatchObject([{ instance_id: "b", hash: NEW }]);
  });

  test("leaves to another what that one has reported, unseen by the holder", () => {
    const late = recordLateWrite(TWO, actor("a"), NEW, WORLD);
    const after = recordUnreported(late, actor("b"), NEW, WORLD);
    expect(after.writes).toEqual(late.writes);
    expect(unseenBy("b", after, NEW)).toBe("a");
  });
});

describe("a probable write", () => {
  test("of one who lives on leaves its grant open to what it may write yet", () => {
    const blamed = settle(ledger(PATH, { fence: 5, grants: [openGrant("a", 5, "old")] }), [], hashOf("user"), WORLD);
    expect(blamed.grants).toMatchObject([{ settled: false, hash: hashOf("user") }]);
    const told = withTold(blamed, "b");
    expect(unseenBy("b", settle(told, [], NEW, WORLD), NEW)).toBe("a");
  });

  test("of one who lives on is not found again while nothing changes", () => {
    const once = settle(ledger(PATH, { fence: 5, grants: [openGrant("a", 5, "old")] }), [], NEW, WORLD);
    expect(settle(once, [], NEW, WORLD).writes).toEqual(once.writes);
  });

  test("is found where the content is again what another had recorded before the last guess", () => {
    const writes = [write("b", 6, "new"), write("a", 7, "mid", { probable: true })];
    const known = ledger(PATH, { fence: 7, grants: [openGrant("a", 5, "mid")], writes });
    expect(unseenBy("c", settle(withTold(known, "c"), [], NEW, WORLD), NEW)).toBe("a");
  });

  test("is no guess any more once it is reported, and keeps its fence", () => {
    const guessed = settle(ledger(PATH, { fence: 5, grants: [openGrant("a", 5, "old")] }), [], NEW, WORLD);
    const after = recordWrite(guessed, actor("a"), NEW, WORLD);
    expect(after.writes).toEqual(guessed.writes.map((w) => ({ ...w, probable: false })));
  });
});

test("whoever has read the content of a write before it was reported has seen that write", () => {
  const read = withSeen(ledger(PATH, { fence: 5, grants: [openGrant("a", 5, "old")] }), "b", NEW);
  const reported = recordWrite(read, actor("a"), NEW, WORLD);
  expect(unseenBy("b", reported, hashOf("formatted"))).toBeUndefined();
  expect(unseenBy("b", { ...read, writes: [write("a", 6, "other")] }, hashOf("formatted"))).toBe("a");
});
