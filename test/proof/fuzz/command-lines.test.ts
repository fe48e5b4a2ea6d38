/** Command lines that nearly make sense: a code of the table, words that can be shown, one document with --json. */
import { afterAll, beforeAll, expect, spyOn, test, type Mock } from "bun:test";
import { runCli } from "../../../src/cli/root.ts";
import { TREE } from "../../../src/cli/tree.ts";
import { EXIT_CODES } from "../../../src/domain/errors.ts";
import { escapeForTerminal } from "../../../src/domain/visible.ts";
import { laySandbox, type Sandbox } from "../../golden/sandbox.ts";
import { HIDDEN } from "../../hooks/hook.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { SEED } from "../seed.ts";
import { huntAsync } from "./hunt.ts";
import { pick, type Draw } from "./mutate.ts";

const RUNS = scaled(4000, 60_000);
const PATIENCE_MS = scaled(200_000, 1_200_000);
const CODES = new Set([0, ...Object.values(EXIT_CODES)]);
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

type Run = (words: readonly string[]) => Promise<number>;

async function hunted(run: Run, runs: number): Promise<ReadonlyMap<number, number>> {
  const codes = new Map<number, number>();
  await huntAsync(runs, async (draw) => {
    const words = lineOf(draw);
    const env: Record<string, string> = { ...sandbox.env };
    while (draw() < 0.3) {
      const [name, values] = pick(ENV, draw) ?? ["USER", [""]];
      env[name] = pick(values, draw) ?? "";
    }
    setEnv(env);
    said.out = said.err = "";
    try {
      const code = await run(words);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      judge(words, code);
    } catch (error) {
      const odd = JSON.stringify(Object.entries(env).filter(([name]) => sandbox.env[name] !== env[name]));
      throw new Error(`${JSON.stringify(words)} with ${odd}: ${String(error)}: ${JSON.stringify(said)}`, {
        cause: error,
      });
    }
  });
  return codes;
}

function judge(words: readonly string[], code: number): void {
  expect(CODES).toContain(code);
  const isCompletion = words[0] === "complete" && words[1] === "--";
  const all = (isCompletion ? said.out.replaceAll(/^([^\t\n]+)\t/gm, "$1 ") : said.out) + said.err;
  expect(all.replaceAll("\n", "")).toBe(escapeForTerminal(all.replaceAll("\n", "")));
  expect(all).not.toMatch(HIDDEN);
  expect(all).not.toMatch(/\n\s+at |undefined|\[object |NaN(?!")|This is a defect of coord/);
  for (const text of [said.out, said.err]) {
    if (text.startsWith("{")) expect(typeof JSON.parse(text)).toBe("object");
  }
  if (code !== 0 && said.out === "" && !isCompletion) {
    if (said.err.startsWith("{")) expect(JSON.parse(said.err)).toMatchObject({ error: { exit_code: code } });
    else expect(said.err).toMatch(TOLD);
  }
}

test(
  "any line that nearly makes sense is done or refused in words",
  async () => {
    const codes = await hunted(runCli, RUNS);
    expect(Math.min(codes.get(0) ?? 0, codes.get(2) ?? 0)).toBeGreaterThan(RUNS / 50);
    const load = Object.fromEntries([...codes].map(([code, count]) => [`exit ${code}`, count]));
    record({ check: "mutated command lines", load: { lines: RUNS, ...load }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

const MUTANTS: readonly (readonly [what: string, broken: Run])[] = [
  [
    "lets undefined through where a value is missing",
    async (words) => {
      const code = await runCli(words);
      said.err = said.err.replace(/needs a value after "[^"]*"/, "undefined");
      return code;
    },
  ],
  [
    "ends with a code of its own",
    async (words) => {
      const code = await runCli(words);
      return code === 2 && words.includes("") ? 3 : code;
    },
  ],
];

for (const [what, broken] of MUTANTS) {
  test(
    `a parser that ${what} is found`,
    async () => {
      expect(await hunted(broken, RUNS).catch(String)).toMatch(/^Error: run \d+ of PROOF_SEED/);
      record({ mutant: `a parser that ${what}`, by: "mutated command lines" });
    },
    PATIENCE_MS,
  );
}
