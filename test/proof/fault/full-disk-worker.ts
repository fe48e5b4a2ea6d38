/**
 * Inside a mount namespace of its own: `full-disk-worker.ts DISK LIES COUNT SEED` makes COUNT of the cases and prints what
 * was wrong, as one line of JSON; `full-disk-worker.ts mutant` what a store that ignores short writes publishes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SYSTEMS } from "../../platform/systems.ts";
import { chance, sample } from "../seed.ts";
import { onFullDisk, type Case } from "./full-disk-case.ts";
import { WRITES } from "./full-disk-commands.ts";
import { DISKS, mounted } from "./full-disk-mount.ts";
import { ignoringShortWrites, lengthened } from "./full-disk-mutant.ts";
import { layScene } from "./full-disk-scene.ts";

/** Blocks or files that are left, from none to what nearly everything fits into. */
const FREE = [0, 1, 2, 3, 4, 5, 6];
/** Bytes in the last block of the history: none, too few for a line, a line. */
const LEFT = [0, 60, 1000];

async function cases(
  base: string,
  diskName: string | undefined,
  lies: string | undefined,
  count: number,
  seed: number,
) {
  const disk = DISKS.find((name) => name === diskName);
  if (disk === undefined) throw new Error(`No such disk: ${diskName}`);
  using scene = await layScene(base, { disk, lies: lies === "all" ? "all" : "state" });
  const all: readonly Case[] = WRITES.flatMap((write) =>
    FREE.flatMap((free) => LEFT.map((left) => ({ write, free, left }))),
  );
  const problems: string[] = [];
  let refused = 0;
  const chosen = sample(all, count, chance(seed));
  for (const test of chosen) {
    const outcome = await onFullDisk(scene, test);
    if (outcome.refused) refused += 1;
    const where = `[PROOF_SEED=${seed}] ${disk} ${lies}: ${test.write.name}, ${test.free} free, ${test.left} bytes in the history's last block`;
    for (const problem of outcome.problems) problems.push(`${where}: ${problem}`);
  }
  return { problems, cases: chosen.length, refused };
}

/** What is published at each free amount: by the store, and by one that ignores short writes. */
async function mutant(base: string) {
  const [sys] = SYSTEMS;
  if (sys === undefined) throw new Error("No system");
  using disk = mounted(join(base, "small"), "pages", 64 * 1024, 0);
  const sound: string[] = [];
  const caught: string[] = [];
  for (const free of FREE) {
    sound.push(...(await lengthened(sys, disk, free)));
    for (const path of await lengthened(ignoringShortWrites(sys), disk, free))
      caught.push(`${path.slice(disk.dir.length + 1)} with ${free} pages free`);
  }
  return { sound, caught };
}

async function main([what, lies, count, seed]: readonly string[]): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), "coord-full-"));
  try {
    const answer = what === "mutant" ? await mutant(base) : await cases(base, what, lies, Number(count), Number(seed));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

void main(process.argv.slice(2));
