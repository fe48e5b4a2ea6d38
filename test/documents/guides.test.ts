/** Each guide, from its top to its end: what it shows is typed in one project, and prints what it says. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { laySandbox } from "../golden/sandbox.ts";
import { TREE } from "../../src/cli/tree.ts";
import { blocksIn } from "./blocks.ts";
import { expectShown } from "./type-block.ts";

/** Many processes each, on machines that are busy with others. Milliseconds. */
setDefaultTimeout(60_000);

const TOP = dirname(dirname(import.meta.dir));
const GUIDES = [...new Bun.Glob("docs/guides/*.md").scanSync(TOP)].toSorted();
const OTHERS = ["docs/TROUBLESHOOTING.md"];

function textOf(file: string): string {
  return readFileSync(join(TOP, file), "utf8");
}

/** The commands in backticks, without what stands for something else. */
function mentionedIn(markdown: string): readonly string[] {
  const text = markdown.replaceAll(/^```.*?^```$/gms, "");
  return [...text.matchAll(/`(coord [a-z][^`\n]*)`/g)].map(([, span = ""]) => span);
}

describe("the guides", () => {
  test("are five", () => expect(GUIDES).toHaveLength(5));

  for (const file of GUIDES) {
    test(`${file} shows what happens when it is typed`, () => {
      using sandbox = laySandbox({ state: false });
      const blocks = blocksIn(textOf(file));
      expect(blocks.length).toBeGreaterThan(3);
      for (const block of blocks) expectShown(sandbox, block);
    });
  }

  test("a block that prints something else than is shown would be noticed", () => {
    using sandbox = laySandbox();
    const block = { script: "coord config hold\n", prints: "tool\n", code: 0 };
    expectShown(sandbox, block);
    expect(() => expectShown(sandbox, { ...block, prints: "turn\n" })).toThrow();
    expect(() => expectShown(sandbox, { ...block, code: 10 })).toThrow();
  });

  for (const file of [...GUIDES, ...OTHERS]) {
    test(`${file} names no command and no flag that there is not`, async () => {
      using sandbox = laySandbox();
      for (const shown of mentionedIn(textOf(file))) {
        const [, first = "", second = ""] = shown.split(" ");
        const entry = TREE.get(first);
        const path = entry?.kind === "noun" && entry.verbs.has(second) ? `${first} ${second}` : first;
        expect({ shown, known: entry !== undefined }).toEqual({ shown, known: true });
        const { out } = sandbox.type(`coord ${path} --help`);
        for (const [flag] of shown.replace(/ -- .*$/, "").matchAll(/--[a-z-]+/g)) {
          expect({ shown, flag, known: out.includes(flag) }).toEqual({ shown, flag, known: true });
        }
      }
    });
  }
});
