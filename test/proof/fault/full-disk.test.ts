/** A disk that is really full, with every amount of room around the limit: old content stays, and nothing is half done. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import * as v from "valibot";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { SEED } from "../seed.ts";

const WORKER = join(import.meta.dir, "full-disk-worker.ts");
const IS_ROOT = process.getuid?.() === 0;
/** Mounts that nobody else sees and that end with the process; without root in a user namespace, where that is allowed. */
const NAMESPACE = ["unshare", ...(IS_ROOT ? [] : ["--user", "--map-root-user"]), "--mount", "--propagation", "private"];
const TIMEOUT_MS = scaled(300_000, 1_800_000);

const swept = v.object({ problems: v.array(v.string()), cases: v.number(), refused: v.number() });
const shown = v.object({ sound: v.array(v.string()), caught: v.array(v.string()) });

async function inNamespace<T>(schema: v.GenericSchema<unknown, T>, ...words: readonly string[]): Promise<T> {
  const may = Bun.spawnSync([...NAMESPACE, "true"]);
  if (may.exitCode !== 0) {
    throw new Error(
      `A full disk needs a mount namespace: run this as root, or where user namespaces are allowed (${may.stderr.toString().trim()})`,
    );
  }
  const child = Bun.spawn([...NAMESPACE, process.execPath, WORKER, ...words], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0)
    throw new Error(`The worker ended with ${child.exitCode} (${child.signalCode}): ${err}`);
  return v.parse(v.pipe(v.string(), v.parseJson(), schema), out);
}

const SETTINGS: readonly (readonly [disk: string, lies: string, what: string, short: number, long: number])[] = [
  ["pages", "state", "a state folder of 56 to 80 KiB", 40, 10_000],
  ["pages", "all", "a disk with project, home and state", 20, 300],
  ["inodes", "state", "a state folder that may hold few files", 20, 150],
  // A loop device needs root.
  ...(IS_ROOT ? [["ext4", "state", "a state folder on an ext4 of 1 MiB", 10, 150] as const] : []),
];

for (const [disk, lies, what, short, long] of SETTINGS) {
  test(
    `${what} that is full, or nearly: what was acknowledged stays, what fails says why, and with room again all works`,
    async () => {
      const { problems, cases, refused } = await inNamespace(swept, disk, lies, `${scaled(short, long)}`, `${SEED}`);
      expect(problems).toEqual([]);
      expect(refused).toBeGreaterThan(cases / 20);
      record({ check: `full disk: ${what}`, load: { cases, refused }, losses: problems.length, seed: SEED });
    },
    TIMEOUT_MS,
  );
}

test("a store that ignores short writes replaces a good record by half a one, and is found out", async () => {
  const { sound, caught } = await inNamespace(shown, "mutant");
  expect(sound).toEqual([]);
  expect(caught).not.toEqual([]);
  record({ mutant: "full disk: short writes are ignored", by: `published and no record: ${caught.join(", ")}` });
}, 60_000);
