/** Whatever is typed: an exit code of the table, words that can be shown, and a next step. In process, for numbers. */
import { afterAll, beforeAll, expect, spyOn, test, type Mock } from "bun:test";
import * as fc from "fast-check";
import { runCli } from "../../src/cli/root.ts";
import { TREE } from "../../src/cli/tree.ts";
import { EXIT_CODES } from "../../src/domain/errors.ts";
import { laySandbox, type Sandbox } from "../golden/sandbox.ts";

const CODES = new Set([0, ...Object.values(EXIT_CODES)]);
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/;
/** Everything that a message may be: what is wrong, what to type next. */
const TOLD = /^(?:coord: warn: .+\n)*Error: .+\nNext: .+\n$/;

let sandbox: Sandbox;
let write: Mock<typeof Bun.write>;
const before = { cwd: process.cwd(), env: { ...process.env } };
const said = { out: "", err: "" };

function setEnv(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
}

beforeAll(() => {
  sandbox = laySandbox();
  process.chdir(sandbox.project.dir);
  setEnv(sandbox.env);
  // What commands print is looked at here, and not for whoever runs the tests.
  write = spyOn(Bun, "write").mockImplementation(async (to: unknown, text: unknown) => {
    if (to === Bun.stdout) said.out += String(text);
    else if (to === Bun.stderr) said.err += String(text);
    else throw new Error("Only the two");
    return String(text).length;
  });
});
afterAll(() => {
  write.mockRestore();
  process.chdir(before.cwd);
  setEnv(before.env);
  sandbox[Symbol.dispose]();
});

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
      said.out = said.err = "";
      const code = await runCli(words);
      expect(CODES).toContain(code);
      // What follows `complete --` is for the shells' scripts: a tab parts each candidate from its description.
      const isCompletion = words[0] === "complete" && words[1] === "--";
      const all = (isCompletion ? said.out.replaceAll(/^([^\t\n]+)\t/gm, "$1 ") : said.out) + said.err;
      expect(all).not.toMatch(CONTROLS);
      expect(all).not.toMatch(/\n\s+at /);
      expect(all).not.toContain("This is a defect of coord");
      if (said.out === "" && code !== 0) {
        if (said.err.startsWith("{")) expect(JSON.parse(said.err)).toMatchObject({ error: { exit_code: code } });
        else expect(said.err).toMatch(TOLD);
      }
      if (code === 2) expect(said.out).toBe("");
    }),
    { numRuns: 1500, examples: [[["complete", "--"]], [["complete", "--", "lock", ""]]] },
  );
}, 120_000);
