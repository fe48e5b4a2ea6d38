/** Links that come between a look and a use: what they lead to stays as it is. SECURITY.md, "Files". */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, closeSync, constants, fchmodSync, mkdirSync, openSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeModes } from "../../../src/app/state-modes.ts";
import { locateWorkspace } from "../../../src/app/workspace.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import type { Sys } from "../../../src/platform/sys/types.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { run, textOf } from "./call.ts";
import { changes, fingerprint, peopled, type Peopled } from "./project.ts";

const TIMEOUT_MS = scaled(240_000, 2_400_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

/** Starts the swapper; what it answers ends it, and tells how often it has swapped. */
async function swapping(canary: string): Promise<() => Promise<number>> {
  const { state } = scene.project;
  const swapper = Bun.spawn([process.execPath, join(import.meta.dir, "swapper.ts"), state, canary], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = swapper.stdout.getReader();
  const decoder = new TextDecoder();
  let said = decoder.decode((await reader.read()).value);
  return async () => {
    await swapper.stdin.end();
    for (let part = await reader.read(); part.value !== undefined; part = await reader.read())
      said += decoder.decode(part.value);
    await swapper.exited;
    return Number(/(\d+)\n$/.exec(said)?.[1] ?? 0);
  };
}

test(
  "a file that is swapped for a link while every call runs leads no call to the canary",
  async () => {
    const { project } = scene;
    const folder = join(project.root, "canaries");
    mkdirSync(folder);
    const canary = join(folder, "canary");
    writeFileSync(canary, "canary\n");
    // Open to others, as no file of the state is: who closes it has followed the link.
    chmodSync(canary, 0o644);
    const before = fingerprint(folder);
    const faults: string[] = [];
    let [calls, swapped] = [0, 0];
    for (let round = 0; round < scaled(1, 12); round += 1) {
      scene.reset();
      for (const name of ["events.jsonl", "pruned"]) writeFileSync(join(project.state, name), "", { mode: 0o644 });
      const stop = await swapping(canary);
      try {
        for (const call of scene.all) {
          const called = await run(project, call);
          calls += 1;
          if (called.code === null) faults.push(`${call.name} hangs`);
          if (/\n\s+at .*\.ts:\d+/.test(textOf(called))) faults.push(`${call.name} shows a stack trace`);
          for (const change of changes(before, fingerprint(folder))) faults.push(`${call.name}: ${change}`);
        }
      } finally {
        swapped += await stop();
      }
    }
    expect(faults).toEqual([]);
    expect(swapped).toBeGreaterThan(calls);
    record({ check: "files swapped for links while calls run", load: { calls, swapped }, losses: faults.length });
  },
  TIMEOUT_MS,
);

/** Closes the state's files again and again while they are swapped; how often until the canary was closed instead. */
async function closings(change: (sys: Sys) => Sys, rounds: number): Promise<number | undefined> {
  scene.reset();
  const { project } = scene;
  const canary = join(project.root, "open-to-others");
  writeFileSync(canary, "canary\n", { mode: 0o644 });
  chmodSync(canary, 0o644);
  const { sys } = await loadNative();
  const workspace = locateWorkspace(sys, project.env, project.dir);
  const stop = await swapping(canary);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const name of ["events.jsonl", "pruned"]) reopen(join(project.state, name));
      closeModes({ sys: change(sys), workspace });
      if ((statSync(canary).mode & 0o777) !== 0o644) return round;
    }
    return undefined;
  } finally {
    expect(await stop()).toBeGreaterThan(0);
  }
}

/** Not through a link: that would be the swapper's doing. */
function reopen(path: string): void {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    fchmodSync(fd, 0o644);
    closeSync(fd);
  } catch {
    // It is a link just now.
  }
}

test(
  "closing the state's files to others never closes what a link leads to, and whoever follows it is seen",
  async () => {
    expect(await closings((sys) => sys, scaled(3000, 30_000))).toBeUndefined();
    const follows = (sys: Sys): Sys => ({
      ...sys,
      open: (path, mode) => sys.open(path, mode === "read" ? "read-through" : mode),
    });
    const seen = await closings(follows, 100_000);
    expect(seen).toBeDefined();
    record({ check: "closing files that are swapped for links", load: { rounds: scaled(3000, 30_000) }, losses: 0 });
    record({ mutant: "closing that opens through links", by: `the canary was closed in round ${seen}` });
  },
  TIMEOUT_MS,
);
