/** The model's disk answers as a real folder does, whatever is asked of it. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SYSTEMS } from "../../platform/systems.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { chance, SEED } from "../seed.ts";
import { MADE, callText, type Call } from "./calls.ts";
import { applied, diskOf } from "./shared-disk.ts";

const CALLS = scaled(3000, 100_000);

test.each(SYSTEMS.map((system) => [system.name, system] as const))(
  "the model's disk answers as a real folder: %s",
  (name, sys) => {
    const top = mkdtempSync(join(tmpdir(), "coord-model-"));
    try {
      const dir = join(top, "guard");
      const made = join(top, "guard.tmp.n");
      const disk = diskOf(["held.0", "held.1"]);
      const draw = chance(SEED);
      const pick = (): string => disk.names[Math.floor(draw() * disk.names.length)] ?? "";
      const real = (call: Call): string => {
        if (call.call === "rename" && call.from === MADE) {
          mkdirSync(made);
          writeFileSync(join(made, "free"), "");
          const done = sys.rename(made, dir);
          rmSync(made, { recursive: true, force: true });
          return done === "EEXIST" ? "ENOTEMPTY" : done;
        }
        if (call.call === "rename") return sys.rename(join(dir, call.from), join(dir, call.to));
        if (call.call === "look") return typeof sys.lstat(join(dir, call.name)) === "string" ? "no" : "yes";
        if (call.call === "unlink") return sys.unlink(join(dir, call.name));
        if (call.call !== "create") throw new Error("not asked here");
        const fd = sys.open(join(dir, call.name), "create");
        return typeof fd === "string" ? fd : sys.close(fd);
      };
      let state = 0;
      let refused = 0;
      for (let i = 0; i < CALLS; i += 1) {
        const kinds: readonly Call[] = [
          { call: "rename", from: pick(), to: pick() },
          { call: "rename", from: MADE, to: "guard" },
          { call: "look", name: pick() },
          { call: "unlink", name: pick() },
          { call: "create", name: pick() },
        ];
        const call = kinds[Math.floor(draw() * kinds.length)] ?? raise();
        const effect = applied(disk, state, call, 0) ?? raise();
        const what = `call ${i} of seed ${SEED}, ${callText(call)}: `;
        expect(what + real(call)).toBe(what + effect.answer);
        if (effect.answer !== "" && effect.answer !== "yes") refused += 1;
        state = effect.after;
        const there = disk.names.filter((_, bit) => (state & (1 << bit)) !== 0);
        if ((state & disk.folder) !== 0) expect(readdirSync(dir).toSorted()).toEqual(there);
      }
      expect(refused).toBeGreaterThan(CALLS / 20);
      record({ check: `the model's disk, against ${name}`, load: { calls: CALLS, refused }, losses: 0, seed: SEED });
    } finally {
      rmSync(top, { recursive: true, force: true });
    }
  },
);

function raise(): never {
  throw new Error("not there");
}
