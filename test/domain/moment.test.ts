import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parseMoment } from "../../src/domain/moment.ts";

const NOW = Date.UTC(2026, 0, 8, 12);
const DAY = 86_400_000;

describe("parseMoment()", () => {
  for (const [text, fromMs, toMs] of [
    ["2d", NOW - 2 * DAY, NOW - 2 * DAY],
    ["90m", NOW - 90 * 60_000, NOW - 90 * 60_000],
    ["0s", NOW, NOW],
    ["2026-01-08", NOW - DAY / 2, NOW + DAY / 2 - 1],
    ["2026-01-08T12:00:00Z", NOW, NOW + 999],
    ["2026-01-08T12:00", NOW, NOW + 999],
    ["2026-01-08 12:00", NOW, NOW + 999],
    ["2026-01-08T13:00:00+01:00", NOW, NOW + 999],
    ["2026-01-08T12:00:00.500Z", NOW, NOW + 999],
    ["2024-02-29", Date.UTC(2024, 1, 29), Date.UTC(2024, 2, 1) - 1],
  ] as const) {
    test(`reads "${text}"`, () => expect(parseMoment(text, NOW)).toEqual({ fromMs, toMs }));
  }

  for (const text of [
    "",
    "2",
    "d",
    "-2d",
    "yesterday",
    "2026",
    "2026-01",
    "2026-1-8",
    "2026-02-29",
    "2026-13-01",
    "2026-01-08T",
    "2026-01-08T25:00",
    "2026-01-08T24:00",
    "2026-01-08T12:60",
    "2026-01-08T12:00:00+25:00",
    "2026-01-08Z",
    "2026-01-08T12:00:00Z ",
    "1767873600",
    "\u0662d",
  ]) {
    test(`takes ${JSON.stringify(text)} for no time`, () => expect(parseMoment(text, NOW)).toBeUndefined());
  }

  test("never throws, and gives whole spans", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?Z?)?$/)), (text) => {
        const moment = parseMoment(text, NOW);
        if (moment !== undefined) expect(moment.toMs).toBeGreaterThanOrEqual(moment.fromMs);
      }),
    );
  });

  test("reads every time that coord prints, to the second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 250_000_000_000 }), (seconds) => {
        const text = `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
        expect(parseMoment(text, NOW)?.fromMs).toBe(seconds * 1000);
        expect(parseMoment(text.slice(0, 10), NOW)?.fromMs).toBe(Math.floor(seconds / 86_400) * DAY);
      }),
    );
  });

  test("reads every whole number of each unit as so long ago", () => {
    const units = [
      ["s", 1000],
      ["m", 60_000],
      ["h", 3_600_000],
      ["d", DAY],
    ] as const;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.constantFrom(...units), (amount, [unit, ms]) => {
        expect(parseMoment(`${amount}${unit}`, NOW)?.fromMs).toBe(NOW - amount * ms);
      }),
    );
  });
});
