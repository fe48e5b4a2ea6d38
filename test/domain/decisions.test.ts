/** How decisions are numbered, filtered, superseded and taken over. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { advanced, needsFloor, nextNumber, type DecisionCounter } from "../../src/domain/decision-counter.ts";
import { ANY_DECISION, isTooOld, isWanted } from "../../src/domain/decision-filter.ts";
import { formatDecisionId, parseDecisionId } from "../../src/domain/decision-id.ts";
import { isCategory, CATEGORIES, type DecisionRecord } from "../../src/domain/decision.ts";
import { asStored, importedId, importedRecord } from "../../src/domain/imported-decision.ts";
import { standingDecisions } from "../../src/domain/supersession.ts";
import { decision } from "./samples.ts";

const A = "DEC-20260108-0001-aaaaaa";
const B = "DEC-20260108-0002-bbbbbb";
const C = "DEC-20260109-0001-cccccc";

describe("nextNumber()", () => {
  const counter: DecisionCounter = { schema_version: "1", day: "20260108", last: 7, recent: [] };
  for (const [what, of, day, floor, expected] of [
    ["goes on with the day", counter, "20260108", 0, 8],
    ["starts a new day at 1", counter, "20260109", 0, 1],
    ["starts at 1 without a counter", undefined, "20260108", 0, 1],
    ["stays above what is there when the counter is gone", undefined, "20260108", 41, 42],
    ["stays above what is there when the clock was set back", counter, "20260107", 12, 13],
    ["stays above what it supersedes", counter, "20260108", 30, 31],
    ["goes past four digits", { ...counter, last: 9999 }, "20260108", 0, 10_000],
  ] as const) {
    test(what, () => expect(nextNumber(of, day, floor)).toBe(expected));
  }

  test("has to look what is there only without a counter, or with one of another day", () => {
    expect([undefined, counter].map((c) => needsFloor(c, "20260108"))).toEqual([true, false]);
    expect(["20260107", "20260109"].map((day) => needsFloor(counter, day))).toEqual([true, true]);
  });

  test("never gives the same number twice on one day, whatever days come in between", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("20260107", "20260108", "20260109"), { maxLength: 40 }), (days) => {
        let now: DecisionCounter | undefined;
        let latest = "";
        const given = new Set<string>();
        for (const day of days) {
          const id = formatDecisionId({ day, number: nextNumber(now, day, 0), suffix: "aaaaaa" });
          now = advanced(now, day, nextNumber(now, day, 0), id);
          expect(given.has(id)).toBe(false);
          given.add(id);
          latest = id;
        }
        expect(now?.recent.at(-1) ?? "").toBe(latest);
      }),
    );
  });

  test("remembers the last 100 IDs", () => {
    let now: DecisionCounter | undefined;
    for (let i = 1; i <= 150; i += 1) now = advanced(now, "20260108", i, `${i}`);
    expect([now?.recent.length, now?.recent[0], now?.recent.at(-1)]).toEqual([100, "51", "150"]);
  });
});

describe("standingDecisions()", () => {
  const stand = (...records: readonly DecisionRecord[]) =>
    [...standingDecisions(records)].map((r) => `${r.decision_id.slice(-1)} ${r.status} ${r.superseded_by ?? "-"}`);

  test("says of a superseded one by which, and leaves the others", () => {
    expect(stand(decision(C, { supersedes: A }), decision(B), decision(A))).toEqual([
      "c accepted -",
      "b accepted -",
      `a superseded ${C}`,
    ]);
  });

  test("names the newest of several, and follows chains", () => {
    expect(stand(decision(C, { supersedes: A }), decision(B, { supersedes: A }), decision(A))).toEqual([
      "c accepted -",
      "b accepted -",
      `a superseded ${C}`,
    ]);
    expect(stand(decision(C, { supersedes: B }), decision(B, { supersedes: A }), decision(A))).toEqual([
      "c accepted -",
      `b superseded ${C}`,
      `a superseded ${B}`,
    ]);
  });

  test("takes no decision for superseded by itself, an older one or one that is not there", () => {
    expect(stand(decision(B, { supersedes: B }), decision(A, { supersedes: C }))).toEqual([
      "b accepted -",
      "a accepted -",
    ]);
  });

  test("keeps what an imported one says of itself", () => {
    expect(stand(decision(A, { status: "superseded", superseded_by: "DEC-20260101-0001" }))).toEqual([
      "a superseded DEC-20260101-0001",
    ]);
  });
});

describe("isWanted()", () => {
  const record = decision(A, {
    timestamp: "2026-01-08T12:00:00Z",
    category: "security",
    title: "Use JWT",
    description: "Short-lived tokens",
    made_by: { instance_id: "claude-1.x", agent_role: "main" },
    context: { problem: "Sessions leak", alternatives_considered: [], rationale: "Simple" },
    impact: { scope: "module", files_affected: [], dependencies: [] },
  });
  const noon = Date.UTC(2026, 0, 8, 12);
  for (const [filter, expected] of [
    [{}, true],
    [{ category: "security" }, true],
    [{ category: "testing" }, false],
    [{ scope: "module" }, true],
    [{ scope: "local" }, false],
    [{ author: "claude-1" }, true],
    [{ author: "claude-1.x" }, true],
    [{ author: "claude-1.xy" }, false],
    [{ author: "claude" }, false],
    [{ sinceMs: noon }, true],
    [{ sinceMs: noon + 999 }, true],
    [{ sinceMs: noon + 1000 }, false],
    [{ untilMs: noon }, true],
    [{ untilMs: noon - 1 }, false],
    [{ words: ["jwt", "SIMPLE", "leak"] }, true],
    [{ words: ["jwt", "cookie"] }, false],
  ] as const) {
    test(`${JSON.stringify(filter)} ${expected ? "fits" : "does not fit"}`, () =>
      expect(isWanted(record, { ...ANY_DECISION, ...filter })).toBe(expected));
  }

  test("a time that cannot be read fits no time, and everything else", () => {
    const odd = { ...record, timestamp: "soon" };
    expect(isWanted(odd, { ...ANY_DECISION, sinceMs: 0 })).toBe(false);
    expect(isWanted(odd, ANY_DECISION)).toBe(true);
  });

  test("isTooOld() never gives up on a day in whatever time zone it was counted", () => {
    const id = (day: string) => ({ day, number: 1, suffix: "aaaaaa" });
    const filter = { ...ANY_DECISION, sinceMs: noon };
    expect(["20260108", "20260107", "20260106", "20260105"].map((day) => isTooOld(id(day), filter))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(isTooOld(id("19700101"), ANY_DECISION)).toBe(false);
  });
});

describe("an imported decision", () => {
  const HASH = "0123456789abcdef".repeat(4);

  test("gets its old ID and six digits of its content", () => {
    const entry = decision("DEC-20260108-0003");
    const id = importedId(entry, HASH, 0);
    expect(id).toEqual({ day: "20260108", number: 3, suffix: "012345" });
    expect(importedRecord(entry, id)).toEqual({ ...entry, decision_id: "DEC-20260108-0003-012345" });
    expect(importedId(entry, HASH, 1).suffix).toBe("6789ab");
  });

  for (const [old, timestamp, day] of [
    ["ADR-7", "2026-01-09T23:59:59Z", "20260109"],
    ["", "2026-01-09T23:59:59-02:00", "20260110"],
    ["DEC-20260230-0001", "2026-03-01T00:00:00Z", "20260301"],
    ["../../x", "yesterday", "19700101"],
    ["DEC-20260108-0001-zzzzzz", "-999999", "19700101"],
  ] as const) {
    test(`with the ID ${JSON.stringify(old)} of ${timestamp} gets number 0000 of ${day}, and keeps the old one beside it`, () => {
      const entry = decision(old, { timestamp });
      const id = importedId(entry, HASH, 0);
      expect(id).toEqual({ day, number: 0, suffix: "012345" });
      expect(importedRecord(entry, id)).toMatchObject({ original_id: old });
    });
  }

  test("of coord is the same file everywhere: what was worked out is taken out again, what was said stays", () => {
    const stored = decision(A);
    expect(asStored({ ...stored, status: "superseded", superseded_by: B })).toEqual(stored);
    const said = decision(A, { status: "superseded", superseded_by: "DEC-20260101-0001" });
    expect(asStored(said)).toEqual(said);
  });
});

test("the nine known categories and any other lower-case slug are categories", () => {
  for (const text of [...CATEGORIES, "release", "a", "x2-y3"]) expect(isCategory(text)).toBe(true);
  for (const text of ["", "A", "api design", "api_design", "-x", "x-", "x--y", "2x", "é", "x\n", "x".repeat(51)]) {
    expect(parseDecisionId(text)).toBeUndefined();
    expect(isCategory(text)).toBe(false);
  }
});
