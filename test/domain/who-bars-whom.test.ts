/** DESIGN section 2, "Who bars whom", as a table; and what acquire() makes of it. */
import { describe, expect, test } from "bun:test";
import { acquire, type AcquireOutcome, type AcquireRequest } from "../../src/domain/acquire.ts";
import { bars, type Grant } from "../../src/domain/lock.ts";
import type { PathState } from "../../src/domain/view.ts";
import { actor, around, at, grant, hashOf, instance, ledger, lock, openGrant, pathId, type World } from "./samples.ts";

const PATH = pathId("src/a.ts");
const IDS: readonly string[] = ["s", "s.1", "s.2", "t", "t.1"];
const WORLD: World = { instances: IDS.map((id) => instance(id)) };

function request(id: string, more: Partial<AcquireRequest> = {}): AcquireRequest {
  return {
    path: PATH,
    me: actor(id),
    kind: "claim",
    ttlMs: null,
    intent: "",
    toolUseId: null,
    contentHash: hashOf("x"),
    lockId: `lock of ${id}`,
    ...more,
  };
}

function state(...grants: readonly Grant[]): PathState {
  const fence = Math.max(0, ...grants.map((g) => g.fence));
  const open = grants.map((g) => openGrant(g.locked_by.instance_id, g.fence, "x"));
  return {
    lock: grants.length === 0 ? undefined : lock(PATH, ...grants),
    ledger: fence === 0 ? undefined : ledger(PATH, { fence, grants: open }),
  };
}

function holders(outcome: AcquireOutcome): readonly string[] {
  const grants = outcome.outcome === "granted" ? outcome.lock.grants : outcome.bars.map((bar) => bar.grant);
  return grants.map((g) => g.locked_by.instance_id);
}

describe("bars(): the lock of", () => {
  const TABLE: Readonly<Record<string, readonly string[]>> = {
    // A session's lock bars everyone outside its family.
    s: ["t", "t.1"],
    // A subagent's lock bars everyone else: its siblings, its session, others.
    "s.1": ["s", "s.2", "t", "t.1"],
  };
  for (const [holder, barred] of Object.entries(TABLE)) {
    test(`${holder} bars ${barred.join(", ")}`, () => {
      expect(IDS.filter((id) => bars(grant(holder), actor(id)))).toEqual([...barred]);
    });
  }
});

describe("acquire()", () => {
  const TABLE: readonly (readonly [
    held: readonly string[],
    who: string,
    answer: "granted" | "held",
    then: readonly string[],
  ])[] = [
    [[], "s", "granted", ["s"]],
    [[], "s.1", "granted", ["s.1"]],
    [["s"], "t", "held", ["s"]],
    [["s"], "t.1", "held", ["s"]],
    [["s"], "s.1", "granted", ["s", "s.1"]],
    [["s", "s.1"], "s.2", "held", ["s.1"]],
    [["s", "s.1"], "s", "held", ["s.1"]],
    [["s", "s.1"], "s.1", "granted", ["s", "s.1"]],
    [["s", "s.1"], "t", "held", ["s", "s.1"]],
    [["s.1"], "s", "held", ["s.1"]],
    [["s.1"], "s.2", "held", ["s.1"]],
    [["s.1"], "t", "held", ["s.1"]],
    [["s"], "s", "granted", ["s"]],
  ];
  for (const [held, who, answer, then] of TABLE) {
    const by = held.length === 0 ? "nobody" : held.join(" and ");
    test(`by ${who} of a path held by ${by}: ${answer}, ${answer === "held" ? "by" : "then held by"} ${then.join(" and ")}`, () => {
      const before = state(...held.map((id, i) => grant(id, { fence: i + 1 })));
      const outcome = acquire(before, request(who), around(WORLD));
      expect(outcome.outcome).toBe(answer);
      expect(holders(outcome)).toEqual([...then]);
    });
  }

  test("says how long each grant in the way still holds", () => {
    const before = state(grant("s", { ttl_ms: 90_000 }));
    const outcome = acquire(before, request("t"), around({ ...WORLD, now: at(30_000) }));
    expect(outcome.outcome === "held" ? outcome.bars.map((bar) => bar.leftMs) : []).toEqual([60_000]);
  });

  test("lets ended grants make way, and names those of others", () => {
    const before = state(grant("s", { ttl_ms: 1000 }), grant("s.1", { fence: 2, ttl_ms: 2000 }));
    const outcome = acquire(before, request("t"), around({ ...WORLD, now: at(5000) }));
    if (outcome.outcome !== "granted") throw new Error("held");
    expect(outcome.tookOver.map((g) => g.locked_by.instance_id)).toEqual(["s", "s.1"]);
    expect(holders(outcome)).toEqual(["t"]);
    expect(outcome.grant.fence).toBe(3);
  });

  test("does not count one's own ended grant as taken over, and gives a new fence for it", () => {
    const before = state(grant("s", { ttl_ms: 1000, fence: 4 }));
    const outcome = acquire(before, request("s"), around({ ...WORLD, now: at(5000) }));
    if (outcome.outcome !== "granted") throw new Error("held");
    expect(outcome.tookOver).toEqual([]);
    expect(outcome.fresh).toBe(true);
    expect(outcome.grant.fence).toBe(5);
    expect(outcome.ledger.grants.map((g) => g.fence)).toEqual([5]);
  });

  test("puts all that the bash edition's readers know into a grant", () => {
    const outcome = acquire(
      state(),
      request("s", { intent: "why", ttlMs: 60_000 }),
      around({ ...WORLD, now: at(1000) }),
    );
    if (outcome.outcome !== "granted") throw new Error("held");
    expect(outcome.grant).toEqual(
      grant("s", {
        intent: "why",
        ttl_ms: 60_000,
        file_hash: hashOf("x"),
        locked_at: "2026-01-08T12:00:01Z",
        expires_at: "2026-01-08T12:01:01Z",
        granted: at(1000),
        renewed: at(1000),
      }),
    );
    expect(outcome.lock).toMatchObject({ file_path: "src/a.ts", worktree: "", key: PATH.key });
  });

  test("keeps what else stood in the lock file", () => {
    const before = { ...state(), lock: { ...lock(PATH), since_2_0: 1 } };
    const outcome = acquire(before, request("s"), around(WORLD));
    expect(outcome.outcome === "granted" ? outcome.lock : {}).toMatchObject({ since_2_0: 1 });
  });
});

describe("acquire() of what is mine already", () => {
  const again = (mine: Partial<Grant>, more: Partial<AcquireRequest>): Grant => {
    const before = state(grant("s", { fence: 7, lock_id: "first", ...mine }));
    const outcome = acquire(before, request("s", more), around({ ...WORLD, now: at(10_000) }));
    if (outcome.outcome !== "granted") throw new Error("held");
    expect(outcome.fresh).toBe(false);
    expect(outcome.ledger).toEqual(before.ledger ?? ledger(PATH));
    return outcome.grant;
  };

  test("renews it under the same name and fence", () => {
    const renewed = again({}, { lockId: "second" });
    expect(renewed).toMatchObject({ lock_id: "first", fence: 7, granted: at(0), renewed: at(10_000) });
    expect(renewed.expires_at).toBe("2026-01-08T12:05:10Z");
  });

  test.each([
    ["tool", "turn", "turn"],
    ["tool", "claim", "claim"],
    ["turn", "session", "session"],
    ["claim", "tool", "claim"],
    ["session", "turn", "session"],
  ] as const)("turns a %s lock asked for as %s into a %s lock: never a weaker one", (had, asked, has) => {
    expect(again({ kind: had }, { kind: asked }).kind).toBe(has);
  });

  test("keeps the intent unless a new one is given", () => {
    expect(again({ intent: "old" }, { intent: "" }).intent).toBe("old");
    expect(again({ intent: "old" }, { intent: "new" }).intent).toBe("new");
  });

  test("counts the new tool call to those under way, each once", () => {
    const mine = { kind: "tool", tool_use_ids: ["one", "two"], ended: at(5000) } as const;
    expect(again(mine, { kind: "tool", toolUseId: "three" })).toMatchObject({
      tool_use_ids: ["one", "two", "three"],
      ended: null,
    });
    expect(again(mine, { kind: "tool", toolUseId: "one" }).tool_use_ids).toEqual(["two", "one"]);
  });
});
