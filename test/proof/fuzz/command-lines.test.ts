/** Command lines that nearly make sense: a code of the table, words that can be shown, one document with --json. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { TREE } from "../../../src/cli/tree.ts";
import { expectAnswer, inProcess, type InProcess, type Ran } from "../../cli/in-process.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { SEED } from "../seed.ts";
import { huntAsync } from "./hunt.ts";
import { pick, type Draw } from "./mutate.ts";

const RUNS = scaled(4000, 60_000);
const PATIENCE_MS = scaled(200_000, 1_200_000);

let here: InProcess;
beforeAll(() => {
  here = inProcess();
});
afterAll(() => here[Symbol.dispose]());

/** The pieces of each synopsis: `--ttl 10m` is two words, `PATH...` one. None waits long, none starts a program. */
const LINES: readonly (readonly string[])[] = [...TREE].flatMap(([name, entry]) => {
  if (name === "run" || name === "hook" || name === "doctor") return [];
  const words = (synopsis: string): readonly string[] =>
    synopsis
      .replaceAll(/[[\]|]|\.\.\./g, " ")
      .split(/\s+/)
      .filter(Boolean);
  if (entry.kind === "verb") return [[name, ...words(entry.synopsis)]];
  return [...entry.verbs].map(([verb, { synopsis }]) => [name, verb, ...words(synopsis)]);
});
const VALUES: readonly string[] = [
  "src/a.ts",
  "src/b.ts",
  "ann",
  "ben",
  "10m",
  "1ms",
  "0s",
  "-1s",
  "1e9d",
  "testing",
  "2d",
  "2026-01-08",
  "1",
  "0",
  "-1",
  "99999999999",
  "1e3",
  "DEC-20260108-0001",
  "local",
  "tool",
  "user",
  "",
  " ",
  "-",
  "--",
  "--json",
  "--help",
  "-h",
  "--as",
  "--as=",
  "--watc",
  "=",
  "--=",
  "undefine",
  "null",
  "__proto__",
  "a\nb",
  "\u001b[2J",
  "\u202e",
  "\ud800",
  "\u0000",
  "x".repeat(300),
  "..",
  "/",
  "/dev/null",
  "loop",
  "'",
  '"',
  "$(id)",
  "%s",
  "a,b,,c",
  "*",
  "constructor",
  "--__proto__",
  "--toString=x",
  "--no-json",
  "-vV",
  "--json=true",
];
const ENV: readonly (readonly [string, readonly string[]])[] = [
  ["COORD_INSTANCE_ID", ["ann", "", "a b", "\u001b[2J", "x".repeat(200)]],
  ["COORD_TTL", ["5m", "", "x", "\u001b", "1e400d"]],
  ["COORD_HOLD", ["tool", "never", ""]],
  ["COORD_STRICT", ["true", "1", "maybe"]],
  ["COORD_IGNORE", ["[]", "*.log", "[", '["a","\u001b"]']],
  ["COORD_WRITE_TOOLS", ["{}", "{", '{"__proto__":"x"}']],
  ["COORD_DIR", ["", "rel", "/dev/null", "\u001b"]],
  ["CLAUDE_CODE_SESSION_ID", ["s", "", "\u202e", "x".repeat(9000)]],
  ["CLAUDE_PID", ["1", "-1", "x", "1e9"]],
  ["HOME", ["", "/nowhere", "rel"]],
  ["USER", ["", "a/b", "\u001b[2J"]],
  ["PATH", ["", ":", "/nowhere"]],
  ["COORD_TTTL", ["x"]],
];

function lineOf(draw: Draw): readonly string[] {
  let line = [...(pick(LINES, draw) ?? [])].map((word, i) =>
    i > 1 && !word.startsWith("--") && draw() < 0.7 ? (pick(VALUES, draw) ?? "") : word,
  );
  for (let turns = Math.floor(draw() * 3); turns > 0; turns -= 1) {
    const at = Math.floor(draw() * (line.length + 1));
    const kind = draw();
    if (kind < 0.3) line = line.filter((_, i) => i !== at);
    else if (kind < 0.5) line = [...line.slice(0, at), ...line.slice(at - 1)];
    else if (kind < 0.8) line = [...line.slice(0, at), pick(VALUES, draw) ?? "", ...line.slice(at)];
    else line = [...line.slice(0, 2), ...line.slice(2).toReversed()];
  }
  if (draw() < 0.3) line = [...line, "--json"];
  // Nobody waits here, no terminal is taken and no program started.
  const isLong = (word: string, i: number): boolean =>
    ["--timeout", "--wait"].includes(line[i - 1] ?? "") && !word.startsWith("-");
  const calm = line
    .map((word, i) => (isLong(word, i) ? "0s" : word))
    .filter((word) => !/^--(watch|timeout=|wait=)/.test(word));
  return calm[0] === "run" || calm[0] === "doctor" || calm[0] === "hook" ? ["status"] : calm;
}

type Run = InProcess["run"];

async function hunted(run: Run, runs: number): Promise<ReadonlyMap<number, number>> {
  const codes = new Map<number, number>();
  await huntAsync(runs, async (draw) => {
    const words = lineOf(draw);
    const odd: Record<string, string> = {};
    while (draw() < 0.3) {
      const [name, values] = pick(ENV, draw) ?? ["USER", [""]];
      odd[name] = pick(values, draw) ?? "";
    }
    let ran: Ran | undefined;
    try {
      ran = await run(words, odd);
      codes.set(ran.code, (codes.get(ran.code) ?? 0) + 1);
      expectAnswer(words, ran);
    } catch (error) {
      const what = `${JSON.stringify(words)} with ${JSON.stringify(odd)}`;
      throw new Error(`${what}: ${String(error)}: ${JSON.stringify(ran)}`, { cause: error });
    }
  });
  return codes;
}

test(
  "any line that nearly makes sense is done or refused in words",
  async () => {
    const codes = await hunted(here.run, RUNS);
    expect(Math.min(codes.get(0) ?? 0, codes.get(2) ?? 0)).toBeGreaterThan(RUNS / 50);
    const load = Object.fromEntries([...codes].map(([code, count]) => [`exit ${code}`, count]));
    record({ check: "mutated command lines", load: { lines: RUNS, ...load }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

/** Each with the answer that has to give it away: any other failure would be of the test itself. */
const MUTANTS: readonly (readonly [what: string, by: RegExp, broken: Run])[] = [
  [
    "lets undefined through where a value is missing",
    /"err":"(?:coord: warn: [^]+)?Error: [^\n]* undefined/,
    async (words, env) => {
      const ran = await here.run(words, env);
      return { ...ran, err: ran.err.replace(/needs a value after "[^"]*"/, "undefined") };
    },
  ],
  [
    "ends with a code of its own",
    /\{"code":3,/,
    async (words, env) => {
      const ran = await here.run(words, env);
      return ran.code === 2 && words.includes("") ? { ...ran, code: 3 } : ran;
    },
  ],
];

for (const [what, by, broken] of MUTANTS) {
  test(
    `a parser that ${what} is found`,
    async () => {
      const found = await hunted(broken, RUNS).catch(String);
      expect(found).toMatch(/^Error: run \d+ of PROOF_SEED/);
      expect(found).toMatch(by);
      record({ mutant: `a parser that ${what}`, by: "mutated command lines" });
    },
    PATIENCE_MS,
  );
}
