/** The guard in every order of its processes' steps: RELIABILITY section 5, "model check of the guard". */
import { describe, expect, test } from "bun:test";
import { record } from "../evidence.ts";
import { IS_LONG } from "../form.ts";
import { FOLDED, learn, sameBehaviour } from "./automaton.ts";
import { tokenOf, type Contender } from "./contender.ts";
import { explore, type Explored, type Violation } from "./explore.ts";
import { guardModel } from "./guard-model.ts";
import { GUARD_MUTANTS, oneListing } from "./guard-mutants.ts";
import { neighbours, PLAIN, type Scenario } from "./guard-scenario.ts";
import { answersOn } from "./local-steps.ts";
import { diskOf } from "./shared-disk.ts";

const LIMIT_MS = IS_LONG ? 3_600_000 : 300_000;
/** More than any of these has: room for 2 GB. */
const MAX_STATES = 40_000_000;

function text(violation: Violation | undefined): string {
  return violation === undefined ? "no violation" : [violation.what, ...violation.trace].join("\n  ");
}

function checked(check: string, scenario: Scenario): Explored {
  const model = guardModel(scenario);
  const explored = explore(model, MAX_STATES);
  expect(text(explored.violation)).toBe("no violation");
  const { states, steps, ends, depth } = explored;
  const { processes, crashes } = scenario;
  record({
    check,
    load: { processes: processes.length, crashes, states, steps, ends, depth, runs_of_the_real_code: model.runs },
    losses: 0,
  });
  return explored;
}

describe("what one process does", () => {
  const contender = (count: number): { readonly me: Contender; readonly answers: ReturnType<typeof answersOn> } => {
    const processes = neighbours(count);
    const [ref] = processes;
    if (ref === undefined) throw new Error("Nobody is there");
    const disk = diskOf(processes.map(tokenOf));
    const starts = (pid: number): readonly string[] => processes.flatMap((p) => (p.pid === pid ? [p.start] : []));
    return { me: { ref, breaking: (ports) => ports }, answers: answersOn(disk, starts, true) };
  };

  test("a round of acquire() after another is as the first", () => {
    const { me, answers } = contender(2);
    const unfolded = learn(me, answers, { ...FOLDED, rounds: 2 });
    expect(sameBehaviour(learn(me, answers), unfolded)).toBe(true);
    expect(unfolded.runs).toBeGreaterThan(learn(me, answers).runs * 10);
  });

  test(
    "what follows a token does not depend on how it was got",
    () => {
      const { me, answers } = contender(IS_LONG ? 4 : 3);
      const unfolded = learn(me, answers, { ...FOLDED, takes: false });
      expect(sameBehaviour(learn(me, answers), unfolded)).toBe(true);
    },
    LIMIT_MS,
  );

  test("a process that steals is told from one that does not", () => {
    const { me, answers } = contender(2);
    const [mutant] = GUARD_MUTANTS;
    const thief = learn({ ...me, breaking: mutant?.scenario.breaking ?? me.breaking }, answers);
    expect(sameBehaviour(learn(me, answers), thief)).toBe(false);
  });
});

describe("the guard, in every order of steps", () => {
  const four = { ...PLAIN, processes: neighbours(4), crashes: 3 };
  const three = { ...PLAIN, processes: neighbours(3), crashes: 2 };
  const wide = IS_LONG ? four : three;
  const all = { lostAnswers: 1, copies: 1, failures: 1, again: true, begins: "without" } as const;
  const cases: readonly (readonly [string, Scenario])[] = [
    ["each process once", four],
    ["processes that come back without end, from nothing", { ...four, again: true, begins: "without" }],
    ["a rename that happened and was answered with ENOENT", { ...four, again: true, lostAnswers: 1 }],
    ["two such renames", { ...wide, again: true, lostAnswers: 2 }],
    ["a listing that fails", { ...four, again: true, failures: 1 }],
    ["a tool that copies a token", { ...four, copies: 1 }],
    ["a tool that copies two tokens, processes that come back", { ...wide, again: true, copies: 2 }],
    ["all of this at once", { ...wide, ...all }],
    ["processes told apart by their names", { ...wide, again: true, begins: "without", symmetric: false }],
  ];
  test.each(cases)(
    "has one holder at a time, loses no increment, keeps its token and lets everybody in: %s",
    (name, scenario) => {
      const { ends } = checked(`guard, every order of steps: ${name}`, scenario);
      expect(ends).toBeGreaterThan(1);
    },
    LIMIT_MS,
  );

  test("needs no second empty listing for its safety: a folder is renamed over an empty one only", () => {
    checked("guard, repaired after one empty listing", { ...four, breaking: oneListing, again: true });
  });
});

describe("a broken guard is noticed, and the real one holds in its place", () => {
  test.each(GUARD_MUTANTS.map((mutant) => [mutant.name, mutant] as const))("%s", (name, { scenario, by }) => {
    const { violation } = explore(guardModel(scenario), MAX_STATES);
    expect(text(violation)).toContain(by);
    const real: Scenario = { ...scenario, breaking: PLAIN.breaking };
    if (scenario.begins !== "empty") expect(text(explore(guardModel(real), MAX_STATES).violation)).toBe("no violation");
    const steps = violation?.trace.length ?? 0;
    record({ mutant: `guard: ${name}`, by: `${violation?.what} after ${steps} steps: ${violation?.trace.join("; ")}` });
  });
});
