/**
 * The last long run of each suite, kept under `dist/proof`: an hour's work is not lost when one suite has to be run
 * again, and the report always holds all of them.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { evidenceSchema } from "../../test/proof/evidence.ts";
import type { SuiteRun } from "./run-suite.ts";
import { SUITES } from "./suites.ts";

const keptSchema = v.strictObject({
  form: v.literal("long"),
  seed: v.number(),
  commit: v.string(),
  date: v.string(),
  passed: v.number(),
  failed: v.number(),
  seconds: v.number(),
  evidence: v.array(evidenceSchema),
});

export function keep(top: string, { suite, ...run }: SuiteRun): void {
  const file = fileOf(top, suite.name);
  mkdirSync(folderOf(top), { recursive: true });
  writeFileSync(`${file}.tmp`, JSON.stringify(run));
  renameSync(`${file}.tmp`, file);
}

/** All suites in their order, or undefined while one has never been run. */
export function keptRuns(top: string): readonly SuiteRun[] | undefined {
  const runs: SuiteRun[] = [];
  for (const suite of SUITES) {
    const text = readIfThere(fileOf(top, suite.name));
    if (text === undefined) return undefined;
    runs.push({ suite, ...v.parse(v.pipe(v.string(), v.parseJson(), keptSchema), text) });
  }
  return runs;
}

function folderOf(top: string): string {
  return join(top, "dist", "proof");
}

function fileOf(top: string, name: string): string {
  return join(folderOf(top), `${name}.json`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
