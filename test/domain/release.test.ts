/** How one stands to a path when giving it back: the exit codes 0, 10, 11 and 12 of DESIGN section 4. */
import { describe, expect, test } from "bun:test";
import { openGrantOf, viewerOf } from "../../src/domain/ledger.ts";
import type { Verdict } from "../../src/domain/process.ts";
import { release, stakeOf, type Stake } from "../../src/domain/release.ts";
import type { PathState } from "../../src/domain/view.ts";
import { actor, around, at, grant, hashOf, instance, ledger, lock, openGrant, pathId, type World } from "./samples.ts";

const PATH = pathId("src/a.ts");
const NOW = at(10_000);
const world = (verdicts: Readonly<Record<string, Verdict>> = {}): World => ({
  now: NOW,
  instances: ["s", "t", "s.1"].map((id) => instance(id, { bound: at(-1) })),
  verdicts,
});
const live = { ttl_ms: 60_000 };
const over = { ttl_ms: 5000 };

interface Row {
  readonly state: PathState;
  readonly stake: Stake["stake"];
  readonly code: 0 | 10 | 11 | 12;
  readonly verdicts?: Readonly<Record<string, Verdict>>;
}

const mineOpen = openGrant("s", 5, "x");
const passedOn = { fence: 6, grants: [mineOpen, openGrant("t", 6, "x")], last_grant: { instance_id: "t", fence: 6 } };

const TABLE: Readonly<Record<string, Row>> = {
  "nobody ever held it": { state: { lock: undefined, ledger: undefined }, stake: "free", code: 0 },
  "nobody holds it and I never did": {
    state: { lock: undefined, ledger: ledger(PATH, { fence: 9 }) },
    stake: "free",
    code: 0,
  },
  "I hold it": {
    state: {
      lock: lock(PATH, grant("s", { ...live, fence: 5 })),
      ledger: ledger(PATH, { fence: 5, grants: [mineOpen] }),
    },
    stake: "mine",
    code: 0,
  },
  "I hold it and so does my subagent": {
    state: {
      lock: lock(PATH, grant("s", { ...live, fence: 5 }), grant("s.1", { ...live, fence: 6 })),
      ledger: ledger(PATH, {
        fence: 6,
        grants: [mineOpen, openGrant("s.1", 6, "x")],
        last_grant: { instance_id: "s.1", fence: 6 },
      }),
    },
    stake: "mine",
    code: 0,
  },
  "another holds it and I never did": {
    state: { lock: lock(PATH, grant("t", live)), ledger: ledger(PATH, { fence: 1, grants: [openGrant("t", 1, "x")] }) },
    stake: "held",
    code: 10,
  },
  "another's lock has ended and I never held it": {
    state: { lock: lock(PATH, grant("t", over)), ledger: ledger(PATH, { fence: 1, grants: [openGrant("t", 1, "x")] }) },
    stake: "free",
    code: 0,
  },
  "mine ended and nobody has had it since": {
    state: {
      lock: lock(PATH, grant("s", { ...over, fence: 5 })),
      ledger: ledger(PATH, { fence: 5, grants: [mineOpen] }),
    },
    stake: "expired",
    code: 11,
  },
  "mine ended and somebody cleaned up": {
    state: {
      lock: undefined,
      ledger: ledger(PATH, { fence: 5, grants: [mineOpen], last_grant: { instance_id: "s", fence: 5 } }),
    },
    stake: "expired",
    code: 11,
  },
  "mine ended and another holds it": {
    state: { lock: lock(PATH, grant("t", { ...live, fence: 6 })), ledger: ledger(PATH, passedOn) },
    stake: "lost",
    code: 12,
  },
  "mine ended, another had it and gave it back": {
    state: { lock: undefined, ledger: ledger(PATH, { ...passedOn, grants: [mineOpen] }) },
    stake: "lost",
    code: 12,
  },
  "mine ended, another had it and died": {
    state: { lock: lock(PATH, grant("t", { ...live, fence: 6 })), ledger: ledger(PATH, passedOn) },
    verdicts: { t: "dead" },
    stake: "lost",
    code: 12,
  },
  "I had died": {
    state: {
      lock: lock(PATH, grant("s", { ...live, fence: 5 })),
      ledger: ledger(PATH, { fence: 5, grants: [mineOpen] }),
    },
    verdicts: { s: "dead" },
    stake: "expired",
    code: 11,
  },
};

const CODES: Readonly<Record<Stake["stake"], number>> = { free: 0, mine: 0, held: 10, expired: 11, lost: 12 };

describe("stakeOf(): when", () => {
  for (const [when, { state, stake, code, verdicts }] of Object.entries(TABLE)) {
    test(`${when}: ${stake}, exit code ${code}`, () => {
      const found = stakeOf(state, actor("s"), around(world(verdicts)));
      expect(found.stake).toBe(stake);
      expect(CODES[found.stake]).toBe(code);
    });
  }

  test("another holds it: names the grant", () => {
    for (const when of ["another holds it and I never did", "mine ended and another holds it"]) {
      const found = stakeOf(TABLE[when]?.state ?? { lock: undefined, ledger: undefined }, actor("s"), around(world()));
      expect("by" in found ? found.by?.locked_by.instance_id : undefined).toBe("t");
    }
  });
});

describe("release()", () => {
  const give = (state: PathState, content = "x") => release(state, actor("s"), hashOf(content), around(world()));

  test("gives back what is mine and leaves the rest", () => {
    const state = TABLE["I hold it and so does my subagent"]?.state ?? { lock: undefined, ledger: undefined };
    const { lock: left, ledger: known } = give(state);
    expect(left?.grants.map((g) => g.locked_by.instance_id)).toEqual(["s.1"]);
    expect(known?.grants.map((g) => g.instance_id)).toEqual(["s.1"]);
  });

  test("removes the lock when no grant is left, and keeps the fence", () => {
    const { lock: left, ledger: known } = give(TABLE["I hold it"]?.state ?? { lock: undefined, ledger: undefined });
    expect(left).toBeUndefined();
    expect(known).toMatchObject({ fence: 5, grants: [] });
  });

  test("records as my write what changed while I held it", () => {
    const { ledger: known } = give(TABLE["I hold it"]?.state ?? { lock: undefined, ledger: undefined }, "changed");
    expect(known?.writes).toMatchObject([{ instance_id: "s", fence: 5, hash: hashOf("changed"), probable: false }]);
    expect(known === undefined ? undefined : viewerOf(known, "s")?.hash).toBe(hashOf("changed"));
  });

  test("counts what changed under mine, when it had ended, as my probable write", () => {
    const state = TABLE["mine ended and nobody has had it since"]?.state ?? { lock: undefined, ledger: undefined };
    expect(give(state, "changed").ledger?.writes).toMatchObject([{ instance_id: "s", probable: true }]);
  });

  test("blames nobody for what changed under mine while another holds the path and has not spoken yet", () => {
    const state = TABLE["mine ended and another holds it"]?.state ?? { lock: undefined, ledger: undefined };
    expect(give(state, "changed").ledger?.writes).toEqual([]);
  });

  test("closes my grant when it had ended, so that I am told once", () => {
    for (const when of [
      "mine ended and nobody has had it since",
      "mine ended and somebody cleaned up",
      "mine ended and another holds it",
    ]) {
      const state = TABLE[when]?.state ?? { lock: undefined, ledger: undefined };
      const { lock: left, ledger: known } = give(state);
      expect(known === undefined ? undefined : openGrantOf(known, actor("s"))).toBeUndefined();
      const again = stakeOf({ lock: left, ledger: known }, actor("s"), around(world()));
      expect(["free", "held"]).toContain(again.stake);
    }
  });

  test("leaves another's lock alone", () => {
    for (const when of ["another holds it and I never did", "mine ended and another holds it"]) {
      const state = TABLE[when]?.state ?? { lock: undefined, ledger: undefined };
      expect(give(state).lock).toEqual(state.lock);
    }
  });

  test("does nothing where there is nothing", () => {
    expect(give({ lock: undefined, ledger: undefined })).toEqual({
      lock: undefined,
      ledger: undefined,
      stake: { stake: "free" },
    });
  });
});
