/** What the scripts of a release share: which version it is, and where its files lie. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

export const TOP = join(import.meta.dir, "..", "..");
export const DIST = join(TOP, "dist");
export const OUT = join(DIST, "release");

const PackageSchema = v.object({ version: v.string(), description: v.string(), license: v.string() });

export const PACKAGE = v.parse(PackageSchema, JSON.parse(readFileSync(join(TOP, "package.json"), "utf8")));

/** The sums of what was packed, by file name. */
export function sumsIn(out: string): ReadonlyMap<string, string> {
  const lines = readFileSync(join(out, "SHA256SUMS"), "utf8").trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [sum = "", name = ""] = line.split("  ");
      return [name, sum];
    }),
  );
}

export function run(command: readonly string[], cwd: string): void {
  const done = Bun.spawnSync([...command], { cwd, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  if (done.exitCode !== 0) throw new Error(`${command.join(" ")}: ${done.stderr.toString().trim()}`);
}

/** Runs a script of this folder; what it throws is for people. */
export function asScript(name: string, main: (args: string[]) => void): void {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
