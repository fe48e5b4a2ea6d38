/** Every kind of corruption in every file and folder of the state, and every command and hook beside it. */
import { expect, test } from "bun:test";
import { TREE } from "../../../src/cli/tree.ts";
import { record } from "../evidence.ts";
import { IS_LONG, scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { LINES } from "./commands.ts";
import { covered, planned } from "./plan.ts";
import { IS_ROOT } from "./scene.ts";
import { isPossible, KINDS } from "./spoil.ts";
import { sweep } from "./sweep.ts";
import { TARGETS } from "./targets.ts";

/** Commands for each (kind, target): with three each kind that only files can have meets every command. */
const TIMES = 3;
const SHORT_CASES = 110;

const draw = chance(SEED);
const PAIRS = KINDS.flatMap((kind) =>
  TARGETS.filter((target) => isPossible(kind, target)).map(({ name }) => ({ pair: [kind, name] as const, at: draw() })),
)
  .toSorted((a, b) => a.at - b.at)
  .map(({ pair }) => pair);
const NAMES = LINES.map(({ name }) => name);
const CASES = planned(PAIRS, NAMES, TIMES);

test("every command of the tree and every hook is among the commands", () => {
  const all = [...TREE].flatMap(([name, it]) =>
    it.kind === "verb" ? [name] : [...it.verbs.keys()].map((verb) => `${name} ${verb}`),
  );
  expect([...new Set(LINES.map(({ command }) => command))].toSorted()).toEqual(all.toSorted());
});

test("the plan holds every pair of a kind, a target and a command", () => {
  const targets = new Set(PAIRS.map(([, target]) => target)).size;
  const kinds = new Set(PAIRS.map(([kind]) => kind)).size;
  expect(covered(CASES)).toEqual({
    kindTarget: PAIRS.length,
    targetCommand: targets * NAMES.length,
    kindCommand: kinds * NAMES.length,
  });
});

const groups = IS_LONG
  ? TARGETS.map(({ name }) => ({ name, cases: CASES.filter(({ target }) => target === name) }))
  : [{ name: "a sample of the state", cases: sample(CASES, SHORT_CASES, draw) }];

for (const { name, cases } of groups) {
  test(
    `${name}: spoilt in any way, it stops nobody, loses nothing and is moved away`,
    async () => {
      const { problems, load, slowest } = await sweep(cases, SEED);
      expect(problems).toEqual([]);
      expect(load["cases"]).toBeGreaterThan(cases.length / 2);
      record({
        check: `corrupt: ${name}${IS_ROOT ? "" : " (not as root: no devices, nobody else's files)"}`,
        load: { ...load, ...slowest },
        losses: problems.length,
        seed: SEED,
      });
    },
    scaled(400_000, 600_000),
  );
}
