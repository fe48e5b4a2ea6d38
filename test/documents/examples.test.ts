/** Each example of each command's help, typed as it stands: by itself, in a fresh project, after nothing else. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { laySandbox, prepare } from "../golden/sandbox.ts";
import { TREE, type Verb } from "../../src/cli/tree.ts";

/** Many processes each, on machines that are busy with others. Milliseconds. */
setDefaultTimeout(20_000);

const VERBS: readonly (readonly [path: string, verb: Verb])[] = [...TREE].flatMap(([name, entry]) =>
  entry.kind === "verb"
    ? [[name, entry] as const]
    : [...entry.verbs].map(([verb, inner]) => [`${name} ${verb}`, inner] as const),
);

/** What has to be typed before an example, because it speaks of something that somebody has made. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {};

/** The code that an example's text tells, such as "exit code 10 while another holds it"; else 0. */
function promisedCode(does: string): number {
  return Number(/exit code (\d+)/.exec(does)?.[1] ?? 0);
}

describe("the examples of", () => {
  for (const [path, verb] of VERBS) {
    test(`coord ${path} work as they stand`, async () => {
      for (const [line, does] of (await verb.load()).examples) {
        using sandbox = laySandbox();
        prepare(sandbox, BEFORE[line] ?? []);
        const { code, err } = sandbox.type(line);
        expect({ line, code, err: code === promisedCode(does) ? "" : err }).toEqual({
          line,
          code: promisedCode(does),
          err: "",
        });
        expect(line).toContain(`coord ${path}`);
      }
    });
  }

  test("nothing that is not there are prepared", async () => {
    const lines = await Promise.all(VERBS.map(async ([, verb]) => (await verb.load()).examples.map(([line]) => line)));
    expect(Object.keys(BEFORE).filter((line) => !lines.flat().includes(line))).toEqual([]);
  });
});
