/**
 * A record that the system cannot read at the moment is neither absent nor broken: nothing is decided without it, it
 * stays where it is, and it counts again as soon as it can be read.
 */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { isCoordError } from "../../src/domain/errors.ts";
import type { Errno, Sys } from "../../src/platform/sys/types.ts";
import type { PathChange, Store } from "../../src/store/store.ts";
import { draft, grant, ledger, lock, pathId } from "../domain/samples.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { gated, killedWhen } from "./faults.ts";
import { stateFolder, type Folder } from "./folder.ts";

const WAIT = { waitMs: 5000 };
const [A, B] = [pathId("a.ts"), pathId("b.ts")];
const VICTIM = 7;
/** What says nothing about the file itself. The last one, because its mode lets its owner read it. */
const ERRORS: readonly Errno[] = ["EIO", "EMFILE", "EACCES"];

function granted(path: typeof A, fence: number): PathChange {
  return { path, lock: { to: lock(path, grant("a", { fence })) }, ledger: { to: ledger(path, { fence }) } };
}

interface Kind {
  readonly name: string;
  readonly file: (folder: Folder) => string;
  readonly lay: (folder: Folder) => Promise<unknown>;
  /** What has to read it. */
  readonly use: (store: Store) => Promise<unknown>;
  /** Afterwards, when it can be read again. */
  readonly check: (folder: Folder) => Promise<void>;
}

const KINDS: readonly Kind[] = [
  {
    name: "a journal",
    file: ({ layout }) => layout.journal,
    lay: async (folder) => {
      const { sys } = killedWhen(folder.sys, (_, path) => path.includes("/locks/"));
      const both = { answer: undefined, paths: [granted(A, 1), granted(B, 1)] };
      await folder
        .open({ pid: VICTIM, sys })
        .transact(() => both, WAIT)
        .catch(() => undefined);
      folder.bury(VICTIM);
    },
    use: async (store) => store.transact(() => ({ answer: undefined }), WAIT),
    check: async (folder) => {
      const both = await folder
        .open()
        .transact((tx) => ({ answer: [A, B].map(({ key }) => tx.path(key).lock?.grants.length) }), WAIT);
      expect(both).toEqual([1, 1]);
    },
  },
  {
    name: "the floor of fences",
    file: ({ layout }) => layout.floor,
    lay: async ({ layout }) => writeFileSync(layout.floor, '{"schema_version":"1.0.0","fence_floor":41}\n'),
    use: async (store) => store.transact((tx) => ({ answer: tx.fenceFloor() }), WAIT),
    check: async (folder) => {
      expect(await folder.open().transact((tx) => ({ answer: tx.fenceFloor() }), WAIT)).toBe(41);
    },
  },
  {
    name: "the counter of decisions",
    file: ({ layout }) => `${layout.top}/decision-counter.json`,
    lay: async (folder) => (await folder.open().decisions()).add(draft("first"), WAIT),
    use: async (store) => (await store.decisions()).add(draft("refused"), WAIT),
    check: async (folder) => {
      const { decision_id } = await (await folder.open().decisions()).add(draft("second"), WAIT);
      expect(decision_id).toMatch(/^DEC-\d{8}-0002-/);
    },
  },
];

/** Every reading of one file is refused. */
function unable(sys: Sys, file: string, errno: Errno): Sys {
  return {
    ...gated(sys, () => ""),
    open: (path, mode) => (path === file && mode === "read" ? errno : sys.open(path, mode)),
  };
}

for (const sys of SYSTEMS) {
  describe(`fileStore() on ${sys.name}`, () => {
    for (const { name, file, lay, use, check } of KINDS) {
      test(`decides nothing while ${name} cannot be read, and leaves it where it is`, async () => {
        const folder = stateFolder(sys);
        try {
          await lay(folder);
          for (const errno of ERRORS) {
            const store = folder.open({ sys: unable(sys, file(folder), errno) });
            const error: unknown = await use(store).then(
              () => "nothing was thrown",
              (thrown: unknown) => thrown,
            );
            expect(isCoordError(error) ? error.code : error).toBe("IO");
            expect(error instanceof Error ? error.message : "").toContain(errno);
            expect(store.reports()).toEqual([]);
            expect(readdirSync(folder.layout.corrupt)).toEqual([]);
          }
          await check(folder);
        } finally {
          folder.close();
        }
      });
    }

    test("leaves a log that somebody else wrote where it is while it cannot be read, and says so", async () => {
      const folder = stateFolder(sys);
      const log = folder.layout.decisionLog;
      try {
        writeFileSync(log, '{"schema_version":"1.0.0","decisions":[]}\n');
        for (const errno of ERRORS) {
          const store = folder.open({ sys: unable(sys, log, errno) });
          await (await store.decisions()).refresh();
          expect(store.reports().join()).toContain(errno);
          expect(readdirSync(folder.layout.corrupt)).toEqual([]);
          expect(readFileSync(log, "utf8")).toContain('"decisions":[]');
        }
      } finally {
        folder.close();
      }
    });

    test("does not take a folder that cannot be looked into for an empty one", async () => {
      const folder = stateFolder(sys);
      try {
        await folder.open().transact(() => ({ answer: undefined, paths: [granted(A, 1)] }), WAIT);
        await (await folder.open().decisions()).add(draft("one"), WAIT);
        const { locks, heartbeats, held, decisions } = folder.layout;
        const looks: readonly (readonly [string, (store: Store) => Promise<unknown>])[] = [
          [locks, async (store) => store.locks()],
          [heartbeats, async (store) => store.instances()],
          [heartbeats, async (store) => store.transact((tx) => ({ answer: tx.instanceIds() }), WAIT)],
          [`${held}/a`, async (store) => store.held("a")],
          [decisions, async (store) => [...(await store.decisions()).newest()]],
        ];
        for (const [path, look] of looks) {
          const store = folder.open({ sys: { ...sys, list: (dir) => (dir === path ? "EIO" : sys.list(dir)) } });
          const error: unknown = await look(store).then(
            (seen) => `it saw ${JSON.stringify(seen)}`,
            (thrown: unknown) => thrown,
          );
          expect(isCoordError(error) ? `${error.code} ${error.message}` : error).toBe(
            `IO Cannot look into "${path}": EIO`,
          );
        }
      } finally {
        folder.close();
      }
    });
  });
}
