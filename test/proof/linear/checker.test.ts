/** The checker itself: histories made by hand, of which it is plain whether any order explains them. */
import { describe, expect, test } from "bun:test";
import { checkHistory } from "./check-history.ts";
import { explain } from "./explain.ts";
import { concerning, type Answer, type Operation, type Verb } from "./history.ts";

interface More {
  readonly paths?: readonly number[];
  readonly target?: number;
}

/** `client` asked at `from` and was answered at `until`. */
function op(
  client: string,
  verb: Verb,
  [from, until]: readonly [number, number],
  answer: Answer,
  { paths = [0], target }: More = {},
): Operation {
  return { client, verb, paths, target, from, until, answer };
}

function unanswered(client: string, verb: Verb, from: number, { paths = [0], target }: More = {}): Operation {
  return { client, verb, paths, target, from, until: undefined, answer: undefined };
}

/** A command that was killed by itself: its client lives on. */
function cut(client: string, verb: Verb, [from, until]: readonly [number, number], { target }: More = {}): Operation {
  return { client, verb, paths: [0], target, from, until, answer: undefined };
}

function dies(client: string, [from, until]: readonly [number, number]): Operation {
  return { client, verb: "die", from, until };
}

const granted = (fence: number, took: Answer["took"] = []): Answer => ({ is: "granted", fences: [fence], took });
const held = (by: `${string}#${number}`): Answer => ({ is: "held", by: [by] });
const FREE: Answer = { is: "free" };
const RELEASED: Answer = { is: "released" };

const GOOD: Readonly<Record<string, readonly Operation[]>> = {
  "nothing at all": [],
  "one after the other": [
    op("a", "acquire", [1, 2], granted(1)),
    op("a", "acquire", [3, 4], granted(1)),
    op("b", "acquire", [5, 6], held("a#1")),
    op("b", "release", [7, 8], { is: "held", holder: "a" }),
    op("a", "renew", [9, 10], { is: "renewed", fences: [1] }),
    op("a", "release", [11, 12], RELEASED),
    op("a", "renew", [13, 14], { is: "nothing" }),
    op("b", "acquire", [15, 16], granted(2)),
    op("b", "check", [17, 18], { is: "mine", fences: [2] }),
  ],
  "two at once, either of whom may have been first": [
    op("a", "acquire", [1, 5], held("b#1")),
    op("b", "acquire", [2, 6], granted(1)),
  ],
  "an acquire that took effect before a release that began earlier had returned": [
    op("a", "acquire", [1, 2], granted(1)),
    op("a", "release", [3, 9], RELEASED),
    op("b", "acquire", [4, 5], granted(2)),
  ],
  "a holder that was killed, taken over once it had died": [
    op("a", "acquire", [1, 2], granted(1)),
    dies("a", [3, 7]),
    op("b", "acquire", [4, 5], held("a#1")),
    op("c", "acquire", [6, 8], granted(2, ["a#1"])),
  ],
  "an acquire that was killed and has taken effect": [
    unanswered("a", "acquire", 1),
    op("b", "acquire", [2, 3], held("a#1")),
    dies("a", [4, 6]),
    op("b", "acquire", [7, 8], granted(2, ["a#1"])),
  ],
  "one that was killed and has left its fence only": [
    unanswered("a", "acquire", 1),
    dies("a", [2, 3]),
    op("b", "acquire", [4, 5], granted(2)),
  ],
  "one that was killed and has left nothing": [
    unanswered("a", "acquire", 1),
    dies("a", [2, 3]),
    op("b", "acquire", [4, 5], granted(1)),
  ],
  "a lock that was ended by force, and what its holder is told": [
    op("a", "acquire", [1, 2], granted(1)),
    op("b", "force", [3, 4], RELEASED, { target: 1 }),
    op("a", "check", [5, 6], { is: "expired", forced: "b" }),
    op("c", "acquire", [7, 8], granted(2)),
    op("b", "force", [9, 10], { is: "other", by: ["c#2"] }, { target: 1 }),
    op("a", "check", [11, 12], { is: "lost", to: "c", by: ["c#2"], forced: "b" }),
    op("c", "release", [13, 14], RELEASED),
    op("a", "release", [15, 16], { is: "lost", to: "c", forced: "b" }),
    op("a", "release", [17, 18], FREE),
  ],
  "two paths, both or none": [
    op("a", "acquire", [1, 2], { is: "granted", fences: [1, 1], took: [] }, { paths: [1, 0] }),
    op("b", "acquire", [3, 4], { is: "held", by: ["a#1", "a#1"] }, { paths: [0, 1] }),
    op("a", "release", [5, 6], RELEASED, { paths: [1] }),
    op("b", "acquire", [7, 8], { is: "held", by: ["a#1"] }, { paths: [0, 1] }),
  ],
  "a command that was killed and has left its fence only, while its client lives on": [
    cut("a", "acquire", [1, 2]),
    op("a", "check", [3, 4], { is: "expired", forced: null }),
    op("b", "acquire", [5, 6], granted(2)),
    op("a", "release", [7, 8], { is: "lost", to: "b", forced: null }),
  ],
  "a release that was killed half way": [
    op("a", "acquire", [1, 2], granted(1)),
    cut("a", "release", [3, 4]),
    op("a", "check", [5, 6], { is: "mine", fences: [1] }),
    op("a", "release", [7, 8], RELEASED),
    op("a", "check", [9, 10], FREE),
  ],
  "one that could not wait any longer has done nothing": [
    op("a", "acquire", [1, 2], { is: "busy" }),
    op("b", "acquire", [3, 4], granted(1)),
  ],
};

const BAD: Readonly<Record<string, readonly Operation[]>> = {
  "two holders": [op("a", "acquire", [1, 2], granted(1)), op("b", "acquire", [3, 4], granted(2))],
  "two holders, asked at once": [op("a", "acquire", [1, 5], granted(1)), op("b", "acquire", [2, 6], granted(2))],
  "a fence that is given twice": [
    op("a", "acquire", [1, 2], granted(1)),
    op("a", "release", [3, 4], RELEASED),
    op("b", "acquire", [5, 6], granted(1)),
  ],
  "a fence that jumps while nobody was killed": [op("a", "acquire", [1, 2], granted(2))],
  "a refusal after a release had returned": [
    op("a", "acquire", [1, 2], granted(1)),
    op("a", "release", [3, 4], RELEASED),
    op("b", "check", [5, 6], held("a#1")),
  ],
  "a refusal by one who had not asked yet": [
    op("a", "acquire", [1, 2], held("b#1")),
    op("b", "acquire", [3, 4], granted(1)),
  ],
  "a takeover before the holder was killed": [
    op("a", "acquire", [1, 2], granted(1)),
    op("b", "acquire", [3, 4], granted(2, ["a#1"])),
    dies("a", [5, 6]),
  ],
  "a dead holder that still bars": [
    op("a", "acquire", [1, 2], granted(1)),
    dies("a", [3, 4]),
    op("b", "acquire", [5, 6], held("a#1")),
  ],
  "a takeover that is not told": [
    op("a", "acquire", [1, 2], granted(1)),
    dies("a", [3, 4]),
    op("b", "acquire", [5, 6], granted(2)),
  ],
  "a process that does something after it has died": [
    unanswered("a", "acquire", 1),
    dies("a", [2, 3]),
    op("b", "acquire", [4, 5], held("a#1")),
  ],
  "a command that does something after it was killed": [
    cut("a", "acquire", [1, 2]),
    op("b", "check", [3, 4], FREE),
    op("b", "check", [5, 6], held("a#1")),
  ],
  "a release that frees another's lock": [
    op("a", "acquire", [1, 2], granted(1)),
    op("b", "release", [3, 4], { is: "held", holder: "a" }),
    op("b", "acquire", [5, 6], granted(2)),
  ],
  "one of two paths": [
    op("a", "acquire", [1, 2], granted(1), { paths: [1] }),
    op("b", "acquire", [3, 4], { is: "held", by: ["a#1"] }, { paths: [0, 1] }),
    op("c", "check", [5, 6], held("b#1"), { paths: [0] }),
  ],
  "a grant to another that was gone before it came": [
    op("a", "acquire", [1, 2], granted(1)),
    op("b", "force", [3, 4], RELEASED, { target: 1 }),
    op("c", "acquire", [5, 9], granted(2)),
    op("a", "check", [6, 8], { is: "lost", to: "c", by: [], forced: "b" }),
  ],
  "an end by force that nobody has made": [
    op("a", "acquire", [1, 2], granted(1)),
    op("a", "release", [3, 4], { is: "expired", forced: null }),
  ],
  "what no operation answers": [op("a", "acquire", [1, 2], { is: "failed", message: "x" })],
};

describe("the checker explains", () => {
  for (const [name, history] of Object.entries(GOOD)) {
    test(name, () => expect(checkHistory(history)).toMatchObject({ ok: true }));
  }
});

describe("the checker finds no order for", () => {
  for (const [name, history] of Object.entries(BAD)) {
    test(name, () => expect(checkHistory(history)).toMatchObject({ ok: false }));
  }
});

test("what cannot be explained is shown from the last moment that was certain up to the culprit", () => {
  const history = [
    op("a", "acquire", [1, 2], granted(1)),
    op("a", "release", [3, 4], RELEASED),
    op("b", "acquire", [5, 6], granted(1)),
    op("a", "check", [7, 8], FREE),
  ];
  const found = checkHistory(history);
  if (found.ok) throw new Error("it was explained");
  expect(found.operations).toEqual(history.slice(2, 3));
  expect(found.prefix).toBe(3);
  const text = explain(found);
  expect(text).toContain("No order explains the first 3 operations");
  expect(text).toContain("=> 0.000..1.000 b acquire 0 -> ");
  expect(text).toContain('"fence":1,"lock":null');
});

test("paths that nothing joins are histories of their own, and all of them know who died", () => {
  const history = [
    op("a", "acquire", [1, 2], granted(1), { paths: [0] }),
    op("a", "acquire", [3, 4], granted(1), { paths: [2] }),
    dies("a", [5, 6]),
  ];
  expect(concerning(history, [2]).map(({ verb, from }) => `${verb} ${from}`)).toEqual(["acquire 3", "die 5"]);
  expect(checkHistory(concerning(history, [2]))).toMatchObject({ ok: true });
});

test("thousands of calls, eight at a time, are no trouble", () => {
  const history: Operation[] = [];
  // Eight who overlap all the time: one of them gets it and gives it back.
  for (let round = 0; round < 300; round += 1) {
    const at = round * 10;
    for (let i = 0; i < 7; i += 1)
      history.push(op(`c${i}`, "acquire", [at + 1 + i / 10, at + 6 + i / 10], held(`w#${round + 1}`)));
    history.push(op("w", "acquire", [at, at + 2], granted(round + 1)), op("w", "release", [at + 5, at + 9], RELEASED));
  }
  expect(checkHistory(history)).toMatchObject({ ok: true });
});
