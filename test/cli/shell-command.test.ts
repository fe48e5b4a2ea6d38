/** A command inside a sentence is cut where a shell would cut it, whatever its words are quoted like. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { nextStep } from "../../src/cli/next-step.ts";
import { commandAt } from "../../src/cli/shell-command.ts";
import { HIDDEN } from "../hooks/hook.ts";
import { pathWord, shellWord } from "../../src/domain/quote.ts";

const NAMES = [
  "a -- b",
  "x --as y",
  "x --help",
  "it's; z",
  'say "a; b", or',
  "a\nb; c",
  "$(x) -- y",
  "back\\ slash",
  "'",
];

function bashWords(text: string): readonly string[] {
  const done = Bun.spawnSync(["bash", "-c", `printf '%s\\0' ${text}`], { stdin: "ignore" });
  return done.stdout.toString().split("\0").slice(0, -1);
}

describe("commandAt()", () => {
  test("tells words apart as a shell does, and where the sentence goes on", () => {
    for (const name of NAMES) {
      const word = shellWord(name) ?? "";
      const text = `to see: coord lock check ${word} --as ann; then go on`;
      expect(commandAt(text, 8)).toEqual({
        words: ["coord", "lock", "check", word, "--as", "ann"],
        end: text.indexOf("; then go on"),
      });
    }
  });

  test("takes a quote that nobody closes for a letter", () => {
    expect(commandAt("coord it's x, or", 0)).toEqual({ words: ["coord", "it's", "x"], end: 12 });
  });
});

test("--as is put in no name, however the name looks, and is left out for none", () => {
  const typist = { coord: "coord", as: "ann" };
  for (const name of NAMES) {
    const hint = nextStep(`coord lock wait ${pathWord(name)} --timeout 60s; or: coord lock list`, typist);
    expect(hint).toBe(`coord lock wait ${pathWord(name)} --timeout 60s --as ann; or: coord lock list`);
    expect(bashWords(hint.slice(0, hint.lastIndexOf("; or")))).toEqual([
      "coord",
      "lock",
      "wait",
      name,
      "--timeout",
      "60s",
      "--as",
      "ann",
    ]);
  }
});

test("any text that a command line can hold is one word of a shell, with nothing in it that cannot be seen", () => {
  const texts = fc.sample(fc.string({ unit: "binary", minLength: 1, maxLength: 12 }), 300);
  const typeable = texts.filter((text) => shellWord(text) !== undefined);
  expect(typeable.length).toBeGreaterThan(200);
  expect(bashWords(typeable.map((text) => shellWord(text)).join(" "))).toEqual(typeable);
  for (const text of typeable) expect(shellWord(text)).not.toMatch(HIDDEN);
  expect([shellWord("a\0"), shellWord("\ud800")]).toEqual([undefined, undefined]);
});
