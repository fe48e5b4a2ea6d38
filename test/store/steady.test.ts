/** Looking without the guard: RELIABILITY section 3, "Readers without the guard". */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { isCoordError } from "../../src/domain/errors.ts";
import type { Store } from "../../src/store/store.ts";
import { grant, ledger, lock, pathId } from "../domain/samples.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { gated, killedWhen } from "./faults.ts";
import { stateFolder, type Folder } from "./folder.ts";

const WAIT = { waitMs: 5000 };
const [A, B] = [pathId("a.ts"), pathId("b.ts")];
const DEAD = 77;

const granted = (id: string, fence: number) =>
  [A, B].map((path) => ({
    path,
    lock: { to: lock(path, grant(id, { fence })) },
    ledger: { to: ledger(path, { fence }) },
  }));
const holdersIn = (store: Store) => [A, B].map(({ key }) => store.path(key).lock?.grants[0]?.locked_by.instance_id);
const taken = (store: Store, id: string, fence: number): Promise<void> =>
  store.transact(() => ({ answer: undefined, paths: granted(id, fence) }), WAIT);

for (const sys of SYSTEMS) {
  describe(`steady() on ${sys.name}`, () => {
    let folder: Folder;
    beforeEach(() => {
      folder = stateFolder(sys);
    });
    afterEach(() => folder.close());

    /** A process that dies when the first of two locks is in force and the second is not. */
    const dieHalfWay = async (): Promise<void> => {
      let locks = 0;
      const isSecond = (what: string, path: string): boolean =>
        what === "rename" && path.includes("/locks/") && (locks += 1) === 2;
      const victim = killedWhen(sys, isSecond);
      await taken(folder.open({ pid: DEAD, sys: victim.sys }), "b", 2).catch(() => undefined);
      expect(victim.dead()).toBe(true);
    };

    test("sees all of what a dead process left half done, and nothing of the journal stays", async () => {
      await taken(folder.open(), "a", 1);
      await dieHalfWay();
      folder.bury(DEAD);
      // What a look without it would have told.
      expect(holdersIn(folder.open())).toEqual(["b", "a"]);
      const reader = folder.open();
      expect(await reader.steady(() => holdersIn(reader), WAIT)).toEqual(["b", "b"]);
      expect(sys.lstat(folder.layout.journal)).toBe("ENOENT");
      expect(sys.list(folder.layout.guard)).toEqual(["free"]);
    });

    test("waits for one who lives, and looks then", async () => {
      await taken(folder.open(), "a", 1);
      await dieHalfWay();
      let isDone = false;
      // While the reader sleeps, the change is finished: played by one who takes over.
      const sleeping = {
        ...sys,
        sleepMs: () => {
          if (!isDone) {
            isDone = true;
            folder.bury(DEAD);
            void folder.open().transact(() => ({ answer: undefined }), WAIT);
          }
          sys.sleepMs(1);
        },
      };
      const reader = folder.open({ sys: sleeping });
      expect(await reader.steady(() => holdersIn(reader), WAIT)).toEqual(["b", "b"]);
    });

    test("looks again when a whole change went by between two of its reads", async () => {
      await taken(folder.open(), "a", 1);
      const [reader, writer] = [folder.open(), folder.open()];
      const looks: (readonly (string | undefined)[])[] = [];
      const seen = await reader.steady(() => {
        const first = reader.path(A.key).lock?.grants[0]?.locked_by.instance_id;
        if (looks.length === 0) void taken(writer, "b", 2);
        const look = [first, reader.path(B.key).lock?.grants[0]?.locked_by.instance_id];
        looks.push(look);
        return look;
      }, WAIT);
      expect(looks[0]).toEqual(["a", "b"]);
      expect(seen).toEqual(["b", "b"]);
    });

    test("tells what it sees where the guard cannot be had", async () => {
      await taken(folder.open(), "a", 1);
      await dieHalfWay();
      const readOnly = gated(sys, (what) => (what === "look" ? "" : "EROFS"));
      const reader = folder.open({ sys: readOnly });
      expect(await reader.steady(() => holdersIn(reader), WAIT)).toEqual(["b", "a"]);
    });

    test("does not wait where nothing has changed for a while", async () => {
      await taken(folder.open(), "a", 1);
      utimesSync(folder.layout.top, 1, 1);
      const impatient = {
        ...sys,
        sleepMs: () => {
          throw new Error("it slept");
        },
      };
      const reader = folder.open({ sys: impatient });
      expect(await reader.steady(() => holdersIn(reader), WAIT)).toEqual(["a", "a"]);
    });
  });

  test(`transact() on ${sys.name} refuses a change that its journal could not hold, and changes nothing`, async () => {
    const folder = stateFolder(sys);
    try {
      const huge = { ...grant("a"), intent: "x".repeat(3_000_000) };
      const paths = [A, B].map((path) => ({ path, lock: { to: lock(path, huge) } }));
      const error = await folder
        .open()
        .transact(() => ({ answer: undefined, paths }), WAIT)
        .catch((e: unknown) => e);
      expect(isCoordError(error) ? error.code : error).toBe("USAGE");
      expect(sys.list(folder.layout.locks)).toEqual([]);
      expect(sys.list(folder.layout.guard)).toEqual(["free"]);
    } finally {
      folder.close();
    }
  });
}
