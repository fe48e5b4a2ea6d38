import { describe, expect, test } from "bun:test";
import { judge, sameProcess, type PidFacts, type ProcessRef, type Verdict } from "../../src/domain/process.ts";

const ME: ProcessRef = { host: "h", boot: "b", pidns: "1", pid: 10, start: "100" };
const THEM: ProcessRef = { ...ME, pid: 20, start: "200" };
const RUNS: PidFacts = { found: "yes", start: "200", zombie: false };

/** RELIABILITY section 2, dead(X). `undefined` facts: the system must not even be asked. */
const TABLE: readonly (readonly [string, Partial<ProcessRef>, PidFacts | undefined, Verdict])[] = [
  ["of this boot and namespace that runs", {}, RUNS, "alive"],
  ["that the system does not know", {}, { found: "no" }, "dead"],
  ["that cannot be looked at", {}, { found: "opaque" }, "alive"],
  ["that is a zombie", {}, { ...RUNS, zombie: true }, "dead"],
  ["whose number another has now", {}, { ...RUNS, start: "201" }, "dead"],
  ["whose number a zombie has now", {}, { ...RUNS, start: "201", zombie: true }, "dead"],
  ["whose own start time was never known", { start: "0" }, RUNS, "alive"],
  ["whose start time cannot be read now", {}, { ...RUNS, start: "0" }, "alive"],
  ["of an earlier boot", { boot: "a" }, undefined, "dead"],
  ["of an earlier boot in another namespace", { boot: "a", pidns: "2" }, undefined, "dead"],
  ["of a boot that could not be read", { boot: "0" }, undefined, "unknown"],
  ["of another namespace", { pidns: "2" }, undefined, "unknown"],
  ["of another machine", { host: "i" }, undefined, "unknown"],
  ["of another machine and boot", { host: "i", boot: "a" }, undefined, "unknown"],
];

describe("judge() says of a process", () => {
  for (const [who, changes, facts, verdict] of TABLE) {
    test(`${who}: ${verdict}`, () => {
      const asked: number[] = [];
      const answer = judge({ ...THEM, ...changes }, ME, (pid) => {
        asked.push(pid);
        return facts ?? { found: "no" };
      });
      expect(answer).toBe(verdict);
      expect(asked).toEqual(facts === undefined ? [] : [20]);
    });
  }

  test("any, from a boot that cannot be read: unknown", () => {
    for (const boot of ["b", "0"]) {
      expect(judge({ ...THEM, boot }, { ...ME, boot: "0" }, () => ({ found: "no" }))).toBe("unknown");
    }
  });
});

test("sameProcess() compares all five parts of the name", () => {
  expect(sameProcess(ME, { ...ME })).toBe(true);
  for (const change of [{ host: "x" }, { boot: "x" }, { pidns: "x" }, { pid: 11 }, { start: "x" }]) {
    expect(sameProcess(ME, { ...ME, ...change })).toBe(false);
  }
});
