import { describe, expect, test } from "bun:test";
import { findTarget, TREE, type Verb } from "../../src/cli/tree.ts";

const VERBS: readonly (readonly [path: string, verb: Verb])[] = [...TREE].flatMap(([name, entry]) =>
  entry.kind === "verb"
    ? [[name, entry] as const]
    : [...entry.verbs].map(([verb, inner]) => [`${name} ${verb}`, inner] as const),
);

describe("the table of commands", () => {
  for (const [path, verb] of VERBS) {
    test(`says of ${path} what its file declares`, async () => {
      const { args, rest } = (await verb.load()).syntax;
      const flags = Object.entries(args).filter(
        ([name, def]) => def.type !== "positional" && name !== "json" && name !== "help",
      );
      const shown = [...verb.synopsis.matchAll(/--([a-z-]+)/g)].map(([, flag]) => flag);
      expect(new Set(shown)).toEqual(new Set(flags.map(([name]) => name)));
      const takesWords = rest !== undefined || Object.values(args).some((def) => def.type === "positional");
      const shows = /\b(PATH|ID|FILE|KEY|COMMAND|bash)\b/.test(verb.synopsis.replaceAll(/--[a-z-]+ \S+/g, ""));
      expect(shows).toBe(takesWords);
      for (const [name, def] of Object.entries(args))
        expect({ name, described: (def.description ?? "") !== "" }).toEqual({ name, described: true });
    });
  }
});

describe("findTarget()", () => {
  test("follows the words into the tree and leaves the rest", () => {
    expect(findTarget(["lock", "acquire", "a", "--json"])).toMatchObject({
      kind: "verb",
      path: "lock acquire",
      words: ["a", "--json"],
    });
    expect(findTarget(["status", "--verbose"])).toMatchObject({ kind: "verb", path: "status", words: ["--verbose"] });
    expect(findTarget(["lock"])).toMatchObject({ kind: "noun", path: "lock", words: [] });
    expect(findTarget(["lock", "frobnicate"])).toMatchObject({ kind: "noun", words: ["frobnicate"] });
    expect(findTarget([])).toEqual({ kind: "root", words: [] });
  });

  test("finds no command in what every object has", () => {
    for (const word of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      expect(findTarget([word])).toEqual({ kind: "root", words: [word] });
      expect(findTarget(["lock", word])).toMatchObject({ kind: "noun", words: [word] });
    }
  });
});
