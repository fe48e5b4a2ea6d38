/**
 * The proof of RELIABILITY section 5: every suite in turn, by itself.
 *
 *   npm run proof                        the long form of all suites; writes docs/PROOF.md
 *   npm run proof -- race fault          of these only; the report takes the others from their last runs (dist/proof)
 *   npm run proof -- --out FILE          writes the report there instead
 *   npm run proof -- --seed N            with this seed instead of one of its own
 *   npm run proof:short                  the short form of all, as in CI; npm run test:NAME is that of one
 *
 * Ends with `N passed, N failed`; the exit code is 0 exactly when nothing failed.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { keep, keptRuns } from "./proof/kept.ts";
import { origin } from "./proof/origin.ts";
import { reportText } from "./proof/report.ts";
import { runSuite, type SuiteRun } from "./proof/run-suite.ts";
import { SUITES, type Suite } from "./proof/suites.ts";

const TOP = join(import.meta.dir, "..");
const MAX_SEED = 999_999_999;

function chosen(names: readonly string[]): readonly Suite[] {
  if (names.length === 0) return SUITES;
  return names.map((name) => {
    const suite = SUITES.find((one) => one.name === name);
    if (suite === undefined) {
      throw new Error(`There is no suite "${name}"; there are ${SUITES.map((one) => one.name).join(", ")}`);
    }
    return suite;
  });
}

function seedOf(text: string | undefined): number {
  if (text === undefined) return Math.floor(Math.random() * MAX_SEED);
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--seed takes a number up to ${MAX_SEED}, not "${text}"`);
  return Number(text);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { short: { type: "boolean", default: false }, out: { type: "string" }, seed: { type: "string" } },
  });
  const suites = chosen(positionals);
  const seed = seedOf(values.seed);
  const form = values.short ? "short" : "long";
  console.log(`${form} form of ${suites.map(({ name }) => name).join(", ")}; seed ${seed}`);

  const runs: SuiteRun[] = [];
  const scratch = mkdtempSync(join(tmpdir(), "coord-proof-"));
  try {
    for (const suite of suites) {
      const run = await runSuite(suite, { form, seed, scratch, top: TOP });
      const { passed, failed, seconds } = run;
      console.log(`${suite.name.padEnd(12)} ${passed} passed, ${failed} failed, ${seconds} s`);
      runs.push(run);
      if (form === "long") keep(TOP, run);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }

  const sum = (pick: (run: SuiteRun) => number): number => runs.reduce((total, run) => total + pick(run), 0);
  const failed = sum((run) => run.failed);
  const reported = form === "long" ? keptRuns(TOP) : runs;
  const out = values.out ?? (form === "long" ? join(TOP, "docs", "PROOF.md") : undefined);
  if (out !== undefined && reported !== undefined) writeFileSync(out, reportText(reported, origin(TOP)));
  console.log(`${sum((run) => run.passed)} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`proof: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  },
);
