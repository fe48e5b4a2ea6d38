// Installs the dependencies unless node_modules already holds what the lock file names. Plain Node without packages:
// it runs before there are any.
//
// `npm ci` is not used: it refuses a lock file that lacks an optional package of another platform. A plain
// `npm install` is, but not each time: without network it waits for minutes, so a stamp tells that nothing has changed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TOP = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = join(TOP, "node_modules", ".coord-setup");
const BUN = join(TOP, "node_modules", ".bin", "bun");

/** What the installed packages depend on: the lock file, and the platform that the native ones were chosen for. */
function wanted() {
  const hash = createHash("sha256");
  for (const name of ["package.json", "package-lock.json"]) hash.update(readFileSync(join(TOP, name)));
  return `${process.platform}-${process.arch} ${hash.digest("hex")}\n`;
}

function installed() {
  return existsSync(STAMP) ? readFileSync(STAMP, "utf8") : "";
}

// Bun would obey these two instead of doing what it is called for.
const { BUN_OPTIONS: _options, BUN_BE_BUN: _beBun, ...env } = process.env;

function run(command, args) {
  return spawnSync(command, args, { cwd: TOP, stdio: ["ignore", "inherit", "inherit"], env });
}

function bunVersion() {
  const answer = spawnSync(BUN, ["--version"], { cwd: TOP, encoding: "utf8", env });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

function install() {
  process.stdout.write("setup: installing the dependencies; this takes the network, once\n");
  rmSync(STAMP, { force: true });
  // Development packages whatever NODE_ENV says: Bun and the test tools are among them.
  const which = ["--no-save", "--include=dev", "--include=optional"];
  // Shorter pauses between retries than npm's: without network its own add up to minutes of silence.
  const network = ["--prefer-offline", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
  const npm = run("npm", ["install", ...which, ...network, "--no-audit", "--no-fund"]);
  if (npm.status !== 0) {
    fail("Cannot install the dependencies: npm failed, see above. Without network the npm cache must hold them all");
  }
  // Where npm runs no install scripts, Bun is a stub that fails; its install script is plain Node and can run later.
  if (bunVersion() === undefined) run(process.execPath, [join("node_modules", "bun", "install.js")]);
}

function fail(message) {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(1);
}

const want = wanted();
const pinned = JSON.parse(readFileSync(join(TOP, "package.json"), "utf8")).devDependencies.bun;
if (installed() !== want || bunVersion() !== pinned) {
  install();
  const found = bunVersion();
  if (found !== pinned) {
    fail(
      `Cannot run Bun ${pinned} from node_modules: ${found ?? "none"} starts there. Delete node_modules and try again`,
    );
  }
  writeFileSync(STAMP, want);
}
