/** Hostile names through the compiled binary, and broken variants of it that the same names give away. */
import { expect, test } from "bun:test";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { FOLDED_CASE, FOLDED_TEXT, TYPED_KEYS, UNESCAPED } from "./mutants.ts";
import { NAMES } from "./names.ts";
import { printed } from "./printed.ts";
import { mutant, REAL } from "./program.ts";
import { LINKED, sameFile, twoFiles, type Found } from "./same-file.ts";

/** Longer than this only something that hangs takes. */
const PATIENCE_MS = scaled(120_000, 300_000);

test(
  "the same file is the same lock, however it is named and from wherever",
  async () => {
    const { wrong, looked } = await sameFile(REAL);
    expect(wrong).toEqual([]);
    expect(looked).toBeGreaterThan(50);
    record({ check: "ways to name one file: one lock", load: { ways: looked }, losses: wrong.length });
  },
  PATIENCE_MS,
);

test(
  "every name is a lock of its own, and reads back from JSON as it was typed",
  async () => {
    const { wrong, looked } = await twoFiles(REAL);
    expect(wrong).toEqual([]);
    record({ check: "hostile names: a lock each", load: { names: looked }, losses: wrong.length });
  },
  PATIENCE_MS,
);

test(
  "what is printed can be typed again for the same lock, and hides nothing",
  async () => {
    const { wrong, looked } = await printed(REAL);
    expect(wrong).toEqual([]);
    record({ check: "hostile names: printed commands typed again", load: { names: looked }, losses: wrong.length });
  },
  PATIENCE_MS,
);

const FEW = NAMES.filter((name) => ["plain.ts", "a.ts", "A.ts", "esc\u001b[31m\u0007"].includes(name));
const CAUGHT = [
  [TYPED_KEYS, async (program) => sameFile(program, LINKED)],
  [FOLDED_TEXT, async (program) => sameFile(program, LINKED)],
  [FOLDED_CASE, async (program) => twoFiles(program, FEW)],
  [UNESCAPED, async (program) => printed(program, FEW)],
] as const satisfies readonly (readonly [unknown, (program: typeof REAL) => Promise<Found>])[];

for (const [replacement, look] of CAUGHT) {
  test(
    `it shows: ${replacement.name}`,
    async () => {
      using broken = await mutant(replacement);
      const { wrong } = await look(broken);
      expect(wrong).not.toEqual([]);
      record({ mutant: replacement.name, by: `${wrong[0]}`.slice(0, 160) });
    },
    PATIENCE_MS,
  );
}
