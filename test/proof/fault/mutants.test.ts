/** The sweeps would be worth nothing if they passed what is broken. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { record } from "../evidence.ts";
import { expected, judge } from "./answers.ts";
import type { Case } from "./case.ts";
import { line } from "./lane.ts";
import { MUTANTS, type Mutant } from "./mutant.ts";
import { requireStrace } from "./strace.ts";
import { sweep, tasksOf, type Tally } from "./sweep.ts";

const SWEPT: readonly Case[] = [
  { name: "one path", step: line("lock acquire src/one.ts --as ben"), states: ["populated"] },
  { name: "two paths", step: line("lock acquire src/x.ts src/y.ts --as cleo"), states: ["fresh"] },
];
/** What each breaks: RELIABILITY section 4. */
const BREAKS: Readonly<Record<Exclude<Mutant, "none">, RegExp>> = {
  "published-in-place": /\(3, 4\)|\(3\)/,
  "lock-before-ledger": /\(2\) lock .* above its ledger/,
  "no-journal": /\(2\) of "lock of cleo" only/,
  "answer-before-commit": /\(1\) acknowledged, but/,
  "errors-swallowed": /\(1\) acknowledged, but/,
};
const TIMEOUT_MS = 600_000;

let folder = "";
let program = "";

beforeAll(() => {
  requireStrace();
  folder = mkdtempSync(join(tmpdir(), "coord-mutant-"));
  program = join(folder, "mutant");
  // Compiled, so that it starts as fast as what it stands for, and reads no sources on the way.
  const source = join(import.meta.dir, "mutant.ts");
  const built = Bun.spawnSync([process.execPath, "build", source, "--compile", `--outfile=${program}`]);
  if (built.exitCode !== 0) throw new Error(built.stderr.toString());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function kills(mutant: Mutant, until?: RegExp): Promise<Tally> {
  return sweep(tasksOf(SWEPT), {
    // Before a call that only looks the disk is what it is before the next that changes it.
    shots: (points) =>
      points.filter(({ label }) => !/ old |^getdents64/.test(label)).map((point) => ({ point, fault: "kill" })),
    judge: () => [],
    expected: (_one, was, { out }) => (was.code === 0 && out !== "" ? "all" : "whole"),
    lanes: 2,
    victim: [program, mutant],
    ...(until === undefined ? {} : { until }),
  });
}

async function fullDisk(mutant: Mutant, until?: RegExp): Promise<Tally> {
  return sweep(tasksOf(SWEPT), {
    shots: (points) =>
      points.filter(({ errors }) => errors.includes("ENOSPC")).map((point) => ({ point, fault: "ENOSPC" })),
    judge,
    expected,
    lanes: 2,
    victim: [program, mutant],
    ...(until === undefined ? {} : { until }),
  });
}

for (const mutant of MUTANTS) {
  const sweeps = mutant === "errors-swallowed" ? fullDisk : kills;
  if (mutant === "none") {
    test(
      "the program that carries the mutants passes both sweeps",
      async () => {
        expect((await kills(mutant)).losses).toEqual([]);
        expect((await fullDisk(mutant)).losses).toEqual([]);
      },
      TIMEOUT_MS,
    );
    continue;
  }
  test(
    `the sweep catches the mutant "${mutant}"`,
    async () => {
      const { losses } = await sweeps(mutant, BREAKS[mutant]);
      const caught = losses.filter((loss) => BREAKS[mutant].test(loss));
      expect(caught).not.toEqual([]);
      record({ mutant, by: caught[0] ?? "" });
    },
    TIMEOUT_MS,
  );
}
