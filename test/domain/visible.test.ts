import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { escapeForJson, escapeForTerminal } from "../../src/domain/visible.ts";

function span(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** SECURITY.md, "Terminal". */
const HIDDEN: Readonly<Record<string, readonly number[]>> = {
  "C0 controls": span(0, 0x1f),
  DEL: [0x7f],
  "C1 controls": span(0x80, 0x9f),
  "bidi controls": [0x61c, ...span(0x202a, 0x202e), ...span(0x2066, 0x2069)],
  "zero-width characters": [...span(0x200b, 0x200f), 0x2060, 0xfeff],
  "line and paragraph separators": [0x2028, 0x2029],
  "tag characters": span(0xe0000, 0xe007f),
  "supplementary variation selectors": span(0xe0100, 0xe01ef),
  "lone surrogates": [0xd800, 0xdbff, 0xdc00, 0xdfff],
};

describe("escapeForTerminal() makes visible", () => {
  for (const [name, points] of Object.entries(HIDDEN)) {
    test(name, () => {
      for (const point of points) {
        const char = String.fromCodePoint(point);
        const shown = escapeForTerminal(`a${char}b`);
        expect(shown).not.toContain(char);
        expect(shown).toMatch(/^a\\(?:[nrt]|u\{[0-9a-f]+\})b$/);
      }
    });
  }

  test("an escape sequence, a carriage return and a right-to-left override as what they are", () => {
    expect(escapeForTerminal("\u001b[31mred\rgone \u202Etxt.exe\n")).toBe("\\u{1b}[31mred\\rgone \\u{202e}txt.exe\\n");
    expect(escapeForTerminal("\u{e0041}")).toBe("\\u{e0041}");
  });
});

describe("escapeForTerminal()", () => {
  test("leaves text alone that can be seen", () => {
    const text = 'src/ä ö/日本語 "x" \\n €, 👍🏽 ❤️ ~!@#$%^&*()';
    expect(escapeForTerminal(text)).toBe(text);
  });

  test("gives one line of nothing but visible characters for any text, and does nothing the second time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = escapeForTerminal(text);
        // oxlint-disable-next-line no-control-regex -- control characters are what this is about
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
        expect(shown.isWellFormed()).toBe(true);
        expect(escapeForTerminal(shown)).toBe(shown);
      }),
    );
  });
});

describe("escapeForJson()", () => {
  test("keeps the document's meaning and leaves nothing hidden in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const json = escapeForJson(JSON.stringify({ text }));
        expect(JSON.parse(json)).toEqual({ text });
        expect(escapeForTerminal(json)).toBe(json);
      }),
    );
    expect(escapeForJson(JSON.stringify("\u{e0041}\u202e"))).toBe('"\\udb40\\udc41\\u202e"');
  });
});
