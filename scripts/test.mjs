// `npm test`: builds the binary when it is older than its sources, runs `bun test`, and ends with the line that CI
// reads: `N passed, N failed, N skipped`. The exit code is 0 exactly when nothing failed and something passed.
//
//   npm test                            everything but test/real-client, test/proof and benchmarks (bunfig.toml leaves
//                                       them out); what is named is run, test/proof included
//   npm test -- test/store -t guard     arguments go to `bun test`
//   npm test -- --no-build test/store   without looking at the binary
//
// Plain Node, so that it can say what is missing when Bun is.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TOP = dirname(dirname(fileURLToPath(import.meta.url)));
const BUN = join(TOP, "node_modules", ".bin", "bun");
/** All that bears on what the binary does. Folders count too: their time changes when a file goes. */
const SOURCES = ["src", "scripts/build.ts", "package.json", "package-lock.json"];
/** Bun's closing summary is far shorter. */
const TAIL_CHARS = 4096;
/**
 * For a test that sets none of its own: some start dozens of processes, on machines that are busy with others. Bun reads
 * no timeout from bunfig.toml, and what a preloaded file sets holds for the first test file alone.
 */
const TIMEOUT = "--timeout=20000";
/** In place of what bunfig.toml leaves out, where paths under test/proof are asked for. */
const NOTHING_IGNORED = "--path-ignore-patterns=**/node_modules/**";
/** For what Bun has printed to arrive after its end. */
const DRAIN_MS = 2000;

/**
 * The environment without what would steer the tests from outside: Bun's own switches, and the variables of a Claude
 * Code session or a coord that the tests may have been started from.
 */
function testEnv() {
  const steering = /^(BUN_OPTIONS|BUN_BE_BUN|COORD_.*|CLAUDE_.*|CLAUDECODE)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name)));
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function binaryIsStale() {
  const built = statSync(join(TOP, "dist", "coord"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return SOURCES.some((path) => newest(join(TOP, path)) >= built);
}

/** True when dist/coord is there and as new as its sources. */
function build() {
  if (!binaryIsStale()) return true;
  const run = spawnSync(BUN, ["scripts/build.ts"], {
    cwd: TOP,
    stdio: ["ignore", "inherit", "inherit"],
    env: testEnv(),
  });
  return run.status === 0;
}

/** Runs `bun test`, passing its output on; answers its exit code and the last of what it printed on stderr. */
function bunTest(args, report) {
  return new Promise((resolve, reject) => {
    const ignored = args.some((arg) => arg.includes("test/proof")) ? [NOTHING_IGNORED] : [];
    const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
    const child = spawn(BUN, ["test", TIMEOUT, ...ignored, ...reporter, ...args], {
      cwd: TOP,
      env: testEnv(),
      stdio: ["ignore", "inherit", "pipe"],
    });
    let tail = "";
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text) => {
      process.stderr.write(text);
      tail = (tail + text).slice(-TAIL_CHARS);
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      const finish = () => resolve({ code: code ?? signal, tail });
      child.on("close", finish);
      // A process that a test left behind may hold the pipe open for as long as it lives.
      setTimeout(() => child.stderr.destroy(), DRAIN_MS).unref();
    });
  });
}

/** The totals of a JUnit report, or undefined when there is none: Bun writes it only when it gets to its end. */
function readReport(report) {
  if (!existsSync(report)) return undefined;
  const totals = /<testsuites\b[^>]*>/.exec(readFileSync(report, "utf8"))?.[0] ?? "";
  const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(totals)?.[1] ?? Number.NaN);
  const [tests, failed, skipped] = [number("tests"), number("failures"), number("skipped")];
  if (Number.isNaN(tests + failed + skipped)) return undefined;
  return { passed: tests - failed - skipped, failed, skipped };
}

/**
 * Counts. A file that does not load is in Bun's summary ("N errors") and not in its report, and a run in which no file
 * loads has no report at all. Whatever else makes the run fail, or makes it test nothing, counts as one failure, so
 * that the line can be trusted without the exit code.
 */
function count({ code, tail }, report) {
  const summary = tail.slice(tail.lastIndexOf(" pass\n"));
  const errors = Number(/^\s*(\d+) errors?$/m.exec(summary)?.[1] ?? 0);
  const totals = readReport(report);
  const { passed, failed, skipped } = totals ?? { passed: 0, failed: 0, skipped: 0 };
  const all = failed + errors;
  if (all > 0) return { passed, failed: all, skipped };
  if (code !== 0 || totals === undefined) {
    process.stderr.write(`test: the test runner ended with ${code} and ${totals ? "a" : "no"} report\n`);
    return { passed, failed: 1, skipped };
  }
  if (passed === 0) process.stderr.write("test: no test ran\n");
  return { passed, failed: passed === 0 ? 1 : 0, skipped };
}

async function main(args) {
  if (!existsSync(BUN)) {
    process.stderr.write("test: Bun is not installed here. Type: node scripts/setup.mjs\n");
    return 1;
  }
  const wantsBuild = !args.includes("--no-build");
  const built = !wantsBuild || build();
  if (!built) process.stderr.write("test: dist/coord could not be built, which counts as a failure\n");

  const scratch = mkdtempSync(join(tmpdir(), "coord-test-report-"));
  try {
    const report = join(scratch, "junit.xml");
    const run = await bunTest(
      args.filter((arg) => arg !== "--no-build"),
      report,
    );
    const { passed, failed, skipped } = count(run, report);
    const total = failed + (built ? 0 : 1);
    process.stdout.write(`${passed} passed, ${total} failed, ${skipped} skipped\n`);
    return total === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

// Ctrl-C goes to Bun as well; this process stays to report what ran until then.
process.on("SIGINT", () => {});
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (/** @type {unknown} */ error) => {
    process.stderr.write(`test: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
