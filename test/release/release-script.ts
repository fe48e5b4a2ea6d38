import { expect } from "bun:test";
import { join } from "node:path";

const TOP = join(import.meta.dir, "../..");

/** Runs a script of scripts/release as a user does, who gets to see no stack. */
export function releaseScript(name: string, ...args: readonly string[]) {
  const path = join(TOP, "scripts/release", name);
  const done = Bun.spawnSync([process.execPath, path, ...args], { cwd: TOP });
  const [out, err] = [done.stdout.toString(), done.stderr.toString()];
  expect(`${out}${err}`).not.toMatch(/^\s+at .+:\d+:\d+/m);
  return { code: done.exitCode, out, err };
}
