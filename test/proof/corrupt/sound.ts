/** Which of the published records cannot be used, found out without coord's own reader: by valibot's schemas. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { decisionCounterSchema } from "../../../src/schema/decision-counter.ts";
import { decisionSchema } from "../../../src/schema/decision.ts";
import { floorSchema } from "../../../src/schema/floor.ts";
import { instanceSchema } from "../../../src/schema/instance.ts";
import { journalSchema } from "../../../src/schema/journal.ts";
import { ledgerSchema } from "../../../src/schema/ledger.ts";
import { lockSchema } from "../../../src/schema/lock.ts";
import { USER } from "./scene.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_LOG_BYTES = 64 * MAX_BYTES;
const MAX_DEPTH = 64;

type Schema = v.GenericSchema<unknown, object>;

/** True for a path at which coord has a record and there is something that is none. */
export function isUnsound(state: string, path: string, user = USER): boolean {
  const schema = schemaOf(state, path);
  if (schema === undefined) return false;
  const text = textOf(path, user);
  if (text === undefined) return true;
  if (text === null) return false;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return !parsed.success || depth(parsed.output) > MAX_DEPTH || !isNamed(path, parsed.output);
}

/** Paths of all records that cannot be used. `user`: as whom coord runs. */
export function unsound(state: string, user = USER): readonly string[] {
  const folders = ["", "heartbeats", "locks", "files", ...months(state)];
  return folders
    .flatMap((folder) => names(join(state, folder)).map((name) => join(state, folder, name)))
    .filter((path) => isUnsound(state, path, user));
}

function months(state: string): readonly string[] {
  return names(join(state, "decisions")).map((month) => `decisions/${month}`);
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function schemaOf(state: string, path: string): Schema | undefined {
  const name = path.slice(state.length + 1);
  if (/^heartbeats\/[A-Za-z0-9][\w.@-]{0,127}(~1)?\.json$/.test(name)) return instanceSchema;
  if (/^locks\/[0-9a-f]{32}(~1)?\.json$/.test(name)) return lockSchema;
  if (/^files\/[0-9a-f]{32}(~1)?\.json$/.test(name)) return ledgerSchema;
  if (/^decisions\/\d{4}-\d\d\/DEC-\d{8}-\d{4,12}-[0-9a-f]{6}\.json$/.test(name)) return decisionSchema;
  if (/^decision-counter(~1)?\.json$/.test(name)) return decisionCounterSchema;
  if (name === "floor.json") return floorSchema;
  if (name === "journal.json") return journalSchema;
  return name === "decision-log.json" ? v.looseObject({ decisions: v.array(v.unknown()) }) : undefined;
}

/** Undefined for what is no file that can be read, null for nothing. Nothing is waited for. */
function textOf(path: string, user: number): string | undefined | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const max = path.endsWith("/decision-log.json") ? MAX_LOG_BYTES : MAX_BYTES;
  if (!stat.isFile() || stat.size > max || !isReadable(stat, user)) return undefined;
  return readFileSync(path, "utf8").replace(/^\ufeff/, "");
}

function isReadable({ uid, mode }: { readonly uid: number; readonly mode: number }, user: number): boolean {
  return (mode & (uid === user ? 0o400 : 0o004)) !== 0;
}

function isNamed(path: string, record: object): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1, -".json".length).replace(/~1$/, "");
  if (name.startsWith("DEC-")) return "decision_id" in record && record.decision_id === name;
  if (path.includes("/heartbeats/")) return "instance_id" in record && record.instance_id === name;
  return !/^[0-9a-f]{32}$/.test(name) || ("key" in record && record.key === name);
}

function depth(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depth(inner));
  return deepest + 1;
}
