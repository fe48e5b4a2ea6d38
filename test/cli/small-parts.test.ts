import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { durationFlag } from "../../src/cli/duration-flag.ts";
import { failureJson, failureText, toFailure } from "../../src/cli/errors.ts";
import { changedLines, diffLines } from "../../src/cli/line-diff.ts";
import { nearestWord } from "../../src/domain/nearest-word.ts";
import { pidFlag } from "../../src/cli/pid-flag.ts";
import { claudeConfigFolder } from "../../src/cli/scopes.ts";
import { span } from "../../src/cli/show-text.ts";
import { coordError } from "../../src/domain/errors.ts";

describe("durationFlag()", () => {
  test("takes a number and a unit", () => {
    const of = (text: string): number => durationFlag("ttl", text);
    expect(["500ms", "90s", "10m", "2h", "1d"].map(of)).toEqual([500, 90_000, 600_000, 7_200_000, 86_400_000]);
  });

  test("says what would parse", () => {
    for (const bad of ["", "10", "m", "10 m", "-5m", "10M", "1e3s", "ten", "10m5s", "٣s"]) {
      expect(() => durationFlag("ttl", bad)).toThrow(`--ttl "${bad}" is not a duration`);
    }
    expect(toFailure(caught(() => durationFlag("ttl", "10"))).hint).toContain('"90s"');
  });

  test("keeps within bounds", () => {
    expect(() => durationFlag("ttl", "0s", 1)).toThrow('--ttl "0s" is too short');
    expect(durationFlag("wait", "0s")).toBe(0);
    expect(() => durationFlag("ttl", "366d")).toThrow('--ttl "366d" is too long');
  });
});

test("pidFlag() takes what can be a process", () => {
  expect(pidFlag(undefined)).toBeUndefined();
  expect(pidFlag("4711")).toBe(4711);
  for (const bad of ["", "0", "-1", "1.5", "0x10", "abc", "99999999999"])
    expect(() => pidFlag(bad)).toThrow(/is not a process ID/);
});

describe("toFailure()", () => {
  test("keeps what coord's errors say", () => {
    const failure = toFailure(coordError("LOCK_HELD", "Held", { hint: "wait", data: { queue_position: null } }));
    expect(failureJson(failure)).toEqual({
      error: { code: "LOCK_HELD", exit_code: 10, message: "Held", hint: "wait", queue_position: null },
    });
  });

  test("knows a next step for every code", () => {
    expect(toFailure(coordError("STATE_MISSING", "No state")).hint).toBe("coord init");
  });

  test("lets data never stand for the code", () => {
    const failure = toFailure(coordError("CONFLICT", "m", { data: { code: "OK", exit_code: 0 } }));
    expect(failureJson(failure)).toMatchObject({ error: { code: "CONFLICT", exit_code: 12 } });
  });

  test("recognises citty's errors by their name, and system errors by their code", () => {
    expect(toFailure(Object.assign(new Error("bad"), { name: "CLIError" }))).toMatchObject({
      code: "USAGE",
      exitCode: 2,
    });
    const full = Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC", path: "/x/y" });
    expect(toFailure(full)).toMatchObject({ code: "IO", exitCode: 1, message: 'No space left on the device: "/x/y"' });
    const many = Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
    expect(toFailure(many)).toMatchObject({
      message: "Too many open files",
      hint: expect.stringContaining("ulimit -n"),
    });
  });

  test("takes whatever was thrown", () => {
    expect(toFailure(new TypeError("x is not a function"))).toMatchObject({ code: "INTERNAL", exitCode: 1 });
    expect(toFailure("text")).toMatchObject({ code: "INTERNAL", message: "text" });
  });

  test("prints two lines, whatever is in the message", () => {
    const failure = toFailure(coordError("LOCK_HELD", 'Cannot lock "a\n\u001b[2Jb"', { hint: "run: coord status" }));
    expect(failureText(failure)).toBe('Error: Cannot lock "a\\n\\u{1b}[2Jb"\nNext: coord status');
  });
});

describe("diffLines()", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 8 })
    .map((lines) => lines.map((l) => `${l}\n`).join(""));

  test("holds both texts", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const side = (kind: "old" | "new"): string =>
          lines
            .filter((line) => line.kind === "same" || line.kind === kind)
            .map((line) => `${line.text}\n`)
            .join("");
        expect(side("old")).toBe(before);
        expect(side("new")).toBe(after);
      }),
    );
  });

  test("is shown with two lines around each change, and where lines are left out", () => {
    const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";
    const after = "1\n2\n3\nX\n5\n6\n7\n8\n9\n10\n11\n";
    expect(changedLines(before, after)).toEqual([
      "  2",
      "  3",
      "- 4",
      "+ X",
      "  5",
      "  6",
      "  ...",
      "  9",
      "  10",
      "+ 11",
    ]);
    expect(changedLines(before, before)).toEqual([]);
  });
});

test("nearestWord() guesses a typo and nothing wilder", () => {
  const known = ["acquire", "release", "check", "list", "cleanup"];
  expect(nearestWord("aquire", known)).toBe("acquire");
  expect(nearestWord("relaese", known)).toBe("release");
  expect(nearestWord("lists", known)).toBe("list");
  for (const word of ["", "x", "destroy", "acquisition"]) expect(nearestWord(word, known)).toBeUndefined();
});

test("span() shows the two largest units", () => {
  expect([0, 999, 45_000, 252_000, 7_500_000, 90_000_000].map(span)).toEqual([
    "0s",
    "0s",
    "45s",
    "4m 12s",
    "2h 5m",
    "1d 1h",
  ]);
});

test("claudeConfigFolder() follows CLAUDE_CONFIG_DIR", () => {
  expect(claudeConfigFolder({ HOME: "/home/ann" })).toBe("/home/ann/.claude");
  expect(claudeConfigFolder({ HOME: "/home/ann", CLAUDE_CONFIG_DIR: "" })).toBe("/home/ann/.claude");
  expect(claudeConfigFolder({ HOME: "/home/ann", CLAUDE_CONFIG_DIR: "/etc/claude" })).toBe("/etc/claude");
  expect(claudeConfigFolder({ HOME: "", CLAUDE_CONFIG_DIR: "/etc/claude" })).toBe("/etc/claude");
  expect(() => claudeConfigFolder({ HOME: "ann" })).toThrow('HOME is "ann"');
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
