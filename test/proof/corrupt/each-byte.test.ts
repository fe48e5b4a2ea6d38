/** Records cut after each byte, and with one byte changed, through the file store in this process. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { SYSTEMS } from "../../platform/systems.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, sample, SEED } from "../seed.ts";
import { isUnsound } from "./sound.ts";
import { RECORDS, storeRig } from "./store-rig.ts";

/** Of each record; more than any of them has. */
const CUTS = scaled(40, 100_000);

for (const sys of SYSTEMS) {
  test(
    `a record that is cut after any byte is moved away, reported once, and loses nobody anything, on ${sys.name}`,
    async () => {
      using rig = await storeRig(sys);
      const draw = chance(SEED);
      const problems: string[] = [];
      let cuts = 0;
      for (const name of RECORDS) {
        const good = rig.good(name);
        const lengths = Array.from({ length: good.trimEnd().length }, (_, length) => length);
        for (const length of sample(lengths, CUTS, draw)) {
          const found = await rig.violations(name, (path) => {
            writeFileSync(path, good.slice(0, length), { mode: 0o600 });
            if (!isUnsound(rig.folder.layout.top, path)) problems.push(`${name} is sound when cut after ${length}`);
          });
          cuts += 1;
          for (const what of found) problems.push(`[PROOF_SEED=${SEED}] ${name} cut after ${length} bytes: ${what}`);
        }
      }
      expect(problems).toEqual([]);
      expect(cuts).toBeGreaterThanOrEqual(scaled(200, 2000));
      record({
        check: `corrupt: records cut after each byte, ${sys.name}`,
        load: { cuts },
        losses: problems.length,
        seed: SEED,
      });
    },
    scaled(120_000, 600_000),
  );
}
