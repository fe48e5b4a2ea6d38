/** coord as it is cross-built for a release, each target once for all tests of a file. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TOP = join(import.meta.dir, "../..");

export interface CrossBuilt extends Disposable {
  readonly folder: string;
  readonly path: (target: string) => string;
  /** A copy of the bytes, for a test to damage. */
  readonly bytes: (target: string) => Buffer;
}

export function crossBuild(targets: readonly string[]): CrossBuilt {
  const folder = mkdtempSync(join(tmpdir(), "coord-cross-"));
  const path = (target: string): string => join(folder, `coord-${target}`);
  for (const target of targets) {
    const args = ["--target", target, "--outfile", path(target)];
    const run = Bun.spawnSync([process.execPath, join(TOP, "scripts/build.ts"), ...args], { cwd: TOP });
    if (run.exitCode !== 0) throw new Error(`${target}: ${run.stderr.toString()}`);
  }
  return {
    folder,
    path,
    bytes: (target) => readFileSync(path(target)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
