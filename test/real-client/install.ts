/**
 * The real client, as npm gives it, in a cache of this test's own: not a dependency of the project, and not fetched
 * twice. A half-done installation never counts, because the folder gets its name only when the client has answered.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = "@anthropic-ai/claude-code";
/** The version that the facts of this test were seen on. */
const PINNED = "2.1.330";
/** 360 MB over a slow line. */
const INSTALL_MS = 600_000;

const REPOSITORY = join(import.meta.dir, "../..");

function cacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"];
  if (base !== undefined && base !== "") return join(base, "coord-real-client");
  return join(REPOSITORY, "node_modules", ".cache", "real-client");
}

const binaryIn = (folder: string): string => join(folder, "node_modules", ".bin", "claude");

function versionOf(folder: string): string | undefined {
  // This runs outside of the network of its own: the user's set-up stays out of it, and so does everybody else.
  const env = { PATH: process.env["PATH"], HOME: folder, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" };
  const answer = spawnSync(binaryIn(folder), ["--version"], { encoding: "utf8", timeout: 30_000, env });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

/** Installs this version below `cache`; says why when npm cannot. */
function fetchClient(cache: string, version: string): string | undefined {
  const scratch = mkdtempSync(join(cache, "tmp-"));
  try {
    // npm asks which install scripts may run; the client's own links its binary into place.
    writeFileSync(
      join(scratch, "package.json"),
      JSON.stringify({ name: "real-client", private: true, allowScripts: { [PACKAGE]: true } }),
    );
    const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts=false"];
    const npm = spawnSync("npm", ["install", ...flags, `${PACKAGE}@${version}`], {
      cwd: scratch,
      encoding: "utf8",
      timeout: INSTALL_MS,
    });
    if (npm.status !== 0) return npm.error?.message ?? npm.stderr.trim();
    if (versionOf(scratch) === undefined) return `the client of version ${version} does not start`;
    const folder = join(cache, version);
    rmSync(folder, { recursive: true, force: true });
    renameSync(scratch, folder);
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The client's binary, installed if it was not. Throws, with npm's words, when the registry has neither version. */
export function installClient(report: (line: string) => void): string {
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  // What a killed run left behind is 360 MB each time.
  for (const name of readdirSync(cache)) {
    if (name.startsWith("tmp-")) rmSync(join(cache, name), { recursive: true, force: true });
  }
  const reasons: string[] = [];
  for (const version of [PINNED, "latest"]) {
    const folder = join(cache, version);
    if (!existsSync(binaryIn(folder))) {
      report(`Installing ${PACKAGE}@${version} into ${folder}`);
      const reason = fetchClient(cache, version);
      if (reason !== undefined) {
        reasons.push(`${version}: ${reason}`);
        continue;
      }
    }
    report(`Client ${versionOf(folder) ?? "that does not start"}`);
    return binaryIn(folder);
  }
  throw new Error(`Cannot install the real client: ${reasons.join("; ")}`);
}
