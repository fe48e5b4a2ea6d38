/** The rules about time, and every wrong way to measure it that they notice. */
import { expect, test } from "bun:test";
import { record } from "../evidence.ts";
import { gated } from "../../store/faults.ts";
import { brokenRules, RULE_COUNT, type Defect } from "./rules.ts";

const PATIENCE_MS = 60_000;
const SHIFT_MS = 100_000_000;

let looks = 0;

const MUTANTS: Readonly<Record<string, Defect>> = {
  // A stamp of no known boot is measured on the wall clock.
  "ages by the wall clock alone": { clock: (now) => ({ ...now, boot: "0" }) },
  "ages by the monotonic clock alone": { clock: (now) => ({ ...now, boot: "the only one" }) },
  "ages by a clock that counts sleep": {
    clock: (now, { slept }) => ({ ...now, mono_ms: now.mono_ms + slept() }),
  },
  "a monotonic clock that is not the same for all processes": {
    // As in a time namespace whose shift is not known.
    clock: (now) => ({ ...now, mono_ms: now.mono_ms + ((looks += 1) % 2) * SHIFT_MS }),
  },
  "times from the future that are never set right": {
    store: (options) => ({ ...options, ttlMs: Number.POSITIVE_INFINITY }),
  },
  "a floor from the wall clock, which goes down": {
    // What was said of it before cannot be read, so it is the wall clock's, again and again.
    store: (options) => ({
      ...options,
      sys: gated(options.sys, (what, path) => (what === "look" && path.endsWith("/floor.json") ? "ELOOP" : "")),
    }),
  },
  "no floor at all": {
    store: (options) => ({
      ...options,
      sys: gated(options.sys, (what, path) => (what === "look" && path.endsWith("/floor.json") ? "ENOENT" : "")),
    }),
  },
};

test(
  "clocks that are set, sleep and start anew break no rule",
  async () => {
    const broken = await brokenRules();
    expect(broken).toEqual([]);
    record({
      check: "rules about time under clocks that can be set",
      load: { rules: RULE_COUNT },
      losses: broken.length,
    });
  },
  PATIENCE_MS,
);

for (const [name, defect] of Object.entries(MUTANTS)) {
  test(
    `${name}: caught`,
    async () => {
      const [first] = await brokenRules(defect);
      expect(first).toBeString();
      record({ mutant: name, by: first ?? "" });
    },
    PATIENCE_MS,
  );
}
