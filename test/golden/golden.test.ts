/**
 * Every command's words, as a person or a program gets them, against those that were looked at and committed.
 * After an intended change: `COORD_GOLDEN=write bun test test/golden`, and read the difference. CI only compares:
 * .ci/run and `npm test` drop every COORD_ variable.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TREE } from "../../src/cli/tree.ts";
import { CASES } from "./cases/index.ts";
import { layFixture } from "./fixture.ts";
import { transcript } from "./transcript.ts";

/** Many processes each, on machines that are busy with others. Milliseconds. */
setDefaultTimeout(20_000);

const EXPECTED = join(import.meta.dir, "expected");
const WRITES = process.env["COORD_GOLDEN"] === "write";
const COMMANDS = [...TREE].flatMap(([name, entry]) =>
  entry.kind === "verb" ? [name] : [...entry.verbs.keys()].map((verb) => `${name} ${verb}`),
);

function fileOf(command: string): string {
  return `${command.replaceAll(" ", "-")}.txt`;
}

describe("every command has golden lines for", () => {
  for (const command of COMMANDS) {
    const lines = CASES[command] ?? [];
    const typed = lines.filter((line) => line.includes(`coord ${command}`));
    test(`${command}: text and JSON`, () => {
      expect(typed.some((line) => !line.includes("--json"))).toBe(true);
      expect(typed.some((line) => line.includes("--json"))).toBe(true);
    });
  }
});

describe("as committed:", () => {
  for (const [command, lines] of Object.entries(CASES)) {
    test(command, () => {
      using sandbox = layFixture();
      const help = command === "coord" ? "coord --help" : `coord ${command} --help`;
      // Hooks act for a client that lives; a command in a shell must not know of one.
      const env = command.startsWith("hook ") ? { CLAUDE_PID: String(sandbox.project.client().pid) } : {};
      const shown = transcript(sandbox, [help, ...lines], env);
      const file = join(EXPECTED, fileOf(command));
      if (WRITES) {
        mkdirSync(EXPECTED, { recursive: true });
        writeFileSync(file, shown);
      }
      expect(shown).toBe(readFileSync(file, "utf8"));
    });
  }
});

test("there are golden lines for nothing else", () => {
  expect(Object.keys(CASES).filter((command) => command !== "coord" && !COMMANDS.includes(command))).toEqual([]);
  expect(new Set(readdirSync(EXPECTED))).toEqual(new Set(Object.keys(CASES).map(fileOf)));
});
