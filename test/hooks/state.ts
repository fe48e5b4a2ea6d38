/** What lies in a state folder, looked up without coord, which might tidy up. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { decisionSchema } from "../../src/schema/decision.ts";
import { eventSchema } from "../../src/schema/event.ts";
import { instanceSchema } from "../../src/schema/instance.ts";
import { ledgerSchema } from "../../src/schema/ledger.ts";
import { lockSchema } from "../../src/schema/lock.ts";

const RECORDS = { locks: lockSchema, files: ledgerSchema, heartbeats: instanceSchema } as const;

export function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return []; // a folder that was never needed is as good as an empty one
  }
}

function records<T>(state: string, folder: string, schema: v.GenericSchema<unknown, T>): readonly T[] {
  return entries(join(state, folder)).map((name) =>
    v.parse(v.pipe(v.string(), v.parseJson(), schema), readFileSync(join(state, folder, name), "utf8")),
  );
}

/** One line per lock: "path kind holder". Those that have ended by time are still there. */
export function locks(state: string): readonly string[] {
  return records(state, "locks", lockSchema)
    .flatMap((lock) => lock.grants.map((g) => `${lock.file_path} ${g.kind} ${g.locked_by.instance_id}`))
    .toSorted();
}

export function instances(state: string): readonly v.InferOutput<typeof instanceSchema>[] {
  return records(state, "heartbeats", instanceSchema);
}

export function instanceIds(state: string): readonly string[] {
  return instances(state)
    .map((record) => record.instance_id)
    .toSorted();
}

/** The newest write of each writer of a path, oldest first, as "instance" or "instance?" for a probable one. */
export function writers(state: string, path: string): readonly string[] {
  return records(state, "files", ledgerSchema)
    .filter((ledger) => ledger.file_path === path)
    .flatMap((ledger) => ledger.writes.map((w) => `${w.instance_id}${w.probable ? "?" : ""}`));
}

type Event = v.InferOutput<typeof eventSchema>;

export function events(state: string, name?: string): readonly Event[] {
  let text = "";
  try {
    text = readFileSync(join(state, "events.jsonl"), "utf8");
  } catch {
    return []; // nothing has happened yet
  }
  const lines = text.split("\n").slice(0, -1);
  const all = lines.map((line) => v.parse(v.pipe(v.string(), v.parseJson(), eventSchema), line));
  return name === undefined ? all : all.filter((event) => event.event === name);
}

/**
 * What is wrong with the state as published: a file that does not parse or validate, a guard without exactly one free
 * token, a mark of nobody's, scratch. Empty when all is well.
 */
export function faults(state: string): readonly string[] {
  const found: string[] = [];
  for (const [folder, schema] of Object.entries(RECORDS)) {
    for (const name of entries(join(state, folder))) {
      const text = readFileSync(join(state, folder, name), "utf8");
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.unknown()), text);
      const checked = v.safeParse(schema, parsed.success ? parsed.output : undefined);
      if (!checked.success) found.push(`${folder}/${name}: ${checked.issues[0].message}`);
    }
  }
  for (const month of entries(join(state, "decisions"))) {
    for (const name of entries(join(state, "decisions", month))) {
      const text = readFileSync(join(state, "decisions", month, name), "utf8");
      const checked = v.safeParse(v.pipe(v.string(), v.parseJson(), decisionSchema), text);
      if (!checked.success) found.push(`decisions/${month}/${name}: ${checked.issues[0].message}`);
    }
  }
  // It is made by the first one who needs it.
  const guard = entries(join(state, "guard")).join();
  if (guard !== "free" && existsSync(join(state, "guard"))) found.push(`guard/ holds "${guard}"`);
  for (const name of entries(join(state, "tmp"))) found.push(`tmp/${name}`);
  const known = [
    ".gitignore",
    "bin",
    "config.json",
    "corrupt",
    "decision-counter.json",
    "decision-counter~1.json",
    "decision-log.json",
    "decisions",
    "events.1.jsonl",
    "events.jsonl",
    "files",
    "floor.json",
    "guard",
    "heartbeats",
    "held",
    "lib",
    "locks",
    "pruned",
    "schemas",
    "tmp",
    "work-registry.json",
  ];
  for (const name of entries(state)) if (!known.includes(name)) found.push(name);
  return found;
}

/** What speaks of a session or of work under way. The ledger, history and configuration stay on purpose. */
export function leftovers(state: string): readonly string[] {
  return ["locks", "heartbeats", "held", "corrupt"].flatMap((folder) =>
    entries(join(state, folder)).map((name) => `${folder}/${name}`),
  );
}
