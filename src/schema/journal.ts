/**
 * A change of several paths as one step: the whole change is published as one file first, then its parts are done,
 * then the file is removed. A process that dies in between leaves the journal; whoever takes the guard over does the
 * parts again. Every part is idempotent: it says which content a record gets, and under which `seq`.
 */
import * as v from "valibot";
import { count, instanceId, key } from "./parts.ts";

const part = v.looseObject({
  dir: v.picklist(["locks", "files", "heartbeats"]),
  name: v.union([key, instanceId]),
  seq: count,
  /** null: the record is removed. */
  text: v.nullable(v.string()),
});

export const journalSchema = v.looseObject({ schema_version: v.string(), parts: v.array(part) });

/** One record to be put in force, or removed. */
export interface Part {
  readonly dir: "locks" | "files" | "heartbeats";
  readonly name: string;
  readonly seq: number;
  readonly text: string | null;
}
