/** RELIABILITY section 5, "crash sweep": SIGKILL right before the Nth call of each kind, N = 1, 2, … to the end. */
import { beforeAll, expect, test } from "bun:test";
import { TREE } from "../../../src/cli/tree.ts";
import { chance, sample, SEED } from "../seed.ts";
import { CASES } from "./cases/index.ts";
import { ALL_OF_IT, conclude, LANES, tasks } from "./report.ts";
import { requireStrace } from "./strace.ts";
import { sweep } from "./sweep.ts";

/** Of the grid in the short form. */
const CASES_DRAWN = 26;
const POINTS_DRAWN = 14;

beforeAll(requireStrace);

test("every command and every hook is in the grid", () => {
  const swept = CASES.map(({ step }) => `${step.words.join(" ")} `);
  const commands = [...TREE].flatMap(([name, entry]) =>
    entry.kind === "verb" ? [name] : [...entry.verbs.keys()].map((verb) => `${name} ${verb}`),
  );
  expect(commands.filter((path) => !swept.some((words) => words.startsWith(`${path} `)))).toEqual([]);
});

test(
  "a command that is killed before any of its calls is there whole or not at all, and the next one works",
  async () => {
    const draw = chance(SEED);
    const tally = await sweep(tasks(CASES_DRAWN, draw), {
      shots: (points) => {
        const drawn = ALL_OF_IT ? points : sample(points, POINTS_DRAWN, draw);
        return drawn.map((point) => ({ point, fault: "kill" }));
      },
      judge: (_one, _was, { killed }) => (killed ? [] : ["it was not killed"]),
      // What it says before it is killed counts as said.
      expected: (_one, was, { out }) => (was.code === 0 && out !== "" ? "all" : "whole"),
      lanes: LANES,
    });
    conclude("SIGKILL before each call of each command", tally);
  },
  ALL_OF_IT ? 7_200_000 : 600_000,
);
