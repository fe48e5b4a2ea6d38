/** What others wrote acts on no terminal, whatever is called: SECURITY.md, "Terminal". */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { IS_LONG, scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { asJson, run, textOf, type Call } from "./call.ts";
import { conclude } from "./conclude.ts";
import { EVERYTHING, FORGED, HOSTILE } from "./payloads.ts";
import { NAMES } from "./places/index.ts";
import type { PlaceOfText } from "./places/place.ts";
import { everyFreeField, fieldsOf } from "./places/records.ts";
import { peopled, type Peopled } from "./project.ts";
import { terminalFaults } from "./terminal-faults.ts";

/** A busy machine needs ten times as long. Milliseconds. */
const TIMEOUT_MS = scaled(240_000, 2_400_000);

let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

interface Swept {
  readonly calls: number;
  readonly shown: number;
  readonly faults: readonly string[];
}

/** Calls everything for each place, from the same state each time. */
async function sweep(
  places: readonly PlaceOfText[],
  payloads: readonly string[],
  calls: readonly Call[],
): Promise<Swept> {
  const faults: string[] = [];
  let shown = 0;
  let count = 0;
  for (const place of places) {
    for (const payload of payloads) {
      for (const call of calls) {
        scene.reset();
        const env = place.plant(scene, payload);
        const called = await run(scene.project, call, { env });
        count += 1;
        // The payload begins with words that stand there escaped: so it was not passed over.
        if (textOf(called).includes("u{") || textOf(called).includes("\\u")) shown += 1;
        for (const fault of terminalFaults(called)) faults.push(`${call.name}: ${fault}, from ${place.name}`);
      }
    }
  }
  return { calls: count, shown, faults };
}

function both(calls: readonly Call[]): readonly Call[] {
  return calls.flatMap((call) => (call.kind === "command" && call.name !== "shell" ? [call, asJson(call)] : [call]));
}

describe("what others wrote is shown as what it is", () => {
  test(
    "in every free field at once, by every call, by each way of acting on a terminal",
    async () => {
      const draw = chance(SEED);
      const faults: string[] = [];
      let [calls, shown] = [0, 0];
      const hostile = IS_LONG ? Object.entries(HOSTILE) : sample(Object.entries(HOSTILE), 1, draw);
      for (const [what, text] of [...hostile, ["everything", EVERYTHING] as const]) {
        for (const call of what === "everything" ? both(scene.all) : sample(scene.all, scaled(20, 1000), draw)) {
          scene.reset();
          everyFreeField(scene, text);
          const called = await run(scene.project, call);
          calls += 1;
          if (textOf(called).includes(FORGED.slice(0, 6))) shown += 1;
          for (const fault of terminalFaults(called)) faults.push(`${call.name}: ${fault}, from ${what}`);
        }
      }
      expect(shown).toBeGreaterThan(10);
      conclude("hostile text in every free field, shown by every call", { calls, shown }, faults);
    },
    TIMEOUT_MS,
  );

  test(
    "in any single string of any record, valid or not",
    async () => {
      const draw = chance(SEED);
      const fields = fieldsOf(scene);
      expect(fields.length).toBeGreaterThan(100);
      const places = sample(fields, scaled(8, fields.length), draw);
      const calls = scaled(6, 12);
      let [count, shown] = [0, 0];
      const faults: string[] = [];
      for (const place of places) {
        const swept = await sweep([place], [EVERYTHING], sample(both(scene.all), calls, draw));
        count += swept.calls;
        shown += swept.shown;
        faults.push(...swept.faults);
      }
      conclude("hostile text in one string of one record", { places: places.length, calls: count, shown }, faults);
    },
    TIMEOUT_MS,
  );

  test(
    "in names, git's files, settings, configuration and the environment",
    async () => {
      const draw = chance(SEED);
      const places = sample(NAMES, scaled(14, NAMES.length), draw);
      let [count, shown] = [0, 0];
      const faults: string[] = [];
      const doctor = scene.commands.filter(({ name }) => name === "doctor" || name === "config");
      for (const place of places) {
        const some = sample(both(scene.all), scaled(8, 24), draw);
        const swept = await sweep([place], [EVERYTHING], [...doctor, ...some]);
        count += swept.calls;
        shown += swept.shown;
        faults.push(...swept.faults);
      }
      expect(shown).toBeGreaterThan(places.length / 4);
      conclude("hostile names and settings", { places: places.length, calls: count, shown }, faults);
    },
    TIMEOUT_MS,
  );
});
