/** The compiled checks, which every hook relies on, agree with the schemas that they were compiled from. */
import { expect, test } from "bun:test";
import type * as v from "valibot";
import * as compiled from "../../../src/schema/compiled.ts";
import { compiledSchemas } from "../../../src/schema/index.ts";
import { checked, parseText, type Check } from "../../../src/schema/json.ts";
import { valid } from "../../../src/schema/valid.ts";
import { SAMPLES } from "../../schema/samples.ts";
import { record } from "../evidence.ts";
import { scaled } from "../form.ts";
import { SEED } from "../seed.ts";
import { hunt, reasons } from "./hunt.ts";
import { damagedText, mutated, pick } from "./mutate.ts";

const RUNS = scaled(2000, 40_000);
const PATIENCE_MS = scaled(120_000, 900_000);
const CHECKS: Readonly<Record<string, Check<unknown>>> = { ...compiled };

interface Tally {
  accepted: number;
  refused: number;
}

/** Names of fields that valibot neither looks at nor keeps; the compiled checks take them for fields like any other. */
const PASSED_OVER = /"(__proto__|prototype|constructor)":/;

/** Where every field is optional both take a list for an object, and only valibot makes one of it. */
function asObjects(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, item: unknown) => (Array.isArray(item) ? Object.fromEntries(item.entries()) : item)),
  );
}

/** Both say the same of every damaged record, and fill in the same. */
function agree(schema: v.GenericSchema, check: Check<unknown>, samples: readonly unknown[], runs: number): Tally {
  const tally = { accepted: 0, refused: 0 };
  hunt(runs, (draw) => {
    const value = mutated(pick(samples, draw), draw) ?? null;
    const text = JSON.stringify(value);
    const found = checked(check, structuredClone(value));
    if (PASSED_OVER.test(text)) return;
    const wanted = valid<unknown>(schema, structuredClone(value));
    const shown = text.slice(0, 2000);
    expect({ value: shown, ok: found.ok }).toEqual({ value: shown, ok: wanted.ok });
    if (found.ok && wanted.ok) expect(asObjects(found.value)).toEqual(asObjects(wanted.value));
    tally[found.ok ? "accepted" : "refused"] += 1;
  });
  return tally;
}

for (const { check, schema } of compiledSchemas) {
  const run = CHECKS[check];
  const samples = SAMPLES[check] ?? [];
  if (run === undefined) throw new Error(`there is no ${check}`);

  test(
    `${check} and its schema agree on damaged records`,
    () => {
      const tally = agree(schema, run, samples, RUNS);
      // One that took or refused everything would have shown nothing.
      expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(RUNS / 100);
      record({ check: `${check} as its schema`, load: { inputs: RUNS, ...tally }, losses: 0, seed: SEED });
    },
    PATIENCE_MS,
  );
}

test(
  "no bytes make the parser throw, and what it calls good is a value",
  () => {
    let good = 0;
    hunt(RUNS, (draw) => {
      const text = new TextDecoder().decode(damagedText(pick(Object.values(SAMPLES).flat(), draw), draw));
      const parsed = parseText(text);
      if (parsed.ok) expect(parsed.value).not.toBeUndefined();
      else expect(parsed.reason).toMatch(/^[\w ]+$/);
      good += parsed.ok ? 1 : 0;
    });
    expect(good).toBeGreaterThan(RUNS / 10);
    record({ check: "parser", load: { inputs: RUNS, parsed: good }, losses: 0, seed: SEED });
  },
  PATIENCE_MS,
);

type Break = (real: Check<unknown>) => Check<unknown>;

/** Validators with one fault each, and the record that shows it: it has to be that one, not any that they disagree on. */
const MUTANTS: readonly (readonly [what: string, name: string, by: RegExp, broken: Break])[] = [
  [
    "takes a text for a fence",
    "isFloor",
    /"value": "[^\n]*"fence_floor":"/,
    (real) =>
      (value, say): value is unknown =>
        isTextFence(value) || real(value, say),
  ],
  [
    "takes a list for a record",
    "isEvent",
    /"value": "\[/,
    (real) =>
      (value, say): value is unknown =>
        Array.isArray(value) || real(value, say),
  ],
  [
    "looks at the first grant only",
    "isLock",
    /"grants"/,
    (real) =>
      (value, say): value is unknown =>
        real(firstGrantOnly(value), say),
  ],
  [
    "does not fill in defaults",
    "isInstance",
    /-   "(busy_ms|seq|told_events)": 0/,
    (real) =>
      (value, say): value is unknown =>
        real(structuredClone(value), say),
  ],
];

function isTextFence(value: unknown): boolean {
  return typeof value === "object" && value !== null && "fence_floor" in value && typeof value.fence_floor === "string";
}

function firstGrantOnly(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("grants" in value) || !Array.isArray(value.grants)) return value;
  return { ...value, grants: value.grants.slice(0, 1) };
}

/** Why it throws, without the marks of quoting. */
function refusal(work: () => unknown): string {
  try {
    work();
    return "nothing";
  } catch (error) {
    return Bun.stripANSI(reasons(error)).replaceAll("\\", "");
  }
}

for (const [what, name, by, broken] of MUTANTS) {
  test(
    `a validator that ${what} is found`,
    () => {
      const { schema } = compiledSchemas.find(({ check }) => check === name) ?? {};
      const real = CHECKS[name];
      if (schema === undefined || real === undefined) throw new Error(`there is no ${name}`);
      const found = refusal(() => agree(schema, broken(real), SAMPLES[name] ?? [], RUNS));
      expect(found).toMatch(/run \d+ of PROOF_SEED/);
      expect(found).toMatch(by);
      record({ mutant: `a validator that ${what}`, by: "compiled checks against schemas" });
    },
    PATIENCE_MS,
  );
}
