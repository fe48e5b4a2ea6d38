/**
 * Compiles coord with the Bun that runs this script.
 *
 *   npm run build                                   dist/coord, for this machine
 *   npm run build -- --all                          dist/coord-<platform> for all of PLATFORMS, and dist/SHA256SUMS
 *   npm run build -- --all --releases URL           the same for a release: `coord upgrade --check` asks there
 *   npm run build -- --empty                        dist/empty: the floor that the benchmark compares with
 *   npm run build -- --entry FILE --outfile FILE    another program, with the same flags (tests, benchmarks)
 *   npm run build -- --target NAME --outfile FILE   for one of PLATFORMS
 *
 * A binary is built in a scratch folder and renamed into place: whoever starts it meanwhile gets the old or the new
 * one, whole. Its time is that of the build's start, so that a source saved during the build is newer than it.
 */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { PLATFORMS } from "./platforms.ts";

const TOP = dirname(import.meta.dir);
const DIST = join(TOP, "dist");
/** A scratch folder this old was left by a build that was killed: a build takes seconds. */
const SCRATCH_STALE_MS = 3_600_000;
const SCRATCH_PREFIX = ".build-";

// Splitting with bytecode and ESM starts fastest; bytecode without splitting drops programs silently
// (oven-sh/bun#37770). What a binary does must not depend on files in the folder where it is called: no autoloading.
const FLAGS = [
  "--compile",
  "--format=esm",
  "--splitting",
  "--bytecode",
  "--minify",
  "--sourcemap",
  "--production",
  // Most runs end within milliseconds: compiling anything to machine code would cost more than it gives. Commands with
  // much to do reset this (src/main.ts).
  "--compile-jit-policy=1000",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  "--no-compile-autoload-tsconfig",
  "--no-compile-autoload-package-json",
] as const;

const PackageSchema = v.object({ version: v.string() });

interface Build {
  readonly entry: string;
  readonly outfile: string;
  /** A name of PLATFORMS; without it, this machine. */
  readonly target?: string | undefined;
  /** The address of releases, for a release. */
  readonly releases?: string | undefined;
}

function version(): string {
  return v.parse(PackageSchema, JSON.parse(readFileSync(join(TOP, "package.json"), "utf8"))).version;
}

/**
 * Without the two variables by which Bun would preload something or become something else; and with the NODE_ENV that
 * goes into the binary, because a NODE_ENV that is set wins over --production.
 */
function buildEnv(): Record<string, string | undefined> {
  const { BUN_OPTIONS: _options, BUN_BE_BUN: _beBun, ...env } = process.env;
  return { ...env, NODE_ENV: "production" };
}

function removeStaleScratch(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(SCRATCH_PREFIX)) continue;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > SCRATCH_STALE_MS)
      rmSync(path, { recursive: true, force: true });
  }
}

function compile({ entry, outfile, target, releases }: Build): void {
  const started = new Date();
  const folder = dirname(outfile);
  mkdirSync(folder, { recursive: true });
  removeStaleScratch(folder);
  const scratch = mkdtempSync(join(folder, SCRATCH_PREFIX));
  try {
    // The same base name, because it is part of the paths inside the binary. The source maps that Bun leaves beside it
    // are in the binary too, and go with the scratch folder.
    const built = join(scratch, basename(outfile));
    const forTarget = target === undefined ? [] : [`--target=bun-${target}`];
    const define = { COORD_VERSION: version(), ...(releases === undefined ? {} : { COORD_RELEASES: releases }) };
    const defines = Object.entries(define).flatMap(([name, value]) => ["--define", `${name}=${JSON.stringify(value)}`]);
    const run = Bun.spawnSync(
      [process.execPath, "build", entry, ...FLAGS, ...defines, ...forTarget, "--outfile", built],
      { cwd: TOP, env: buildEnv(), stdin: "ignore" },
    );
    const complaints = run.stderr.toString().trim();
    if (complaints !== "") process.stderr.write(`${complaints}\n`);
    if (run.exitCode !== 0) throw new Error(`Cannot build ${relative(TOP, outfile)} from ${relative(TOP, entry)}`);
    utimesSync(built, started, started);
    renameSync(built, outfile);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const mb = Math.round(statSync(outfile).size / 1e6);
  process.stdout.write(`${relative(TOP, outfile)}  ${mb} MB  ${Date.now() - started.getTime()} ms\n`);
}

function buildAll(entry: string, releases: string | undefined): void {
  const names = PLATFORMS.map(({ name }) => `coord-${name}`);
  for (const { name } of PLATFORMS) compile({ entry, outfile: join(DIST, `coord-${name}`), target: name, releases });
  const sums = names.map(
    (name) => `${new Bun.CryptoHasher("sha256").update(readFileSync(join(DIST, name))).digest("hex")}  ${name}\n`,
  );
  const scratch = join(DIST, `.SHA256SUMS-${process.pid}`);
  writeFileSync(scratch, sums.join(""));
  renameSync(scratch, join(DIST, "SHA256SUMS"));
}

function buildEmpty(): void {
  mkdirSync(DIST, { recursive: true });
  const folder = mkdtempSync(join(DIST, SCRATCH_PREFIX));
  try {
    const entry = join(folder, "empty.ts");
    writeFileSync(entry, "export {};\n");
    compile({ entry, outfile: join(DIST, "empty") });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      all: { type: "boolean", default: false },
      empty: { type: "boolean", default: false },
      entry: { type: "string" },
      outfile: { type: "string" },
      releases: { type: "string" },
      target: { type: "string" },
    },
  });
  const { target, releases } = values;
  const single = values.entry !== undefined || values.outfile !== undefined || target !== undefined;
  if ([values.all, values.empty, single].filter(Boolean).length > 1) {
    throw new Error("Cannot combine --all, --empty and --entry/--outfile/--target: call once for each");
  }
  if (target !== undefined && !PLATFORMS.some(({ name }) => name === target)) {
    throw new Error(`There is no target "${target}", only ${PLATFORMS.map(({ name }) => name).join(", ")}`);
  }
  const entry = resolve(values.entry ?? join(TOP, "src", "main.ts"));
  if (values.all) buildAll(entry, releases);
  else if (values.empty) buildEmpty();
  else {
    const outfile = resolve(values.outfile ?? join(DIST, target === undefined ? "coord" : `coord-${target}`));
    compile({ entry, outfile, target, releases });
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
