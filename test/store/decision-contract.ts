/** The contract of `DecisionLog` (src/store/decision-log.ts), as tests that every store passes. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { parseFullDecisionId } from "../../src/domain/decision-id.ts";
import type { DecisionLog } from "../../src/store/decision-log.ts";
import { decision, draft } from "../domain/samples.ts";
import type { Bench } from "./contract.ts";

const WAIT = { waitMs: 5000 };

export function decisionContract(name: string, make: () => Bench): void {
  let bench: Bench;
  let log: DecisionLog;
  let other: DecisionLog;
  beforeEach(async () => {
    bench = make();
    log = await bench.open().decisions();
    other = await bench.open().decisions();
  });
  afterEach(() => bench.close());

  const titles = (from: DecisionLog): readonly string[] => [...from.newest()].map((record) => record.title);

  describe(`${name}: decisions()`, () => {
    test("holds nothing at first", async () => {
      expect([[...log.ids()], [...log.newest()], log.count()]).toEqual([[], [], 0]);
      await log.refresh();
      expect(log.count()).toBe(0);
    });

    test("add() logs the draft under the day's next number, for everybody", async () => {
      const first = await log.add(draft("One"), WAIT);
      expect(first).toMatchObject({ ...draft("One"), status: "accepted", superseded_by: null });
      expect(first.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const second = await other.add(draft("Two"), WAIT);
      const [a, b] = [first, second].map(({ decision_id }) => parseFullDecisionId(decision_id));
      expect(a?.day).toBe(first.timestamp.slice(0, 10).replaceAll("-", ""));
      expect((b?.number ?? 0) - (a?.number ?? 0)).toBe(1);
      for (const reader of [log, other, await bench.open().decisions()]) {
        expect([...reader.newest()]).toEqual([second, first]);
        expect([...reader.ids()]).toEqual([second.decision_id, first.decision_id]);
        expect(reader.count()).toBe(2);
      }
    });

    test("add() gives an ID of its own to each of many at once", async () => {
      const records = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? log : other).add(draft(`${i}`), WAIT)),
      );
      expect(new Set(records.map((record) => record.decision_id)).size).toBe(50);
      expect(titles(other).toSorted()).toEqual(records.map((record) => record.title).toSorted());
    });

    test("keeps texts as they were given", async () => {
      const text = 'new\nline "quotes" \u001b[31m \u202e 😀 \u0000 \\ </x> \ud800';
      const record = await log.add(draft(text, { description: text }), WAIT);
      expect([...other.newest()]).toEqual([record]);
      expect(record.title).toBe(text);
    });

    test("one that supersedes another is newer by its ID, also when that one is ahead of today or of the counter", async () => {
      await other.take([
        decision("DEC-99990101-0007-aaaaaa", { title: "ahead" }),
        decision("DEC-20260108-0900-bbbbbb", { title: "old" }),
      ]);
      const today = await log.add(draft("today"), WAIT);
      const { day = "" } = parseFullDecisionId(today.decision_id) ?? {};
      await other.take([decision(`DEC-${day}-0500-cccccc`, { title: "merged" })]);
      await log.add(draft("after merged", { supersedes: `DEC-${day}-0500-cccccc` }), WAIT);
      await log.add(draft("after ahead", { supersedes: "DEC-99990101-0007-aaaaaa" }), WAIT);
      await log.add(draft("after old", { supersedes: "DEC-20260108-0900-bbbbbb" }), WAIT);
      const all = titles(other);
      for (const what of ["merged", "ahead", "old"])
        expect(all.indexOf(`after ${what}`)).toBeLessThan(all.indexOf(what));
    });

    test("take() takes each entry once, whoever takes it, under an ID that its content decides", async () => {
      const entries = [
        decision("DEC-20260108-0001", { title: "a" }),
        decision("DEC-20260108-0001", { title: "b" }),
        decision("ADR 7", { title: "c" }),
        decision("DEC-20260108-0002-abcdef", { title: "d" }),
      ];
      expect(await log.take(entries)).toEqual({ taken: 4, known: 0, differing: [], unusable: [] });
      const ids = [...log.ids()];
      expect(await other.take(entries.toReversed())).toEqual({ taken: 0, known: 4, differing: [], unusable: [] });
      expect([...other.ids()]).toEqual(ids);
      const elsewhere = make();
      const apart = await elsewhere.open().decisions();
      await apart.take(entries.toReversed());
      expect([...apart.newest()]).toEqual([...log.newest()]);
      elsewhere.close();
      expect(ids.filter((id) => id.startsWith("DEC-20260108-0001-"))).toHaveLength(2);
      expect(ids).toContain("DEC-20260108-0002-abcdef");
    });

    test("take() keeps unknown fields and long texts, fills in what is missing, and does not mind the order of keys", async () => {
      const entry = {
        ...decision("DEC-20260108-0001", { description: "x".repeat(1_000_000) }),
        votes: { no: 1, yes: [2] },
      };
      await log.take([entry, { title: "bare" }]);
      expect(
        (await other.take([JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(entry).toReversed())))])).known,
      ).toBe(1);
      const [full, bare] = [...other.newest()];
      expect(full).toEqual({ ...entry, decision_id: full?.decision_id ?? "" });
      expect(bare).toMatchObject({
        title: "bare",
        made_by: { instance_id: "unknown" },
        status: "accepted",
        supersedes: null,
      });
    });

    test("take() leaves out what is no decision and says which, and lets what is logged stand", async () => {
      const mine = await log.add(draft("mine"), WAIT);
      const result = await log.take([
        null,
        "text",
        [],
        { title: 3 },
        { ...decision("x"), made_by: "me" },
        { ...mine, title: "forged" },
        decision("DEC-20260108-0001"),
      ]);
      expect(result).toMatchObject({ taken: 1, known: 0, differing: [mine.decision_id] });
      expect(result.unusable.map((line) => line.split(":")[0])).toEqual([1, 2, 3, 4, 5].map((n) => `entry ${n}`));
      expect(titles(other)).toContain("mine");
      expect(titles(other)).not.toContain("forged");
    });

    test("take() tells its progress, and with dryRun only tells", async () => {
      const entries = [decision("DEC-20260108-0001"), decision("DEC-20260108-0002"), decision("DEC-20260108-0002")];
      const told: string[] = [];
      const onProgress = (done: number, total: number): void => {
        told.push(`${done}/${total}`);
      };
      const planned = await log.take(entries, { dryRun: true, onProgress });
      expect(planned).toEqual({ taken: 2, known: 1, differing: [], unusable: [] });
      expect(told).toEqual(["1/3", "2/3", "3/3"]);
      expect(other.count()).toBe(0);
      expect(await log.take(entries)).toEqual(planned);
    });

    test("shares no object with its callers", async () => {
      const mine = draft("mine");
      const record = await log.add(mine, WAIT);
      Object.assign(mine.made_by, { instance_id: "changed" });
      Object.assign([...log.newest()][0] ?? {}, { title: "changed" });
      expect([...log.newest()]).toMatchObject([
        { decision_id: record.decision_id, title: "mine", made_by: { instance_id: "a" } },
      ]);
    });
  });
}
