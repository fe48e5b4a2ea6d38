import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import * as compiled from "../../src/schema/compiled.ts";
import { compiledSchemas } from "../../src/schema/index.ts";
import { checked, type Check } from "../../src/schema/json.ts";
import { valid } from "../../src/schema/valid.ts";

const HASH = "0123456789abcdef0123456789abcdef01234567";
const KEY = HASH.slice(0, 32);
const stamp = { wall_ms: 1, mono_ms: 2.5, boot: "b" };
const process = { host: "h", boot: "b", pidns: "1", pid: 7, start: "9" };
const path = { key: KEY, worktree: "", file_path: "src/a.ts", real_path: "/p/src/a.ts" };
const recording = readFileSync(`${import.meta.dir}/../fixtures/recorded-session.jsonl`, "utf8");
const inputs: readonly unknown[] = recording
  .trim()
  .split("\n")
  .map((line): unknown => JSON.parse(line));

const grant = {
  lock_id: "x",
  kind: "tool",
  lock_type: "write",
  locked_by: { instance_id: "claude-1", agent_role: "main", pid: 7 },
  locked_at: "t",
  expires_at: "t",
  file_hash: HASH,
  intent: "",
  fence: 1,
  parent: null,
  ttl_ms: null,
  granted: stamp,
  renewed: stamp,
  tool_use_ids: ["t1"],
  ended: null,
};
const open = { instance_id: "a", parent: null, process, agent_role: "main", fence: 2, hash: HASH, settled: false };
const write = { ...open, at: "t", written: stamp, probable: true };

/** Valid records of each schema: what is compared are these and thousands of damaged copies of them. */
const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  isEvent: [{ event: "e", instance: "i", path: "p", fence: 1, ok: true, none: null }],
  isFloor: [{ schema_version: "1", fence_floor: 12 }],
  isHookInput: inputs,
  isToolInput: [{ file_path: "a", old_string: "b", edits: [{ old_string: "c" }, {}] }, { notebook_path: "n" }],
  isReadResponse: [{ type: "text", file: { content: "x", numLines: 1, startLine: 1, totalLines: 1 } }],
  isJournal: [{ schema_version: "1", parts: [{ dir: "locks", name: KEY, seq: 1, text: null }] }],
  isLock: [{ schema_version: "1", seq: 3, ...path, grants: [grant, { ...grant, ended: stamp, kind: "claim" }] }],
  isLedger: [
    {
      schema_version: "1",
      ...path,
      fence: 4,
      last_grant: { instance_id: "a", fence: 2 },
      writes: [write],
      grants: [open],
      viewers: [{ instance_id: "a", hash: null, fence: 0, told: 0 }],
      content: { hash: HASH, dev: "1", ino: "2", size: 3, mtime_ns: "4" },
    },
  ],
  isInstance: [
    {
      schema_version: "1",
      instance_id: "claude-1.a2",
      parent: "claude-1",
      session_id: "s",
      agent_id: null,
      agent_role: "main",
      task: "t",
      branch: null,
      worktree: "",
      worktree_path: "/p",
      pid: 7,
      process,
      started_at: "t",
      started: stamp,
      bound: stamp,
      last_ping: "t",
      pinged: stamp,
      ping_count: 1,
      status: "active",
    },
  ],
};

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
