import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { cutLine } from "../../src/cli/cut-line.ts";
import { paint } from "../../src/cli/paint.ts";
import { frameLines, frameText, type Size } from "../../src/cli/watch-frame.ts";
import { screen } from "./screen.ts";

const RED = "\u001b[31m";
const PLAIN = "\u001b[0m";

describe("cutLine()", () => {
  const table: readonly (readonly [line: string, columns: number, text: string, width: number])[] = [
    ["abc", 3, "abc", 3],
    ["abcd", 3, "ab…", 3],
    ["", 3, "", 0],
    ["abcd", 1, "…", 1],
    ["abcd", 0, "", 0],
    // A wide character that would stand half outside is left out whole.
    ["漢字", 4, "漢字", 4],
    ["漢字", 3, "漢…", 3],
    ["漢字", 2, "…", 1],
    ["a漢字", 4, "a漢…", 4],
    // Joined characters count as wide as any terminal may show them.
    ["👍🏽", 3, "…", 1],
    ["e\u0301e\u0301", 2, "e\u0301e\u0301", 2],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…", 2],
    // Colours take no room and end with the line.
    [`${RED}abc${PLAIN}`, 3, `${RED}abc${PLAIN}`, 3],
    [`${RED}abcd${PLAIN}`, 3, `${RED}ab…${PLAIN}`, 3],
    [`a${RED}bcd`, 9, `a${RED}bcd${PLAIN}`, 4],
    // No other control character gets through.
    ["a\u001b[2Jb\r\u0007\u009bc", 9, "a[2Jbc", 6],
  ];
  for (const [line, columns, text, width] of table) {
    test(`${JSON.stringify(line)} in ${columns} columns`, () =>
      expect(cutLine(line, columns)).toEqual({ text, width }));
  }
});

describe("frameLines()", () => {
  const shown = (text: string, size: Size): readonly string[] => frameLines(text, "bar", size).map((line) => line.text);

  test("shows everything where there is room, and the bar below it", () => {
    expect(shown("a\nb", { columns: 9, rows: 3 })).toEqual(["a", "b", "bar"]);
    expect(shown("a\nb", { columns: 9, rows: 30 })).toEqual(["a", "b", "bar"]);
  });

  test("says how many lines it leaves out, and never leaves out the bar", () => {
    expect(shown("a\nb\nc", { columns: 14, rows: 3 })).toEqual(["a", "… 2 more lines", "bar"]);
    expect(shown("a\nb\nc", { columns: 14, rows: 2 })).toEqual(["… 3 more lines", "bar"]);
    expect(shown("a\nb\nc", { columns: 14, rows: 1 })).toEqual(["bar"]);
  });
});

describe("any frame", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.constantFrom(
      "漢字",
      "👍🏽",
      "🇩🇪",
      "❤️",
      "e\u0301",
      "\u001b[2J",
      "\u001b]0;x\u0007",
      "\r",
      "\u009b1m",
      RED,
      PLAIN,
      "\n",
    ),
    fc.string({ maxLength: 8 }).map((text) => paint({ color: true }, "green", text)),
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
  const size = fc.record({ columns: fc.integer({ min: 1, max: 40 }), rows: fc.integer({ min: 1, max: 12 }) });

  test("is never higher or wider than the terminal, and holds no control character but colours", () => {
    fc.assert(
      fc.property(text, text, size, (body, bar, size) => {
        const lines = frameLines(body, bar, size);
        expect(lines.length).toBeLessThanOrEqual(size.rows);
        for (const line of lines) {
          expect(Bun.stringWidth(line.text)).toBeLessThanOrEqual(line.width);
          expect(line.width).toBeLessThanOrEqual(size.columns);
          // oxlint-disable-next-line no-control-regex -- control characters are what this is about
          expect(line.text.replaceAll(/\u001b\[[0-9;]*m/g, "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  // Plain and wide characters only: of the others terminals do not agree how wide they are.
  const agreed = fc.array(fc.constantFrom("a", "b", " ", "漢", "é", "\n"), { maxLength: 200 }).map((c) => c.join(""));

  test("leaves nothing of the frame before it on the screen", () => {
    fc.assert(
      fc.property(agreed, agreed, size, (first, second, size) => {
        const terminal = screen(size.columns, size.rows);
        terminal.write(frameText(frameLines(first, "one", size), size));
        const lines = frameLines(second, "two", size);
        terminal.write(frameText(lines, size));
        const wanted = Array.from({ length: size.rows }, (_, row) => (lines[row]?.text ?? "").trimEnd());
        expect(terminal.lines()).toEqual(wanted);
      }),
      { numRuns: 1000 },
    );
  });
});
