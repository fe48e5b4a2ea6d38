/** RELIABILITY section 2, dead(X), on real processes and forged names, with every way to judge that is wrong. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { judge } from "../../../src/domain/process.ts";
import { loadNative, type Native } from "../../../src/platform/sys/load.ts";
import { processes } from "../../../src/platform/processes.ts";
import { record } from "../evidence.ts";
import { brokenRules } from "./broken-rules.ts";
import { gather, type Gathering } from "./impostors.ts";
import { BROKEN_JUDGES } from "./judges.ts";

const PATIENCE_MS = 60_000;

let native: Native;
let gathering: Gathering;

beforeAll(async () => {
  native = await loadNative();
  gathering = await gather(processes(native, judge));
});
afterAll(() => gathering[Symbol.asyncDispose]());

test(
  "the dead lose guard and locks in one step, the living and the unknown keep them until their lease ends",
  async () => {
    const { all } = gathering;
    const broken = await brokenRules(native, judge, all);
    expect(broken).toEqual([]);
    const count = (truth: string): number => all.filter((one) => one.truth === truth).length;
    record({
      check: "holders of the guard and of locks, real processes and forged names",
      load: { dead: count("dead"), alive: count("alive"), unknown: count("unknown") },
      losses: broken.length,
    });
  },
  PATIENCE_MS,
);

for (const [name, mutant] of BROKEN_JUDGES) {
  test(
    `a judge that ${name} is caught`,
    async () => {
      const [first] = await brokenRules(native, mutant, gathering.all);
      expect(first).toBeString();
      record({ mutant: `a judge that ${name}`, by: first ?? "" });
    },
    PATIENCE_MS,
  );
}
