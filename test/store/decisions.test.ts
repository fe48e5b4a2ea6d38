/**
 * The decision log in a folder: who adds at the same time, what a killed process or a refusing disk leaves, what others
 * have put there. The processes are played in this one; the disk is real. RELIABILITY sections 3 and 4.
 */
import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { parseFullDecisionId } from "../../src/domain/decision-id.ts";
import type { DecisionRecord } from "../../src/domain/decision.ts";
import { isCoordError } from "../../src/domain/errors.ts";
import type { Errno, Sys } from "../../src/platform/sys/types.ts";
import { decisionLogSchema } from "../../src/schema/decision-log.ts";
import { fileStore, type FileStoreOptions } from "../../src/store/file/file-store.ts";
import type { Store } from "../../src/store/store.ts";
import { decision, draft } from "../domain/samples.ts";
import { SYSTEMS } from "../platform/systems.ts";
import { failingAt, gated, killedBefore, wasKilled } from "./faults.ts";
import { LOCK_TTL_MS, stateFolder, type Folder } from "./folder.ts";

const WAIT = { waitMs: 5000 };
const VICTIM = 7;
/** More than adding a decision needs. */
const MANY = 200;
/** Older than what git may just be writing. */
const OLD = new Date(Date.now() - 3_600_000);

/** Each of these is in memory at most for the length of a test. */
async function inFolder(body: (folder: Folder) => Promise<void>, sys: Sys = first()): Promise<void> {
  const folder = stateFolder(sys);
  try {
    await body(folder);
  } finally {
    folder.close();
  }
}

function first(): Sys {
  const [sys] = SYSTEMS;
  if (sys === undefined) throw new Error("no system");
  return sys;
}

function openWith(folder: Folder, options: Partial<FileStoreOptions>): Store {
  const { layout, sys, judge, now } = folder;
  return fileStore({
    stateDir: layout.top,
    sys,
    self: () => folder.self(VICTIM),
    judge,
    now,
    ttlMs: LOCK_TTL_MS,
    ...options,
  });
}

async function add(store: Store, title: string): Promise<DecisionRecord> {
  return (await store.decisions()).add(draft(title), WAIT);
}

async function newest(store: Store): Promise<readonly DecisionRecord[]> {
  return [...(await store.decisions()).newest()];
}

/** IDs in `decision-log.json`, oldest first. */
function derived(folder: Folder): readonly string[] {
  const log = v.parse(
    v.pipe(v.string(), v.parseJson(), decisionLogSchema),
    readFileSync(folder.layout.decisionLog, "utf8"),
  );
  return log.decisions.map((entry) => entry.decision_id);
}

/** The derived log as it is, and as it is made anew from nothing. */
async function derivedTwice(folder: Folder): Promise<readonly [string, string]> {
  const text = (): string => readFileSync(folder.layout.decisionLog, "utf8").replace(/"log_created_at": "[^"]*"/, "");
  const before = existsSync(folder.layout.decisionLog) ? text() : "";
  rmSync(folder.layout.decisionLog, { force: true });
  await (await folder.open().decisions()).refresh();
  return [before, text()];
}

function path(folder: Folder, id: string): string {
  return join(folder.layout.decisions, `${id.slice(4, 8)}-${id.slice(8, 10)}`, `${id}.json`);
}

function put(folder: Folder, id: string, text: string): string {
  const file = path(folder, id);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A system on which `during` happens, once, right before a rename or link to a path that `at` picks. */
function interrupted(sys: Sys, at: (path: string) => boolean, during: () => void): Sys {
  let done = false;
  return gated(sys, (what, target) => {
    if (!done && (what === "rename" || what === "link") && at(target)) {
      done = true;
      during();
    }
    return "";
  });
}

describe("adding at the same time", () => {
  /** Adds one decision, and another in the middle of advancing the counter. Answers both numbers. */
  async function numbers(folder: Folder, options: Partial<FileStoreOptions>): Promise<readonly number[]> {
    const inner = await openWith(folder, { ...options, self: () => folder.self(8) }).decisions();
    const pending: Promise<DecisionRecord>[] = [];
    const sys = interrupted(
      folder.sys,
      (target) => target.includes("decision-counter"),
      // Whoever is kept out by the guard asks again.
      () => pending.push(inner.add(draft("b"), { waitMs: 20 }).catch(() => inner.add(draft("b"), WAIT))),
    );
    const a = await add(openWith(folder, { ...options, sys }), "a");
    const all = [a, ...(await Promise.all(pending))];
    return all.map(({ decision_id }) => parseFullDecisionId(decision_id)?.number ?? 0);
  }

  test("no number is given out twice", async () => {
    await inFolder(async (folder) => {
      expect((await numbers(folder, {})).toSorted((a, b) => a - b)).toEqual([1, 2]);
    });
  });

  test("a counter that is read outside of the guard gives one out twice, and is noticed", async () => {
    const guard = { acquire: () => ({ name: "none", takenFrom: undefined, copies: 0 }), release: () => undefined };
    await inFolder(async (folder) => {
      expect(await numbers(folder, { guard })).toEqual([1, 1]);
    });
  });

  /** One adds a decision in the moment in which another publishes the derived log. Answers what that one then lacks. */
  async function missed(
    folder: Folder,
    at: (target: string) => boolean,
    looks: number | undefined,
  ): Promise<readonly string[]> {
    await add(folder.open(), "before");
    const inner = folder.open({ pid: 8 });
    const pending: Promise<DecisionRecord>[] = [];
    const log = await inner.decisions();
    const sys = interrupted(folder.sys, at, () => pending.push(log.add(draft("b"), WAIT)));
    await add(openWith(folder, { sys, ...(looks === undefined ? {} : { looks }) }), "a");
    await Promise.all(pending);
    const there = derived(folder);
    return [...log.ids()].filter((id) => !there.includes(id));
  }

  for (const [what, at] of [
    ["publishes the derived log", (target: string) => target.endsWith("decision-log.json")],
    ["links its decision", (target: string) => target.includes("/decisions/")],
  ] as const) {
    test(`nobody is missing in the derived log when one adds while another ${what}`, async () => {
      await inFolder(async (folder) => {
        expect(await missed(folder, at, undefined)).toEqual([]);
        const [was, anew] = await derivedTwice(folder);
        expect(was).toBe(anew);
      });
    });
  }

  test("a derived log that is written without looking again lacks somebody, and is noticed", async () => {
    await inFolder(async (folder) => {
      expect(await missed(folder, (target) => target.endsWith("decision-log.json"), 1)).toHaveLength(1);
    });
  });

  test("one whose number was given out and whose file comes later is not missing in the end", async () => {
    await inFolder(async (folder) => {
      await add(folder.open(), "before");
      const slow = await folder.open({ pid: 8 }).decisions();
      const pending: Promise<DecisionRecord>[] = [];
      // "a" has its number; "b" gets the next one, is done, and derives without "a", which links only then.
      const sys = interrupted(
        folder.sys,
        (target) => target.includes("/decisions/"),
        () => pending.push(slow.add(draft("b"), WAIT)),
      );
      await add(openWith(folder, { sys }), "a");
      await Promise.all(pending);
      expect(derived(folder)).toHaveLength(3);
    });
  });

  test("a rebuild in the middle of an addition loses nobody", async () => {
    await inFolder(async (folder) => {
      await add(folder.open(), "before");
      rmSync(folder.layout.decisionLog);
      const other = await folder.open({ pid: 8 }).decisions();
      const pending: Promise<DecisionRecord>[] = [];
      const sys = interrupted(
        folder.sys,
        (target) => target.endsWith("decision-log.json"),
        () => pending.push(other.add(draft("b"), WAIT)),
      );
      await (await openWith(folder, { sys }).decisions()).refresh();
      await Promise.all(pending);
      expect(derived(folder)).toHaveLength(2);
    });
  });

  test("the derived log holds the newest 100, as a rebuild does, with those that were superseded", async () => {
    await inFolder(async (folder) => {
      const log = await folder.open().decisions();
      const ids: string[] = [];
      for (let i = 0; i < 130; i += 1) {
        const supersedes = i % 7 === 6 ? (ids[i - 3] ?? null) : null;
        ids.push((await log.add(draft(`${i}`, { supersedes }), WAIT)).decision_id);
      }
      expect(derived(folder)).toEqual(ids.slice(-100));
      const [was, anew] = await derivedTwice(folder);
      expect(was).toBe(anew);
      expect(was).toContain('"status": "superseded"');
    });
  });
});

describe("a process that adds a decision", () => {
  for (const sys of SYSTEMS) {
    test(`leaves it whole or not at all when killed before any change, and the next one works (${sys.name})`, async () => {
      let [n, kept, lost] = [1, 0, 0];
      for (let done = false; !done; n += 1) {
        expect(n).toBeLessThan(MANY);
        await inFolder(async (folder) => {
          const before = await add(folder.open(), "before");
          const victim = killedBefore(sys, n);
          const store = folder.open({ pid: VICTIM, sys: victim.sys });
          const outcome = await add(store, "victim").then(
            (record) => record.decision_id,
            (error: unknown) => error,
          );
          done = !victim.dead();
          if (!done) expect(wasKilled(outcome)).toBe(true);
          folder.bury(VICTIM);
          const next = folder.open();
          const titles = (await newest(next)).map((record) => record.title);
          expect(titles.at(-1)).toBe("before");
          expect(titles.slice(0, -1)).toEqual(titles.includes("victim") ? ["victim"] : []);
          if (titles.includes("victim")) kept += 1;
          else lost += 1;
          if (done) expect(titles).toContain("victim");
          const after = await add(next, "after");
          expect([...(await next.decisions()).ids()][0]).toBe(after.decision_id);
          expect(after.decision_id > before.decision_id).toBe(true);
          const [was, anew] = await derivedTwice(folder);
          expect(was).toBe(anew);
          expect(next.reports()).toEqual([]);
        }, sys);
      }
      expect(kept).toBeGreaterThan(1);
      expect(lost).toBeGreaterThan(5);
    }, 60_000);

    for (const errno of ["ENOSPC", "EIO", "EROFS"] as const satisfies readonly Errno[]) {
      test(`says what is the matter at ${errno} of any change, and never calls a lost decision logged (${sys.name})`, async () => {
        let n = 1;
        const said = new Set<string>();
        for (let done = false; !done; n += 1) {
          expect(n).toBeLessThan(MANY);
          await inFolder(async (folder) => {
            await add(folder.open(), "before");
            const failing = failingAt(sys, n, errno);
            const store = folder.open({ pid: VICTIM, sys: failing.sys });
            const outcome = await add(store, "victim").catch((error: unknown) => error);
            done = !failing.refused();
            folder.bury(VICTIM);
            const titles = (await newest(folder.open())).map((record) => record.title);
            expect(titles.at(-1)).toBe("before");
            if (outcome instanceof Error) {
              expect(isCoordError(outcome)).toBe(true);
              const logged = outcome.message.includes("is logged, but not yet safe on the disk");
              said.add(logged ? "logged" : "not logged");
              // A guard that was lost after the counter has moved concerns no decision either.
              expect(titles.includes("victim")).toBe(logged);
            } else {
              said.add("done");
              expect(titles).toContain("victim");
            }
            await add(folder.open(), "after");
            const [was, anew] = await derivedTwice(folder);
            expect(was).toBe(anew);
          }, sys);
        }
        expect([...said].toSorted()).toEqual(["done", "logged", "not logged"]);
      }, 60_000);
    }
  }
});

describe("numbers", () => {
  const at = (folder: Folder, day: string): Store =>
    openWith(folder, { now: () => ({ wall_ms: Date.parse(`${day}T12:00:00Z`), mono_ms: 1, boot: "b" }) });
  const short = async (store: Store): Promise<string> => (await add(store, "x")).decision_id.slice(0, -7);

  test("go on where the day has come to after the clock was set back and forth", async () => {
    await inFolder(async (folder) => {
      const days = ["2026-01-08", "2026-01-08", "2026-01-09", "2026-01-08", "2026-01-09", "2026-02-01", "2026-01-31"];
      const ids: string[] = [];
      for (const day of days) ids.push(await short(at(folder, day)));
      expect(ids.slice(0, 4)).toEqual([
        "DEC-20260108-0001",
        "DEC-20260108-0002",
        "DEC-20260109-0001",
        "DEC-20260108-0003",
      ]);
      expect(ids.at(-1)).toBe("DEC-20260131-0001");
      expect((await newest(folder.open())).length).toBe(days.length);
    });
  });

  for (const [what, harm] of [
    ["is gone", (file: string) => rmSync(file)],
    ["is empty", (file: string) => writeFileSync(file, "")],
    ["is not JSON", (file: string) => writeFileSync(file, "{ half")],
    ["is of another shape", (file: string) => writeFileSync(file, '{"day":"today","last":-1}')],
    ["has run away", (file: string) => writeFileSync(file, '{"schema_version":"1","day":"20260108","last":1e300}')],
  ] as const) {
    test(`go on where the day has come to when the counter ${what}`, async () => {
      await inFolder(async (folder) => {
        for (let i = 0; i < 3; i += 1) await short(at(folder, "2026-01-08"));
        for (const name of readdirSync(folder.layout.top)) {
          if (name.startsWith("decision-counter")) harm(join(folder.layout.top, name));
        }
        expect(await short(at(folder, "2026-01-08"))).toBe("DEC-20260108-0004");
        expect(await short(at(folder, "2026-01-08"))).toBe("DEC-20260108-0005");
      });
    });
  }

  test("are not driven out of bounds by a name in the folder", async () => {
    await inFolder(async (folder) => {
      put(folder, "DEC-20260108-999999999999-aaaaaa", "{}");
      expect(await short(at(folder, "2026-01-08"))).toBe("DEC-20260108-0001");
    });
  });

  test("go past 9999, and the newest is still the newest", async () => {
    await inFolder(async (folder) => {
      const log = await folder.open().decisions();
      await log.take([decision("DEC-20260108-9999-aaaaaa")]);
      const id = (await add(at(folder, "2026-01-08"), "x")).decision_id;
      expect(id).toStartWith("DEC-20260108-10000-");
      expect([...log.ids()]).toEqual([id, "DEC-20260108-9999-aaaaaa"]);
    });
  });

  test("a name that is taken is passed by", async () => {
    await inFolder(async (folder) => {
      const taken: string[] = [];
      const sys = gated(folder.sys, (what, target) => {
        if (what !== "link" || taken.length > 0) return "";
        taken.push(target);
        return "EEXIST";
      });
      const { decision_id } = await add(openWith(folder, { sys }), "x");
      expect(taken[0]).not.toContain(decision_id);
      expect(decision_id).toContain("-0002-");
    });
  });
});

describe("what others have put there", () => {
  const WHOLE = JSON.stringify(decision("DEC-20260108-0001-aaaaaa"));
  const BROKEN = [
    ["empty", ""],
    ["half written", WHOLE.slice(0, 100)],
    ["no JSON", "\u0000\u0000"],
    ["a conflict of git's", `<<<<<<< HEAD\n${WHOLE}\n=======\n${WHOLE}\n>>>>>>> x\n`],
    ["of another shape", "[]"],
    ["of another ID", JSON.stringify(decision("DEC-20260108-0002-aaaaaa"))],
    ["nested deeply", `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`],
    ["__proto__", '{"__proto__":{"title":"x"}}'],
  ] as const;

  for (const [what, text] of BROKEN) {
    test(`a decision that is ${what} is left out and told, and moved away only when it is old`, async () => {
      await inFolder(async (folder) => {
        const good = await add(folder.open(), "good");
        const file = put(folder, "DEC-20260108-0001-aaaaaa", text);
        const store = folder.open();
        expect(await newest(store)).toEqual([good]);
        expect(store.reports()).toEqual([
          expect.stringMatching(
            /^decisions\/2026-01\/DEC-20260108-0001-aaaaaa\.json cannot be used \(.+\) and is left out$/,
          ),
        ]);
        expect(existsSync(file)).toBe(true);
        utimesSync(file, OLD, OLD);
        await (await store.decisions()).refresh();
        expect(await newest(store)).toEqual([good]);
        expect(store.reports()).toEqual([expect.stringContaining("is now corrupt/")]);
        expect(existsSync(file)).toBe(false);
        expect(readdirSync(folder.layout.corrupt).filter((name) => name.endsWith(".reason"))).toHaveLength(1);
        expect(
          readFileSync(
            join(
              folder.layout.corrupt,
              readdirSync(folder.layout.corrupt).find((name) => name.endsWith(".json")) ?? "",
            ),
            "utf8",
          ),
        ).toBe(text);
        expect(await newest(store)).toEqual([good]);
        expect(store.reports()).toEqual([]);
      });
    });
  }

  test("a link, a FIFO and a folder in place of a decision are not followed, waited on or entered", async () => {
    await inFolder(async (folder) => {
      const good = await add(folder.open(), "good");
      put(folder, "DEC-20260108-0009-aaaaaa", WHOLE);
      const secret = join(folder.layout.top, "secret");
      writeFileSync(secret, JSON.stringify(decision("DEC-20260108-0001-bbbbbb")));
      symlinkSync(secret, path(folder, "DEC-20260108-0001-bbbbbb"));
      Bun.spawnSync(["mkfifo", path(folder, "DEC-20260108-0001-cccccc")]);
      mkdirSync(path(folder, "DEC-20260108-0001-dddddd"));
      symlinkSync(folder.layout.top, join(folder.layout.decisions, "2026-02"));
      const store = folder.open();
      expect(await newest(store)).toEqual([good]);
      expect(store.reports()).toHaveLength(4);
      expect(readFileSync(secret, "utf8")).toContain("bbbbbb");
    });
  });

  test("names that are none of ours are of no interest, and stay", async () => {
    await inFolder(async (folder) => {
      const { decision_id } = await add(folder.open(), "good");
      const month = dirname(path(folder, decision_id));
      const foreign = [
        "README.md",
        ".DS_Store",
        `${decision_id}.json.orig`,
        `${decision_id} (1).json`,
        "DEC-20260108-0001.json",
      ];
      for (const name of foreign) writeFileSync(join(month, name), "x");
      // Right by its name, and in another month's folder.
      writeFileSync(join(month, "DEC-20000101-0001-aaaaaa.json"), WHOLE);
      mkdirSync(join(folder.layout.decisions, "archive"));
      const store = folder.open();
      const log = await store.decisions();
      await log.refresh();
      expect([[...log.ids()], log.count(), store.reports()]).toEqual([[decision_id], 1, []]);
      for (const name of foreign) expect(existsSync(join(month, name))).toBe(true);
    });
  });

  test("a link in place of the folder is refused", async () => {
    await inFolder(async (folder) => {
      const elsewhere = join(folder.layout.top, "elsewhere");
      mkdirSync(elsewhere);
      symlinkSync(elsewhere, folder.layout.decisions);
      expect(add(folder.open(), "x")).rejects.toThrow("is not a folder but a symlink");
      await add(folder.open(), "x").catch(() => undefined);
      expect(readdirSync(elsewhere)).toEqual([]);
    });
  });
});

describe("decision-log.json", () => {
  const OLD_LOG = {
    schema_version: "1.0.0",
    log_created_at: "2026-01-01T00:00:00Z",
    decisions: [decision("DEC-20260108-0000"), decision("DEC-20260108-0000", { title: "again" })],
  };

  for (const first of ["refresh", "add"] as const) {
    test(`that coord did not write is taken over before it is replaced, when ${first} comes first`, async () => {
      await inFolder(async (folder) => {
        writeFileSync(folder.layout.decisionLog, JSON.stringify(OLD_LOG));
        const store = folder.open();
        const log = await store.decisions();
        if (first === "add") await log.add(draft("new"), WAIT);
        else await log.refresh();
        const wanted = first === "add" ? 3 : 2;
        expect(log.count()).toBe(wanted);
        expect(derived(folder)).toHaveLength(wanted);
        expect(store.reports()).toEqual([
          "decision-log.json was not written by coord: 2 decision(s) taken over, 0 known",
        ]);
        await log.refresh();
        expect([log.count(), store.reports()]).toEqual([wanted, []]);
      });
    });
  }

  test("is found out when a script adds to it or edits it, and what is logged stands", async () => {
    await inFolder(async (folder) => {
      const store = folder.open();
      const mine = await add(store, "mine");
      const log = v.parse(
        v.pipe(v.string(), v.parseJson(), decisionLogSchema),
        readFileSync(folder.layout.decisionLog, "utf8"),
      );
      const edited = { ...log, decisions: [{ ...log.decisions[0], title: "edited" }, decision("DEC-20260109-0000")] };
      writeFileSync(folder.layout.decisionLog, JSON.stringify(edited));
      await (await store.decisions()).refresh();
      expect((await newest(store)).map((record) => record.title)).toEqual(["mine", "Decision DEC-20260109-0000"]);
      expect(store.reports()).toEqual([
        "decision-log.json was not written by coord: 1 decision(s) taken over, 0 known",
        `decision-log.json was edited: ${mine.decision_id} stand as they were logged`,
      ]);
      expect(derived(folder)).toHaveLength(2);
    });
  });

  test("stays coord's own when a tool only lays it out otherwise", async () => {
    await inFolder(async (folder) => {
      const store = folder.open();
      await add(store, "mine");
      const log: unknown = JSON.parse(readFileSync(folder.layout.decisionLog, "utf8"));
      writeFileSync(folder.layout.decisionLog, JSON.stringify(log));
      await (await store.decisions()).refresh();
      expect(store.reports()).toEqual([]);
    });
  });

  for (const [what, text] of [
    ["empty", ""],
    ["no JSON", "{ half"],
    ["no log", '{"decisions":{}}'],
  ] as const) {
    test(`that is ${what} goes to corrupt/ with its reason, and is made anew`, async () => {
      await inFolder(async (folder) => {
        const store = folder.open();
        await add(store, "mine");
        writeFileSync(folder.layout.decisionLog, text);
        await add(store, "second");
        expect(store.reports()).toEqual([
          expect.stringMatching(/^decision-log.json was broken \(.+\) and is now corrupt\//),
        ]);
        expect(derived(folder)).toHaveLength(2);
        const kept = readdirSync(folder.layout.corrupt).toSorted();
        expect(kept).toEqual([expect.stringMatching(/decision-log\.json$/), expect.stringMatching(/\.reason$/)]);
        expect(readFileSync(join(folder.layout.corrupt, kept[0] ?? ""), "utf8")).toBe(text);
      });
    });
  }

  test("in which something is no decision is kept in corrupt/ besides", async () => {
    await inFolder(async (folder) => {
      writeFileSync(
        folder.layout.decisionLog,
        JSON.stringify({ decisions: [{ title: 7 }, decision("DEC-20260108-0001")] }),
      );
      const store = folder.open();
      const log = await store.decisions();
      await log.refresh();
      expect([log.count(), derived(folder).length]).toEqual([1, 1]);
      expect(store.reports().join("\n")).toContain("entry 1: title");
      expect(readdirSync(folder.layout.corrupt)).toHaveLength(2);
    });
  });

  test("that is replaced while it is taken over loses nothing", async () => {
    await inFolder(async (folder) => {
      writeFileSync(folder.layout.decisionLog, JSON.stringify(OLD_LOG));
      const late = { ...OLD_LOG, decisions: [...OLD_LOG.decisions, decision("DEC-20260108-0001", { title: "late" })] };
      const sys = gated(folder.sys, (what, target) => {
        if (what === "rename" && target.includes("/tmp/"))
          writeFileSync(folder.layout.decisionLog, JSON.stringify(late));
        return "";
      });
      const log = await openWith(folder, { sys }).decisions();
      await log.refresh();
      expect([...log.newest()].map((record) => record.title)).toContain("late");
      expect(derived(folder)).toHaveLength(3);
    });
  });

  test("is made anew when it is missing or lacks what git has brought", async () => {
    await inFolder(async (folder) => {
      const store = folder.open();
      await add(store, "mine");
      put(folder, "DEC-20260108-0001-aaaaaa", JSON.stringify(decision("DEC-20260108-0001-aaaaaa")));
      await (await store.decisions()).refresh();
      expect(derived(folder)).toHaveLength(2);
      rmSync(path(folder, "DEC-20260108-0001-aaaaaa"));
      await (await store.decisions()).refresh();
      expect(derived(folder)).toHaveLength(1);
      rmSync(folder.layout.decisionLog);
      await add(store, "second");
      expect(derived(folder)).toHaveLength(2);
    });
  });

  test("is left alone when nothing has changed", async () => {
    await inFolder(async (folder) => {
      const store = folder.open();
      await add(store, "mine");
      const changes: string[] = [];
      const sys = gated(folder.sys, (what, target) => {
        if (what !== "look" && what !== "mkdir" && what !== "close") changes.push(`${what} ${target}`);
        return "";
      });
      await (await openWith(folder, { sys }).decisions()).refresh();
      expect(changes).toEqual([]);
    });
  });
});

test("a decision is synced before its name is there, and its folders before it is acknowledged", async () => {
  await inFolder(async (folder) => {
    /** What is synced and linked, in order: a file in tmp/ by its purpose, a folder by its name. */
    const steps = async (): Promise<readonly string[]> => {
      const names = new Map<number, string>();
      const seen: string[] = [];
      const { sys, layout } = folder;
      const watched: Sys = {
        ...sys,
        open: (path, mode) => {
          const fd = sys.open(path, mode);
          if (typeof fd === "number")
            names.set(fd, mode === "create" ? "the file" : path.slice(dirname(layout.top).length));
          return fd;
        },
        fsync: (fd) => {
          seen.push(`sync ${(names.get(fd) ?? "").replace(/^\/[^/]+/, "state").replace(/\d{4}-\d\d/, "month")}`);
          return sys.fsync(fd);
        },
        link: (from, to) => {
          seen.push("link");
          return sys.link(from, to);
        },
      };
      await add(openWith(folder, { sys: watched }), "x");
      return seen;
    };
    expect(await steps()).toEqual([
      "sync the file",
      "link",
      "sync state/decisions/month",
      "sync state/decisions",
      "sync state",
    ]);
    expect(await steps()).toEqual(["sync the file", "link", "sync state/decisions/month"]);
  });
});

test("adding looks at no folder, however much is logged", async () => {
  await inFolder(async (folder) => {
    await add(folder.open(), "before");
    const listed: string[] = [];
    const sys: Sys = {
      ...folder.sys,
      list: (dir) => {
        listed.push(dir.slice(folder.layout.top.length + 1));
        return folder.sys.list(dir);
      },
    };
    await add(openWith(folder, { sys }), "x");
    expect(new Set(listed)).toEqual(new Set(["guard"]));
  });
});
