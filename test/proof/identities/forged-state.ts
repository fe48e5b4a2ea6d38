/** Records and tokens of a real state folder, changed by hand. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { ProcessRef } from "../../../src/domain/process.ts";
import type { Stamp } from "../../../src/domain/time.ts";

const anyObject = v.record(v.string(), v.unknown());
const stampSchema = v.looseObject({ wall_ms: v.number(), mono_ms: v.number(), boot: v.string() });
type Json = v.InferOutput<typeof anyObject>;

/** Puts the token of this name in place of the one that is there. */
export function putToken(state: string, token: string): void {
  const guard = join(state, "guard");
  rmSync(guard, { recursive: true, force: true });
  mkdirSync(guard);
  writeFileSync(join(guard, token), "");
}

/** From now on the instance lives and dies with this process. */
export function bindTo(state: string, instance: string, process: ProcessRef): void {
  let changed = 0;
  edit(join(state, "heartbeats"), (record) => {
    if (record["instance_id"] !== instance) return record;
    changed += 1;
    return { ...record, process, pid: process.pid };
  });
  if (changed !== 1) throw new Error(`${changed} records of ${instance}`);
}

/** Every moment in the records of instances and locks becomes another one. Answers how many there were. */
export function moveTimes(state: string, move: (stamp: Stamp) => Stamp): number {
  let moved = 0;
  const inside = (value: unknown): unknown => {
    const stamp = v.safeParse(stampSchema, value);
    if (stamp.success) {
      moved += 1;
      return move(stamp.output);
    }
    if (Array.isArray(value)) return value.map(inside);
    const object = v.safeParse(anyObject, value);
    return object.success ? mapValues(object.output, inside) : value;
  };
  for (const folder of ["heartbeats", "locks"]) edit(join(state, folder), (record) => mapValues(record, inside));
  return moved;
}

/** As if everything had been written that long ago. */
export function age(state: string, ms: number): void {
  const moved = moveTimes(state, (then) => ({ ...then, wall_ms: then.wall_ms - ms, mono_ms: then.mono_ms - ms }));
  if (moved === 0) throw new Error("nothing grew older");
}

function edit(folder: string, change: (record: Json) => Json): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const record = v.parse(v.pipe(v.string(), v.parseJson(), anyObject), readFileSync(path, "utf8"));
    writeFileSync(path, `${JSON.stringify(change(record))}\n`);
  }
}

function mapValues(record: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
