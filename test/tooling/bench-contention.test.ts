import { expect, test } from "bun:test";
import { summaryOf } from "../../scripts/bench/contention/summary.ts";

test("summaryOf() counts until the last process has ended, and keeps the unlucky in sight", () => {
  const lucky = { waits: Array.from({ length: 98 }, () => 1), holds: [2, 4], turnedAway: 0, elapsedMs: 1000 };
  const unlucky = { waits: [70, 3900], holds: [6], turnedAway: 3, elapsedMs: 4000 };
  expect(summaryOf([lucky, unlucky])).toEqual({
    grants: 100,
    grantsPerSecond: 25,
    waitP50Ms: 1,
    waitP99Ms: 70,
    longestWaitMs: 3900,
    meanHoldMs: 4,
    leastGrants: 2,
    mostGrants: 98,
    turnedAway: 3,
    elapsedMs: 4000,
  });
});
