/** Whatever is typed: an exit code of the table, words that can be shown, and a next step. In process, for numbers. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import * as fc from "fast-check";
import { TREE } from "../../src/cli/tree.ts";
import { expectAnswer, inProcess, type InProcess } from "./in-process.ts";

let here: InProcess;
beforeAll(() => {
  here = inProcess();
});
afterAll(() => here[Symbol.dispose]());

/**
 * Words of the trade and any others. Not `--watch`, which would take the terminal of whoever runs the tests, and not
 * `run`, which would start what the words happen to name.
 */
const paths = [...TREE].flatMap(([name, entry]) =>
  entry.kind === "verb" ? [[name]] : [...entry.verbs.keys()].map((verb) => [name, verb]),
);
const command = fc.constantFrom(...paths.filter(([name]) => name !== "run"));
const word = fc.oneof(
  fc.constantFrom("--json", "--help", "--", "-", "", "--all", "--pid", "--dry-run", "--verbose", "--ttl", "--watc"),
  fc.constantFrom("src/a.ts", "src/b.ts", "../outside", "ann"),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("\u001b[2J", "\u202e", "a\nb", "\u0000", "__proto__", "x".repeat(300)),
);
/** Words that say something together, so that some lines get further than the first check. */
const words = fc.oneof(
  word.map((one) => [one]),
  fc.constantFrom(["--as", "ann"], ["--as", "ben"], ["--task", "T", "--role", "R"], ["src/a.ts", "--as", "ben"]),
  fc.constantFrom(["--timeout", "0s"], ["--ttl", "1ms"], ["--scope", "local"], ["--intent", "a\u0007b"]),
);
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(command, fc.array(words, { maxLength: 4 }))
      .map(([path, groups]) => [...path, ...groups.flat()]),
  },
  { weight: 1, arbitrary: fc.array(word, { maxLength: 4 }).filter(([first]) => first !== "run") },
);

test("any command line ends with a code of the table, and words that can be shown", async () => {
  await fc.assert(
    fc.asyncProperty(line, async (words) => {
      const ran = await here.run(words);
      expectAnswer(words, ran);
      if (words[0] === "complete" && words[1] === "--") expect(ran.code).toBe(0);
    }),
    { numRuns: 1500, examples: [[["complete", "--"]], [["complete", "--", "lock", ""]]] },
  );
}, 120_000);
