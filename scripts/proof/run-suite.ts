/** Runs one suite through `scripts/test.mjs`, and gathers what it did. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { evidenceSchema, type Evidence } from "../../test/proof/evidence.ts";
import { checkout } from "./origin.ts";
import type { Suite } from "./suites.ts";

export interface SuiteOptions {
  readonly form: "short" | "long";
  readonly seed: number;
  /** A folder for what is passed between the processes. */
  readonly scratch: string;
  /** The folder of the checkout. */
  readonly top: string;
}

export interface SuiteRun {
  readonly suite: Suite;
  readonly form: "short" | "long";
  readonly seed: number;
  /** Of the checkout that was tried, and the day. */
  readonly commit: string;
  readonly date: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  readonly evidence: readonly Evidence[];
}

/**
 * What the suite prints goes to stderr when it fails, and nowhere otherwise. One that ends without its closing line, or
 * whose packages cannot be had, counts as one failure more.
 */
export async function runSuite(suite: Suite, { form, seed, scratch, top }: SuiteOptions): Promise<SuiteRun> {
  const began = performance.now();
  const evidenceFile = join(scratch, `${suite.name}.jsonl`);
  const packages = await run(["bash", "scripts/debian.sh", ...suite.packages], top, {});
  if (packages.code !== 0) process.stderr.write(packages.text);
  const tests = await run(["node", "scripts/test.mjs", ...suite.paths], top, {
    PROOF_FORM: form,
    PROOF_SEED: `${seed}`,
    PROOF_EVIDENCE: evidenceFile,
  });
  const said = /^(\d+) passed, (\d+) failed/m.exec(tests.text.split("\n").toReversed().join("\n"));
  const passed = Number(said?.[1] ?? 0);
  const failed = Number(said?.[2] ?? 1) + (packages.code === 0 ? 0 : 1);
  if (failed > 0) process.stderr.write(withoutPassed(tests.text));
  return {
    suite,
    form,
    seed,
    ...checkout(top),
    passed,
    failed,
    seconds: Math.round((performance.now() - began) / 1000),
    evidence: existsSync(evidenceFile) ? readEvidence(evidenceFile) : [],
  };
}

async function run(command: readonly string[], cwd: string, more: Readonly<Record<string, string>>) {
  const child = Bun.spawn([...command], {
    cwd,
    env: { ...process.env, ...more },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, text: `${err}\n${out}` };
}

function withoutPassed(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("(pass)"))
    .join("\n");
}

function readEvidence(path: string): readonly Evidence[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => v.parse(v.pipe(v.string(), v.parseJson(), evidenceSchema), line));
}
