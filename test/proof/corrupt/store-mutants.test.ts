/** What is no file, and the mistakes that a store could make with what is broken: each of them must show. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sys } from "../../../src/platform/sys/types.ts";
import { SYSTEMS } from "../../platform/systems.ts";
import { record } from "../evidence.ts";
import { STORE_MUTANTS, mutated, type StoreMutant } from "./store-mutants.ts";
import { RECORDS, storeRig } from "./store-rig.ts";

type Put = (path: string, good: string, outside: string) => void;

const PUTS: Readonly<Record<string, Put>> = {
  "half a record": (path, good) => writeFileSync(path, good.slice(0, good.length / 2)),
  "an empty file": (path) => writeFileSync(path, ""),
  "a link to the good one": (path, good, outside) => {
    writeFileSync(join(outside, "good"), good);
    symlinkSync(join(outside, "good"), path);
  },
  "a dangling link": (path) => symlinkSync("nowhere", path),
  "a folder": (path) => mkdirSync(join(path, "sub"), { recursive: true }),
};

/** "record that is what: what is wrong", for each. */
async function all(sys: Sys, seen: Sys): Promise<readonly string[]> {
  using rig = await storeRig(sys);
  const outside = mkdtempSync(join(tmpdir(), "coord-corrupt-"));
  const found: string[] = [];
  try {
    for (const name of RECORDS) {
      for (const [what, put] of Object.entries(PUTS)) {
        const wrong = await rig.violations(name, (path) => put(path, rig.good(name), outside), seen);
        found.push(...wrong.map((problem) => `${name}, ${what}: ${problem}`));
      }
    }
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
  return found;
}

/** What gives each away. */
const SHOWS: Readonly<Record<Exclude<StoreMutant, "a FIFO is waited for">, string>> = {
  "unreadable is absent": "lock, half a record: the lock is lost",
  "one bad record stops all": "stops whoever looks",
  "links are followed": "lock, a link to the good one: ",
  "quarantine deletes": "it is not in corrupt/",
  "quarantine leaves it": "it is not in corrupt/",
  "the floor is not raised": "ledger, half a record: the next fence",
};

for (const sys of SYSTEMS) {
  test(`the store on ${sys.name} loses nothing beside a record that is no record`, async () => {
    expect(await all(sys, sys)).toEqual([]);
  }, 60_000);

  for (const mutant of STORE_MUTANTS) {
    if (mutant === "a FIFO is waited for") continue;
    test(`a store in which ${mutant} is found out, on ${sys.name}`, async () => {
      const found = await all(sys, mutated(sys, mutant));
      const shown = found.filter((line) => line.includes(SHOWS[mutant]));
      expect(shown).not.toEqual([]);
      record({ mutant: `corrupt: ${mutant} (${sys.name})`, by: `${shown[0] ?? ""}, and ${found.length - 1} more` });
    }, 60_000);
  }
}

/** A process that waits for ever is one that was killed for it. */
const WORKER = join(import.meta.dir, "fifo-worker.ts");
const FOR_EVER_MS = 4000;

function looksAtFifo(mutant: string): { readonly ended: boolean; readonly out: string } {
  const done = Bun.spawnSync([process.execPath, WORKER, mutant], { timeout: FOR_EVER_MS, killSignal: "SIGKILL" });
  return { ended: done.exitCode === 0, out: `${done.stdout.toString()}${done.stderr.toString()}` };
}

test("a FIFO in place of any record is not waited for; a store that waits is found out", () => {
  expect(looksAtFifo("none")).toEqual({ ended: true, out: "[]\n" });
  expect(looksAtFifo("a FIFO is waited for")).toEqual({ ended: false, out: "" });
  record({ mutant: "corrupt: a FIFO is waited for", by: `no answer within ${FOR_EVER_MS} ms` });
}, 60_000);
