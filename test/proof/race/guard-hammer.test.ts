/** RELIABILITY section 5, "hammer". */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { record } from "../evidence.ts";
import { IS_LONG, scaled } from "../form.ts";
import { buildWorker, hammer, type HammerReport } from "./hammer.ts";
import { MUTANTS } from "./mutants.ts";

const FOR_MS = scaled(3000, 30_000);
const CROWDS = IS_LONG ? [16, 64] : [8];
/** A mutant is caught within a second or two; on a machine that is busy with other things it may take longer. */
const CATCH_WITHIN_MS = 30_000;
const SLACK_MS = 30_000;

let dir = "";
let worker = "";
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "coord-worker-"));
  worker = await buildWorker(dir);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("the guard lets one in at a time and loses nothing", () => {
  const fight = async (workers: number, copies: boolean): Promise<HammerReport> => {
    const report = await hammer(worker, { mutant: "none", workers, forMs: FOR_MS, copies, untilCaught: false });
    expect(report).toMatchObject({ overlaps: 0, lost: 0, compromised: 0, other: [] });
    expect(report.tokensAfter).toEqual(["free"]);
    // It was a real fight.
    expect(report.killedHolding).toBeGreaterThan(0);
    expect(report.paused).toBeGreaterThan(0);
    expect(report.acknowledged).toBeGreaterThan(workers);
    const { acknowledged, killed, killedHolding, paused, copied, busy, overlaps, lost } = report;
    record({
      check: `guard hammer, ${workers} processes${copies ? ", tokens copied" : ""}`,
      load: { seconds: FOR_MS / 1000, acknowledged, killed, "of them holding": killedHolding, paused, copied, busy },
      losses: overlaps + lost,
    });
    return report;
  };

  for (const workers of CROWDS) {
    test(
      `of ${workers}, while holders are killed and stopped, and there is one token all the time`,
      async () => {
        expect((await fight(workers, false)).tokens).toHaveLength(1);
      },
      FOR_MS + SLACK_MS,
    );

    test(
      `of ${workers}, while tokens are copied besides`,
      async () => {
        expect((await fight(workers, true)).copied).toBeGreaterThan(0);
      },
      FOR_MS + SLACK_MS,
    );
  }
});

describe("the hammer catches a guard that is broken by", () => {
  for (const mutant of MUTANTS.filter((name) => name !== "none")) {
    test(
      mutant,
      async () => {
        // Each by its own fault: copies would also show a takeover without a look at other tokens.
        const copies = mutant === "no-audit";
        const report = await hammer(worker, { mutant, workers: 8, forMs: CATCH_WITHIN_MS, copies, untilCaught: true });
        expect(report.overlaps).toBeGreaterThan(0);
        record({ mutant: `guard: ${mutant}`, by: `two in it at once, after ${report.acknowledged} increments` });
      },
      CATCH_WITHIN_MS + SLACK_MS,
    );
  }
});
