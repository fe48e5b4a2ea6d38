/** DESIGN section 5, "A conflict": which writes an instance has to be told of before it overwrites them. */
import { describe, expect, test } from "bun:test";
import { isForeign, unseenWrite } from "../../src/domain/conflict.ts";
import type { LedgerRecord, Viewer, Write } from "../../src/domain/ledger.ts";
import { withSeen, withTold, withWrite } from "../../src/domain/ledger.ts";
import type { Verdict } from "../../src/domain/process.ts";
import { recordWrite } from "../../src/domain/record-write.ts";
import { actor, around, at, hashOf, instance, ledger, pathId, processRef, write, type World } from "./samples.ts";

const PATH = pathId("src/a.ts");
const [CLIENT, OTHER_CLIENT] = [processRef(1), processRef(2)];

describe("isForeign(): to the session s, a write is", () => {
  const TABLE: readonly (readonly [
    want: boolean,
    whose: string,
    by: Write,
    registered: readonly string[],
    verdict?: Verdict,
  ])[] = [
    [false, "its own: no", write("s", 1, "x"), ["s"]],
    [true, "another's: yes", write("t", 1, "x"), ["s", "t"]],
    [true, "another's that has gone: yes", write("t", 1, "x"), ["s"]],
    [true, "another's subagent's: yes", write("t.1", 1, "x"), ["s", "t", "t.1"]],
    [true, "its subagent's that still runs: yes", write("s.1", 1, "x"), ["s", "s.1"]],
    [false, "its subagent's that has ended: no", write("s.1", 1, "x"), ["s"]],
    [false, "its subagent's that was killed: no", write("s.1", 1, "x"), ["s", "s.1"], "dead"],
    [
      false,
      "that of an ended session of the same client, before /clear: no",
      write("t", 1, "x", { process: CLIENT }),
      ["s"],
    ],
    [
      true,
      "that of a session of the same client that has not ended: yes",
      write("t", 1, "x", { process: CLIENT }),
      ["s", "t"],
    ],
    [true, "that of an ended session of another client: yes", write("t", 1, "x", { process: OTHER_CLIENT }), ["s"]],
  ];
  for (const [want, whose, by, registered, verdict] of TABLE) {
    test(whose, () => {
      const world = around({
        instances: registered.map((id) => instance(id)),
        verdicts: verdict === undefined ? {} : { [by.instance_id]: verdict },
      });
      expect(isForeign(by, actor("s", { process: CLIENT }), world)).toBe(want);
    });
  }
});

describe("isForeign(): to the subagent s.1, a write is", () => {
  const TABLE: readonly (readonly [want: boolean, whose: string, by: string, registered: readonly string[]])[] = [
    [false, "its session's: no", "s", ["s", "s.1"]],
    [false, "its session's that has ended: no", "s", ["s.1"]],
    [true, "its sibling's that still runs: yes", "s.2", ["s", "s.1", "s.2"]],
    [false, "its sibling's that has ended: no", "s.2", ["s", "s.1"]],
    [true, "another session's: yes", "t", ["s", "s.1", "t"]],
  ];
  for (const [want, whose, by, registered] of TABLE) {
    test(whose, () => {
      expect(
        isForeign(write(by, 1, "x"), actor("s.1"), around({ instances: registered.map((id) => instance(id)) })),
      ).toBe(want);
    });
  }
});

describe("unseenWrite(): a session is told of", () => {
  const both: World = { instances: [instance("s"), instance("t")] };
  const seen = (content: string | null, fence: number, told = 0): Viewer => ({
    instance_id: "s",
    hash: content === null ? null : hashOf(content),
    fence,
    told,
  });
  const find = (known: Partial<LedgerRecord>, content: string, world: World = both, since = 0): string => {
    const found = unseenWrite(
      ledger(PATH, known),
      actor("s", { started: at(since) }),
      hashOf(content),
      around({ now: at(60_000), ...world }),
    );
    return found === undefined ? "nothing" : `${found.instance_id}/${found.fence}`;
  };
  const theirs = write("t", 5, "theirs");
  const mine = write("s", 4, "mine");

  test("nothing where nobody has written", () => {
    expect(find({}, "x")).toBe("nothing");
    expect(find({ viewers: [seen("old", 0)] }, "changed by the user")).toBe("nothing");
  });

  test("another's write since it last saw the file", () => {
    expect(find({ writes: [theirs], viewers: [seen("old", 4)] }, "theirs")).toBe("t/5");
  });

  test("nothing when it has seen that write", () => {
    expect(find({ writes: [theirs], viewers: [seen("theirs", 5)] }, "theirs")).toBe("nothing");
  });

  test("nothing when the content is again what it last saw", () => {
    expect(find({ writes: [theirs], viewers: [seen("old", 4)] }, "old")).toBe("nothing");
  });

  test("nothing for what formatters, editors or the user changed after the write that it saw", () => {
    expect(find({ writes: [theirs], viewers: [seen("theirs", 5)] }, "theirs, formatted")).toBe("nothing");
  });

  test("another's write also when a formatter changed the file after it", () => {
    expect(find({ writes: [theirs], viewers: [seen("old", 4)] }, "theirs, formatted")).toBe("t/5");
  });

  test("another's write also when its own came after", () => {
    const after = write("s", 6, "mine again");
    expect(find({ writes: [theirs, after], viewers: [seen("old", 4)] }, "mine again, formatted")).toBe("t/5");
  });

  test("another's write also when one of its family came after", () => {
    const world = { instances: [instance("s"), instance("t")] };
    expect(find({ writes: [theirs, write("s.1", 6, "ours")], viewers: [seen("old", 4)] }, "ours", world)).toBe("t/5");
  });

  test("the newest of several", () => {
    const world = { instances: [instance("s"), instance("t"), instance("u")] };
    expect(find({ writes: [theirs, write("u", 6, "u's")], viewers: [seen("old", 4)] }, "u's", world)).toBe("u/6");
  });

  test("nothing of its own", () => {
    expect(find({ writes: [mine], viewers: [seen("old", 3)] }, "mine")).toBe("nothing");
  });

  test("each write once, and of a newer one again", () => {
    const told = withTold(ledger(PATH, { writes: [theirs], viewers: [seen("old", 4)] }), "s");
    expect(find(told, "theirs")).toBe("nothing");
    const more = withWrite(told, write("t", 6, "theirs again"));
    expect(find(more, "theirs again")).toBe("t/6");
    expect(find(withTold(more, "s"), "theirs again")).toBe("nothing");
  });

  test("a second write under the same lock, by one who has read between the two", () => {
    const once = recordWrite(ledger(PATH, { fence: 5 }), actor("t"), hashOf("one"), around(both));
    const read = withSeen(once, "s", hashOf("one"));
    const twice = recordWrite(read, actor("t"), hashOf("two"), around(both));
    expect(find(twice, "two")).toBe(`t/${twice.fence}`);
  });

  test("a probable write too", () => {
    expect(find({ writes: [write("t", 5, "theirs", { probable: true })], viewers: [seen("old", 4)] }, "theirs")).toBe(
      "t/5",
    );
  });

  describe("of a file that it never saw:", () => {
    test("a write of somebody who lives", () => {
      expect(find({ writes: [theirs] }, "theirs")).toBe("t/5");
      expect(find({ writes: [theirs], viewers: [seen(null, 0)] }, "theirs")).toBe("t/5");
    });

    test("a write of one whose lease is over but whose process lives", () => {
      const idle = { ...both, verdicts: { t: "alive" as const }, now: at(9e6) };
      expect(find({ writes: [theirs] }, "theirs", idle, 8e6)).toBe("t/5");
    });

    test("not an old write of one that has gone, is stale or was killed before it began", () => {
      expect(find({ writes: [theirs] }, "theirs", { instances: [instance("s")] }, 1000)).toBe("nothing");
      expect(find({ writes: [theirs] }, "theirs", { ...both, now: at(9e6) }, 8e6)).toBe("nothing");
      expect(find({ writes: [theirs] }, "theirs", { ...both, verdicts: { t: "dead" } }, 1000)).toBe("nothing");
    });

    test("a write of one that has gone, made after it began", () => {
      const late = write("t", 5, "theirs", { written: at(2000) });
      expect(find({ writes: [late] }, "theirs", { instances: [instance("s")] }, 1000)).toBe("t/5");
    });

    test("each write once", () => {
      expect(find(withTold(ledger(PATH, { writes: [theirs] }), "s"), "theirs")).toBe("nothing");
      expect(find({ writes: [theirs], viewers: [seen(null, 0, 4)] }, "theirs")).toBe("t/5");
    });
  });
});
