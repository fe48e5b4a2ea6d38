import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  compareDecisionIds,
  dayOfTime,
  formatDecisionId,
  meansDecision,
  monthOfDecision,
  parseDecisionId,
  parseFullDecisionId,
  type DecisionId,
} from "../../src/domain/decision-id.ts";
import { isoSeconds } from "../../src/domain/time.ts";

const suffix = fc.stringMatching(/^[0-9a-f]{6}$/);
const id: fc.Arbitrary<DecisionId> = fc.record({
  day: fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => dayOfTime(isoSeconds(ms))),
  number: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 999_999_999_999 })),
  suffix: fc.oneof(suffix, fc.constant("")),
});

describe("parseDecisionId()", () => {
  test("reads what formatDecisionId() writes, in either case of letters", () => {
    fc.assert(
      fc.property(id, (given) => {
        expect(parseDecisionId(formatDecisionId(given))).toEqual(given);
        expect(parseDecisionId(formatDecisionId(given).toUpperCase())).toEqual(given);
      }),
    );
  });

  test("never throws, and reads nothing that it would write otherwise", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^DEC-\d{8}-\d{3,14}(-[0-9a-f]{5,7})?$/)), (text) => {
        const parsed = parseDecisionId(text);
        if (parsed !== undefined) expect(formatDecisionId(parsed).toLowerCase()).toBe(text.toLowerCase());
      }),
    );
  });

  for (const text of [
    "",
    "DEC",
    "DEC-20260108-1",
    "DEC-20260108-00012-a1b2c3",
    "DEC-20260230-0001-a1b2c3",
    "DEC-20261301-0001-a1b2c3",
    "DEC-00000101-0001-a1b2c3",
    "DEC-20260108-0001-a1b2c",
    "DEC-20260108-0001-a1b2c3 ",
    "DEC-20260108-0001-a1b2c3/..",
    "DEC-2026\n0108-0001",
  ]) {
    test(`takes ${JSON.stringify(text)} for no ID`, () => expect(parseDecisionId(text)).toBeUndefined());
  }

  test("takes exactly the days of the calendar", () => {
    for (let year = 1896; year <= 2104; year += 4) {
      for (let month = 0; month <= 13; month += 1) {
        for (let date = 0; date <= 32; date += 1) {
          const day = new Date(Date.UTC(year, month - 1, date));
          const isReal = day.getUTCMonth() === month - 1 && day.getUTCDate() === date && day.getUTCFullYear() === year;
          const two = (n: number): string => String(n).padStart(2, "0");
          const text = `DEC-${year}${two(month)}${two(date)}-0001-aaaaaa`;
          if ((parseFullDecisionId(text) !== undefined) !== isReal) throw new Error(text);
        }
      }
    }
  });

  test("parseFullDecisionId() takes only what may be the name of a file", () => {
    expect(parseFullDecisionId("DEC-20260108-0001-a1b2c3")).toEqual({ day: "20260108", number: 1, suffix: "a1b2c3" });
    for (const text of ["DEC-20260108-0001", "dec-20260108-0001-a1b2c3", "DEC-20260108-0001-A1B2C3"]) {
      expect(parseFullDecisionId(text)).toBeUndefined();
    }
  });
});

describe("compareDecisionIds()", () => {
  test("orders by day, then by number as a number, then by suffix", () => {
    const ordered = [
      "DEC-20251231-20000-000000",
      "DEC-20260101-0001-ffffff",
      "DEC-20260101-9999-000000",
      "DEC-20260101-10000-000000",
      "DEC-20260101-10000-00000a",
      "DEC-20260102-0001-000000",
    ];
    const ids = ordered.flatMap((text) => parseDecisionId(text) ?? []);
    expect(ids.toReversed().toSorted(compareDecisionIds).map(formatDecisionId)).toEqual(ordered);
  });

  test("is an order", () => {
    fc.assert(
      fc.property(id, id, id, (a, b, c) => {
        expect(Math.sign(compareDecisionIds(a, b))).toBe(-Math.sign(compareDecisionIds(b, a)) + 0);
        if (compareDecisionIds(a, b) <= 0 && compareDecisionIds(b, c) <= 0) {
          expect(compareDecisionIds(a, c)).toBeLessThanOrEqual(0);
        }
        expect(compareDecisionIds(a, b) === 0).toBe(formatDecisionId(a) === formatDecisionId(b));
      }),
    );
  });
});

test("the short form means every decision of its day and number, the full one a single one", () => {
  const [short, a, b] = ["DEC-20260108-0001", "DEC-20260108-0001-aaaaaa", "DEC-20260108-0001-bbbbbb"].map((text) => {
    const parsed = parseDecisionId(text);
    if (parsed === undefined) throw new Error(text);
    return parsed;
  });
  if (short === undefined || a === undefined || b === undefined) throw new Error("three IDs");
  expect([meansDecision(short, a), meansDecision(short, b), meansDecision(a, a), meansDecision(a, b)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(monthOfDecision(a)).toBe("2026-01");
});
