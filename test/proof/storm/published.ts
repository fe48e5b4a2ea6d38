/** What lies published in a state while others change it: read without coord, and without its guard. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { decisionSchema } from "../../../src/schema/decision.ts";
import { instanceSchema } from "../../../src/schema/instance.ts";
import { ledgerSchema } from "../../../src/schema/ledger.ts";
import { lockSchema } from "../../../src/schema/lock.ts";
import { entries } from "../../hooks/state.ts";

/** Undefined: it has gone since it was listed. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function records<T>(state: string, folder: string, schema: v.GenericSchema<unknown, T>, wrong: string[]): readonly T[] {
  return entries(join(state, folder)).flatMap((name) => {
    const text = read(join(state, folder, name));
    if (text === undefined) return [];
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
    if (parsed.success) return [parsed.output];
    wrong.push(`${folder}/${name}: ${parsed.issues[0].message}`);
    return [];
  });
}

/** (3) and (4) while the storm goes on: each published file parses and validates, and nothing was ever broken. */
export function publishedFaults(state: string): readonly string[] {
  const wrong: string[] = [];
  records(state, "locks", lockSchema, wrong);
  records(state, "files", ledgerSchema, wrong);
  records(state, "heartbeats", instanceSchema, wrong);
  for (const month of entries(join(state, "decisions")))
    records(state, join("decisions", month), decisionSchema, wrong);
  for (const name of entries(join(state, "corrupt"))) wrong.push(`corrupt/${name}`);
  return wrong;
}

/** A record may move from one of its slots to the other between listing and reading: then it is found at the next look. */
const LOOKS = 20;

/** True when the lock on a path is published as this instance's. */
export function holdsLock(state: string, path: string, instance: string): boolean {
  return found(() =>
    records(state, "locks", lockSchema, []).some(
      (lock) => lock.file_path === path && lock.grants.some((grant) => grant.locked_by.instance_id === instance),
    ),
  );
}

/** True when the ledger of a path knows of a write of this instance. */
export function hasWritten(state: string, path: string, instance: string): boolean {
  return found(() =>
    records(state, "files", ledgerSchema, []).some(
      (ledger) => ledger.file_path === path && ledger.writes.some((write) => write.instance_id === instance),
    ),
  );
}

function found(look: () => boolean): boolean {
  for (let n = 0; n < LOOKS; n += 1) if (look()) return true;
  return false;
}
