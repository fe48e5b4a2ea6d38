import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import * as v from "valibot";
import * as compiled from "../../src/schema/compiled.ts";
import { compiledSchemas } from "../../src/schema/index.ts";
import { checked, type Check } from "../../src/schema/json.ts";
import { valid } from "../../src/schema/valid.ts";
import { grant, HASH, path, SAMPLES } from "./samples.ts";

const CHECKS: Readonly<Record<string, Check<unknown>>> = { ...compiled };

/** What may stand where something else is expected: near misses and far ones. */
const damage = fc.oneof(
  fc.constantFrom(null, "", "x".repeat(9000), "..", HASH.slice(1), `${HASH}0`, HASH.toUpperCase(), "a/b", "é", "-a"),
  fc.constantFrom(-1, 0, 1, 1.5, 2 ** 53, true, false, [], {}, [null], { instance_id: 5 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A copy of `value` with the part that `turns` lead to replaced, or removed where `by` is undefined. */
function damaged(value: unknown, turns: readonly number[], by: unknown): unknown {
  const [turn, ...rest] = turns;
  if (typeof value !== "object" || value === null || turn === undefined) return by;
  const entries = Object.entries(value);
  if (entries.length === 0) return by;
  const at = turn % entries.length;
  const next = entries.flatMap(([key, item], i): [string, unknown][] => {
    if (i !== at) return [[key, item]];
    const changed = damaged(item, rest, by);
    return changed === undefined ? [] : [[key, changed]];
  });
  return Array.isArray(value) ? next.map(([, item]) => item) : Object.fromEntries(next);
}

describe("a compiled check", () => {
  for (const { check, schema } of compiledSchemas) {
    const run = CHECKS[check];
    const both = (value: unknown) => {
      if (run === undefined) throw new Error(`there is no ${check}`);
      return { wanted: valid<unknown>(schema, structuredClone(value)), found: checked(run, structuredClone(value)) };
    };

    test(`${check} accepts what its schema accepts, and fills in the same defaults`, () => {
      const samples = SAMPLES[check] ?? [];
      expect(samples.length).toBeGreaterThan(0);
      for (const sample of samples) {
        expect(v.is(schema, sample)).toBe(true);
        const { wanted, found } = both(sample);
        expect(found).toEqual(wanted);
      }
    });

    test(`${check} refuses what its schema refuses`, () => {
      const turns = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
      const sample = fc.constantFrom(...(SAMPLES[check] ?? []));
      const by = fc.option(damage, { nil: undefined, freq: 4 });
      fc.assert(
        fc.property(sample, turns, by, (value, way, other) => {
          const { wanted, found } = both(damaged(value, way, other) ?? null);
          expect(found.ok).toBe(wanted.ok);
        }),
        { numRuns: 500 },
      );
    });
  }

  test("says where and what is wrong, in one line", () => {
    const lock = { schema_version: "1", seq: 3, ...path, grants: [{ ...grant, fence: "7" }] };
    expect(checked(compiled.isLock, lock)).toEqual({ ok: false, reason: "grants[].fence wants a number" });
    expect(checked(compiled.isLock, [])).toEqual({ ok: false, reason: "schema_version wants a string" });
  });
});
