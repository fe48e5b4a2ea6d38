/**
 * Runs the binaries that can be run here, once each way: natively, and linux-arm64 under qemu-user. The others are
 * only looked at: built, and for the right machine. Installs nothing; what is missing is named and counts as failed.
 *
 *   npm run smoke                       builds all targets first, unless they are newer than their sources
 *   npm run smoke -- --binary FILE      runs this one, which must be for this machine
 */
import { chmodSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { checkBinary, type Check } from "./smoke/checks.ts";
import { formatOf, runnerOf, TARGETS } from "./smoke/targets.ts";

const TOP = dirname(import.meta.dir);
const DIST = join(TOP, "dist");
const SUMS = join(DIST, "SHA256SUMS");
/** What a binary is made from, besides src/. */
const INGREDIENTS = ["package.json", "package-lock.json", "tsconfig.json", "scripts/build.ts"];

const PackageSchema = v.object({ version: v.string() });

function binaryOf(name: string): string {
  return join(DIST, `coord-${name}`);
}

function isCurrent(): boolean {
  const sources = readdirSync(join(TOP, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const newest = Math.max(...[...sources, ...INGREDIENTS.map((name) => join(TOP, name))].map(changed));
  return [...TARGETS.map(({ name }) => binaryOf(name)), SUMS].every(
    (path) => existsSync(path) && changed(path) > newest,
  );
}

function changed(path: string): number {
  return statSync(path).mtimeMs;
}

function build(): void {
  const run = Bun.spawnSync([process.execPath, join(TOP, "scripts", "build.ts"), "--all"], {
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  if (run.exitCode !== 0) throw new Error("Cannot build all targets, see above");
}

/** Names whose sum in SHA256SUMS is not that of the file. */
function wrongSums(): readonly string[] {
  const sums = new Map(
    readFileSync(SUMS, "utf8")
      .split("\n")
      .map((row) => [row.slice(66), row.slice(0, 64)]),
  );
  return TARGETS.map(({ name }) => `coord-${name}`).filter(
    (file) => sums.get(file) !== new Bun.CryptoHasher("sha256").update(readFileSync(join(DIST, file))).digest("hex"),
  );
}

interface Tally {
  passed: number;
  failed: number;
}

function checkInto(tally: Tally): Check {
  return (sentence, holds, detail) => {
    tally[holds ? "passed" : "failed"] += 1;
    const more = holds || detail === undefined ? "" : `\n        ${detail.trim()}`;
    say(`  ${holds ? "ok  " : "FAIL"}  ${sentence}${more}`);
  };
}

async function runs(command: readonly string[], check: Check): Promise<void> {
  const { version } = v.parse(PackageSchema, JSON.parse(readFileSync(join(TOP, "package.json"), "utf8")));
  const ran = checkBinary(command, version, check);
  await ran.catch((error: unknown) => check("runs to the end", false, String(error)));
}

async function checkAll(check: Check): Promise<void> {
  if (isCurrent()) say("All targets are newer than their sources: not built again");
  else build();
  for (const { name, format } of TARGETS) {
    const runner = runnerOf(name);
    const how = { native: "run natively", qemu: "run under qemu-user", missing: "not run", none: "only built" };
    say(`coord-${name}: ${how[runner.how]}`);
    const found = formatOf(binaryOf(name));
    check(`is ${format}`, found === format, `It is ${found ?? "of an unknown format"}`);
    if (runner.how === "missing") check("can be run here", false, `Install what is missing: ${runner.install}`);
    else if (runner.how !== "none") await runs([...runner.prefix, binaryOf(name)], check);
  }
  const wrong = wrongSums();
  say("SHA256SUMS");
  check("agrees with the files", wrong.length === 0, wrong.join(", "));
}

async function main(args: string[]): Promise<void> {
  const { binary } = parseArgs({ args, options: { binary: { type: "string" } } }).values;
  const tally = { passed: 0, failed: 0 };
  const check = checkInto(tally);
  if (binary === undefined) await checkAll(check);
  else {
    // What an artifact of a workflow brings has lost it.
    chmodSync(binary, 0o755);
    await runs([resolve(binary)], check);
  }
  say(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`smoke: ${error instanceof Error ? error.message : String(error)}\n`);
  say("0 passed, 1 failed");
  process.exitCode = 1;
});
