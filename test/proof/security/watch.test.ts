/** `coord status --watch` on a real terminal: nothing but coord's own sequences, whatever others wrote. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { onTerminal, PYTHON } from "../../terminal/pty.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { EVERYTHING, HOSTILE, rawIn } from "./payloads.ts";
import { everyFreeField } from "./places/records.ts";
import { peopled, type Peopled } from "./project.ts";

const TIMEOUT_MS = scaled(240_000, 600_000);
let scene: Peopled;
beforeAll(async () => {
  scene = await peopled();
}, TIMEOUT_MS);
afterAll(() => scene[Symbol.dispose]());

/** Every sequence that coord writes there by itself: modes, cursor, erasing, colours. No OSC, no DCS. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const OWN = /\u001b\[(?:\?(?:1049|25|7|2026)[hl]|\d*;?\d*H|[012]?[JK]|(?:0|1|2|3[0-7]|9[0-7])?m|\d*[ABCD])/g;

test.skipIf(PYTHON === null)(
  "hostile tasks, roles, branches, intents and paths act on no terminal",
  async () => {
    const payloads = [
      ...sample(Object.entries(HOSTILE), scaled(2, 100), chance(SEED)),
      ["everything", EVERYTHING] as const,
    ];
    const columns = [24, 200];
    for (const [what, text] of payloads) {
      for (const width of columns) {
        scene.reset();
        // `2J` and `31m` are coord's own too: those of the payload are told by what no one else writes.
        everyFreeField(scene, text.replaceAll("2J", "3;7J").replaceAll("31m", "31;1337m"));
        const { output } = await onTerminal(
          scene.project,
          ["status", "--watch"],
          [["until", "leaves"], ["resize", width + 7, 30], ["until", "leaves"], ["send", "q"], ["exit"]],
          { columns: width, rows: 40 },
        );
        const left = output.join("").replaceAll(OWN, "").replaceAll("\r\n", "\n");
        expect({ seed: SEED, what, width, raw: rawIn(left.replaceAll("\r", "")) }).toEqual({
          seed: SEED,
          what,
          width,
          raw: [],
        });
      }
    }
    record({
      check: "status --watch on a terminal over hostile text",
      load: { runs: payloads.length * columns.length },
      losses: 0,
      seed: SEED,
    });
  },
  TIMEOUT_MS,
);
