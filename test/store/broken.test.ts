/** State that somebody or something has damaged: nobody hangs, nobody else is affected, nothing outside is touched. */
import { describe, expect, test } from "bun:test";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { acquire } from "../../src/domain/acquire.ts";
import { randomName } from "../../src/platform/random-name.ts";
import type { Sys } from "../../src/platform/sys/types.ts";
import type { Stamp } from "../../src/domain/time.ts";
import { fileStore } from "../../src/store/file/file-store.ts";
import type { Store, Transaction } from "../../src/store/store.ts";
import { actor, around, grant, hashOf, instance, ledger, lock, pathId } from "../domain/samples.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { LOCK_TTL_MS, stateFolder, type Folder } from "./folder.ts";

/** Nobody is in the way in these tests: a machine that is busy with other things may still need a while. */
const WAIT = { waitMs: 5000 };
const [A, B] = [pathId("a.ts"), pathId("b.ts")];

/** Puts something at `path`, where `good` is what stood there. */
type Damage = (path: string, good: string, folder: Folder) => void;

const DAMAGES: Readonly<Record<string, Damage>> = {
  "an empty file": (path) => writeFileSync(path, ""),
  "half a record": (path, good) => writeFileSync(path, good.slice(0, good.length / 2)),
  "NUL bytes": (path, good) => writeFileSync(path, "\0".repeat(good.length)),
  "bytes that are no text": (path) => writeFileSync(path, new Uint8Array([0xff, 0xfe, 0x80])),
  "a list": (path) => writeFileSync(path, "[]"),
  "a number": (path) => writeFileSync(path, "1"),
  "a record that lacks a field": (path, good) => writeFileSync(path, good.replace("schema_version", "schema")),
  "a record of a wrong type": (path, good) =>
    writeFileSync(path, good.replace(/"schema_version":"[^"]*"/, '"schema_version":[]')),
  "an own __proto__": (path) => writeFileSync(path, '{"__proto__":{"schema_version":"1.0.0"}}'),
  "deep nesting": (path) => writeFileSync(path, "[".repeat(100_000)),
  "five megabytes": (path, good) => writeFileSync(path, good + " ".repeat(5 * 1024 * 1024)),
  "a sparse gigabyte": (path) => {
    writeFileSync(path, "");
    truncateSync(path, 1024 ** 3);
  },
  "a link to a good record": (path, good, folder) => {
    writeFileSync(outside(folder), good);
    symlinkSync(outside(folder), path);
  },
  "a dangling link": (path) => symlinkSync("nowhere", path),
  "a link to itself": (path) => symlinkSync(path, path),
  "a FIFO": (path) => {
    Bun.spawnSync(["mkfifo", path]);
  },
  "a folder": (path) => mkdirSync(join(path, "full"), { recursive: true }),
};

function outside(folder: Folder): string {
  return join(folder.layout.top, "outside.json");
}

/** Damages the only version of a record. */
function damage(folder: Folder, dir: "locks" | "files" | "heartbeats", name: string, how: Damage): void {
  const [file, ...more] = readdirSync(folder.layout[dir]).filter((f) => f.startsWith(name));
  if (file === undefined || more.length > 0) throw new Error(`not one version of ${name}`);
  const path = join(folder.layout[dir], file);
  const good = readFileSync(path, "utf8");
  rmSync(path);
  how(path, good, folder);
}

async function prepared(folder: Folder): Promise<Store> {
  const store = folder.open();
  await store.transact(
    () => ({
      answer: undefined,
      paths: [A, B].map((path) => ({
        path,
        lock: { to: lock(path, grant("a", { fence: 50 })) },
        ledger: { to: ledger(path, { fence: 50 }) },
      })),
      instances: ["a", "b"].map((id) => ({ id, to: instance(id) })),
    }),
    WAIT,
  );
  return folder.open();
}

function look<T>(store: Store, reading: (tx: Transaction) => T): Promise<T> {
  return store.transact((tx) => ({ answer: reading(tx) }), WAIT);
}

function inFolder(sys: Sys, body: (folder: Folder, store: Store) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = stateFolder(sys);
    try {
      await body(folder, await prepared(folder));
    } finally {
      folder.close();
    }
  };
}

/** What is in quarantine, without the reasons that lie beside. */
function quarantined(folder: Folder): readonly string[] {
  return readdirSync(folder.layout.corrupt).filter((name) => !name.endsWith(".reason"));
}

for (const sys of SYSTEMS) {
  for (const [what, how] of Object.entries(DAMAGES)) {
    describe(`fileStore() on ${sys.name}, with ${what} in place of`, () => {
      test(
        "a lock: counts as held by somebody unknown until its time plus ttl, then is moved away",
        inFolder(sys, async (folder, store) => {
          damage(folder, "locks", A.key, how);
          const holders = (tx: Transaction | Store): readonly string[] =>
            tx.path(A.key).lock?.grants.map((g) => g.locked_by.instance_id) ?? [];
          expect(holders(store)).toEqual(["unknown"]);
          expect(await look(store, holders)).toEqual(["unknown"]);
          expect(quarantined(folder)).toEqual([]);
          folder.pass(LOCK_TTL_MS + 1000);
          expect(holders(store)).toEqual([]);
          expect(quarantined(folder)).toEqual([]);
          expect(await look(store, holders)).toEqual([]);
          expect(quarantined(folder)).toHaveLength(1);
          expect(store.reports()).toHaveLength(1);
          expect(store.reports()).toEqual([]);
          expect(store.path(B.key).lock?.grants[0]?.locked_by.instance_id).toBe("a");
          expect(readdirSync(folder.layout.locks).filter((f) => f.startsWith(A.key))).toEqual([]);
        }),
      );

      test(
        "a lock: stays what it is when somebody else ends his business with the path",
        inFolder(sys, async (folder, store) => {
          damage(folder, "locks", A.key, how);
          const files = readdirSync(folder.layout.locks).toSorted();
          await store.transact((tx) => {
            const found = tx.path(A.key).lock;
            const to =
              found === undefined ? undefined : { ...found, grants: found.grants.filter((g) => g.lock_id !== "mine") };
            return { answer: undefined, paths: [{ path: A, lock: { to }, ledger: { to: ledger(A, { fence: 51 }) } }] };
          }, WAIT);
          expect(readdirSync(folder.layout.locks).toSorted()).toEqual(files);
          expect(store.path(A.key).lock?.grants.map((g) => g.locked_by.instance_id)).toEqual(["unknown"]);
          expect(store.path(A.key).ledger?.fence).toBe(51);
          folder.pass(LOCK_TTL_MS + 1000);
          await look(store, (tx) => tx.path(A.key));
          expect(quarantined(folder)).toHaveLength(1);
        }),
      );

      test(
        "a ledger: is moved away, and the fences of its path go on above the old ones",
        inFolder(sys, async (folder, store) => {
          damage(folder, "files", A.key, how);
          expect(store.path(A.key).ledger).toBeUndefined();
          expect(quarantined(folder)).toEqual([]);
          expect(await look(store, (tx) => tx.path(A.key).ledger)).toBeUndefined();
          expect(quarantined(folder)).toHaveLength(1);
          expect(store.reports()).toHaveLength(1);
          expect(await look(store, (tx) => tx.fenceFloor())).toBeGreaterThan(50);
          expect(await look(store, (tx) => tx.path(B.key).ledger?.fence)).toBe(50);
        }),
      );

      test(
        "an instance: is moved away, and the others stay registered",
        inFolder(sys, async (folder, store) => {
          damage(folder, "heartbeats", "a", how);
          expect(store.instance("a")).toBeUndefined();
          expect(store.instances().map((i) => i.instance_id)).toEqual(["b"]);
          expect(await look(store, (tx) => tx.instance("a"))).toBeUndefined();
          expect(quarantined(folder)).toHaveLength(1);
          expect(store.reports()).toHaveLength(1);
          await store.transact(() => ({ answer: undefined, instances: [{ id: "a", to: instance("a") }] }), WAIT);
          expect(store.instance("a")?.instance_id).toBe("a");
        }),
      );

      test(
        "the floor of fences: the wall clock is above them all",
        inFolder(sys, async (folder, store) => {
          how(folder.layout.floor, '{"schema_version":"1.0.0","fence_floor":7}\n', folder);
          const before = Date.now() * 1000 - 1000;
          expect(await look(store, (tx) => tx.fenceFloor())).toBeGreaterThan(before);
          expect(quarantined(folder)).toHaveLength(1);
          expect(await look(store, (tx) => tx.fenceFloor())).toBeGreaterThan(before);
          expect(quarantined(folder)).toHaveLength(1);
        }),
      );

      test(
        "the journal: is moved away and stops nobody",
        inFolder(sys, async (folder, store) => {
          how(folder.layout.journal, '{"schema_version":"1.0.0","parts":[]}\n', folder);
          expect(await look(store, (tx) => tx.path(A.key).ledger?.fence)).toBe(50);
          expect(quarantined(folder)).toHaveLength(1);
          expect(store.reports()).toHaveLength(1);
        }),
      );

      test(
        "the history: nobody waits for it, and it is read as far as it can be",
        inFolder(sys, async (folder, store) => {
          rmSync(folder.layout.events, { force: true });
          how(folder.layout.events, '{"event":"said","instance":"a"}\n', folder);
          const said = { event: "held", instance: "b" } as const;
          await store.transact(() => ({ answer: undefined, events: [said] }), WAIT);
          expect(Array.isArray(store.events(-1, 65_536).events)).toBe(true);
          if (what === "a link to a good record") expect(readFileSync(outside(folder), "utf8")).not.toContain('"b"');
          // The file may have grown to a gigabyte: what is read stays small.
          expect(store.events(0, 65_536).events.length).toBeLessThan(10);
        }),
      );
    });
  }

  describe(`fileStore() on ${sys.name}`, () => {
    test(
      "gives the reason beside what it moved away",
      inFolder(sys, async (folder, store) => {
        damage(folder, "files", A.key, (path) => writeFileSync(path, "{"));
        await look(store, (tx) => tx.path(A.key));
        const [name] = quarantined(folder);
        expect(readFileSync(join(folder.layout.corrupt, `${name}.reason`), "utf8")).toContain("not JSON");
        expect(readFileSync(join(folder.layout.corrupt, name ?? ""), "utf8")).toBe("{");
      }),
    );

    test(
      "never gives a fence twice although the newer of two versions of a ledger is broken",
      inFolder(sys, async (folder, store) => {
        const [file] = readdirSync(folder.layout.files).filter((f) => f.startsWith(A.key));
        if (file === undefined) throw new Error("no ledger");
        const old = readFileSync(join(folder.layout.files, file), "utf8");
        await store.transact(
          () => ({ answer: undefined, paths: [{ path: A, ledger: { to: ledger(A, { fence: 60 }) } }] }),
          WAIT,
        );
        damage(folder, "files", A.key, (path, good) => writeFileSync(path, good.slice(0, 20)));
        // As a crash between publishing the new version and removing the old one leaves it.
        writeFileSync(join(folder.layout.files, file), old);
        expect(await look(store, (tx) => tx.path(A.key).ledger?.fence)).toBeGreaterThan(60);
      }),
    );

    test(
      "counts a path as held by somebody unknown when only the older of two versions of its lock can be read",
      inFolder(sys, async (folder, store) => {
        const [file] = readdirSync(folder.layout.locks).filter((f) => f.startsWith(A.key));
        if (file === undefined) throw new Error("no lock");
        const old = readFileSync(join(folder.layout.locks, file), "utf8");
        await store.transact(
          () => ({ answer: undefined, paths: [{ path: A, lock: { to: lock(A, grant("b", { fence: 51 })) } }] }),
          WAIT,
        );
        damage(folder, "locks", A.key, (path) => writeFileSync(path, ""));
        writeFileSync(join(folder.layout.locks, file), old);
        const ids = await look(store, (tx) => tx.path(A.key).lock?.grants.map((g) => g.locked_by.instance_id));
        expect(ids).toContain("unknown");
      }),
    );

    test(
      "skips broken lines of the history and keeps the rest",
      inFolder(sys, async (folder, store) => {
        const event = (n: number) => ({ event: "held", instance: "a", n }) as const;
        const say = (n: number): Promise<void> =>
          store.transact(() => ({ answer: undefined, events: [event(n)] }), WAIT);
        await say(1);
        writeFileSync(folder.layout.events, 'no JSON\n{"event":3}\n[]\n\0\0\n\n{"event":"x"}\n', { flag: "a" });
        await say(2);
        writeFileSync(folder.layout.events, '{"event":"cut off by a full di', { flag: "a" });
        expect(store.events(-1, 65_536).events.map((e) => e["n"])).toEqual([1, 2]);
      }),
    );

    test(
      "starts the history anew when it has grown large, and keeps the one before",
      inFolder(sys, async (folder, store) => {
        const line = `${JSON.stringify({ event: "said", instance: "a", text: "x".repeat(1000) })}\n`;
        writeFileSync(folder.layout.events, line.repeat(4200));
        await store.prune(86_400_000, WAIT);
        await store.transact(() => ({ answer: undefined, events: [{ event: "held", instance: "b" }] }), WAIT);
        expect(store.events(4_000_000, 65_536).events.map((e) => e.instance)).toEqual(["b"]);
        const files = readdirSync(folder.layout.top).filter((f) => f.startsWith("events"));
        expect(files.toSorted()).toEqual(["events.1.jsonl", "events.jsonl"]);
      }),
    );

    test(
      "writes no history into a file that somebody else has too, and starts one of its own when it prunes",
      inFolder(sys, async (folder, store) => {
        const say = (): Promise<void> =>
          store.transact(() => ({ answer: undefined, events: [{ event: "held", instance: "b" }] }), WAIT);
        writeFileSync(outside(folder), "somebody's\n");
        rmSync(folder.layout.events, { force: true });
        linkSync(outside(folder), folder.layout.events);
        await say();
        await store.prune(86_400_000, WAIT);
        await say();
        expect(readFileSync(outside(folder), "utf8")).toBe("somebody's\n");
        expect(store.events(-1, 65_536).events).toHaveLength(1);
      }),
    );

    test(
      "removes scratch that is older than an hour, and only its own",
      inFolder(sys, async (folder, store) => {
        const { tmp, top } = folder.layout;
        const old = randomName();
        for (const name of [old, `told-${"0a".repeat(12)}`, "not-ours.txt"]) writeFileSync(join(tmp, name), "");
        mkdirSync(join(top, "guard.tmp.0a1b"));
        writeFileSync(join(top, "guard.tmp.0a1b", "free"), "");
        mkdirSync(join(top, "guard.tmp.0a1c"));
        writeFileSync(join(top, "guard.tmp.0a1c", "somebody's"), "");
        folder.pass(3_700_000);
        const young = randomName();
        writeFileSync(join(tmp, young), "");
        await store.prune(86_400_000, WAIT);
        expect(readdirSync(tmp).toSorted()).toEqual([young, "not-ours.txt"].toSorted());
        expect(readdirSync(top)).not.toContain("guard.tmp.0a1b");
        expect(readdirSync(join(top, "guard.tmp.0a1c"))).toEqual(["somebody's"]);
      }),
    );
  });
}

describe("A record that was copied to another's name", () => {
  for (const sys of SYSTEMS) {
    test(
      `is not taken for the other's, on ${sys.name}`,
      inFolder(sys, async (folder, store) => {
        damage(folder, "heartbeats", "b", (path) =>
          writeFileSync(path, readFileSync(join(folder.layout.heartbeats, "a.json"), "utf8")),
        );
        expect(store.instance("b")).toBeUndefined();
        expect(store.instances().map((i) => i.instance_id)).toEqual(["a"]);
        damage(folder, "locks", B.key, (path) =>
          writeFileSync(path, readFileSync(join(folder.layout.locks, `${A.key}.json`), "utf8")),
        );
        expect(store.path(B.key).lock?.grants.map((g) => g.locked_by.instance_id)).toEqual(["unknown"]);
        expect(await look(store, (tx) => tx.instance("b"))).toBeUndefined();
        expect(store.reports()).toEqual([expect.stringContaining("is the record of another name")]);
      }),
    );
  }
});

describe("A broken lock file whose time lies in the future", () => {
  for (const sys of SYSTEMS) {
    test(
      `is held by somebody unknown no longer than others, on ${sys.name}`,
      inFolder(sys, async (folder) => {
        damage(folder, "locks", A.key, (path) => {
          writeFileSync(path, "{");
          utimesSync(path, 4_000_000_000, 4_000_000_000);
        });
        const holdersAfter = (ms: number): number => {
          const now = (): Stamp => ({ ...folder.now(), wall_ms: Date.now() + ms });
          const options = { stateDir: folder.layout.top, sys, self: () => folder.self(1), judge: folder.judge, now };
          return fileStore({ ...options, ttlMs: LOCK_TTL_MS }).path(A.key).lock?.grants.length ?? 0;
        };
        expect([holdersAfter(0), holdersAfter(LOCK_TTL_MS + 1000)]).toEqual([1, 0]);
      }),
    );
  }
});

describe("A fence that is no number to be counted on", () => {
  for (const sys of SYSTEMS) {
    test(
      `is no fence: the next ones grow, on ${sys.name}`,
      inFolder(sys, async (folder, store) => {
        for (const wrong of ["99999999999999999999", "1.7976931348623157e308", "9007199254740991"]) {
          const [file = ""] = readdirSync(folder.layout.files).filter((f) => f.startsWith(A.key));
          const path = join(folder.layout.files, file);
          writeFileSync(path, readFileSync(path, "utf8").replace(/"fence":[^,]*/, `"fence":${wrong}`));
          writeFileSync(folder.layout.floor, `{"schema_version":"1.0.0","fence_floor":${wrong}}\n`);
          const floor = await look(store, (tx) => (tx.path(A.key).ledger === undefined ? tx.fenceFloor() : 0));
          expect(floor).toBeGreaterThan(50);
          expect(Number.isSafeInteger(floor + 1)).toBe(true);
          await store.transact(
            () => ({ answer: undefined, paths: [{ path: A, ledger: { to: ledger(A, { fence: floor + 1 }) } }] }),
            WAIT,
          );
          expect(await look(store, (tx) => tx.path(A.key).ledger?.fence)).toBe(floor + 1);
        }
      }),
    );
  }
});

describe("acquire() in the transaction that finds the ledger broken", () => {
  for (const sys of SYSTEMS) {
    test(
      `grants with a fence above the lost one, on ${sys.name}`,
      inFolder(sys, async (folder, store) => {
        damage(folder, "files", A.key, (path) => writeFileSync(path, ""));
        const me = actor("a");
        const fence = await store.transact((tx) => {
          const request = {
            path: A,
            me,
            kind: "claim",
            ttlMs: null,
            intent: "",
            toolUseId: null,
            lockId: "l",
          } as const;
          const state = tx.path(A.key);
          const world = around({ instances: [], fenceFloor: tx.fenceFloor() });
          const outcome = acquire({ ...state, lock: undefined }, { ...request, contentHash: hashOf("") }, world);
          return { answer: outcome.outcome === "granted" ? outcome.grant.fence : 0 };
        }, WAIT);
        expect(fence).toBeGreaterThan(50);
      }),
    );
  }
});
