import type { ArgDef } from "citty";
import { VARIABLES } from "../../app/config.ts";
import { knownCategories, knownDecisions, knownInstances, knownLocks } from "../../app/candidates.ts";
import { presentPath } from "../../app/present-path.ts";
import { typeable } from "../../app/typeable.ts";
import { escapeForTerminal } from "../../domain/visible.ts";
import { workspaces } from "../open.ts";
import { SHELLS } from "./shells.ts";

/** What may stand in a place of a command line. */
export type Wanted =
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "instance" | "lock" | "lock-id" | "decision" | "category" | "file" | "anything" };

export interface Candidate {
  readonly value: string;
  /** For shells that show one. */
  readonly description: string;
}

const BY_FLAG: ReadonlyMap<string, Wanted> = new Map([
  ["as", { kind: "instance" }],
  ["author", { kind: "instance" }],
  ["category", { kind: "category" }],
  ["supersedes", { kind: "decision" }],
  ["lock-id", { kind: "lock-id" }],
  ["lock", { kind: "file" }],
  ["files", { kind: "file" }],
]);

/** The places where a lock must be there already, and IDs. Every other path may be any file. */
const BY_PLACE: ReadonlyMap<string, Wanted> = new Map([
  ["lock release path", { kind: "lock" }],
  ["lock renew path", { kind: "lock" }],
  ["lock verify path", { kind: "lock" }],
  ["instance show id", { kind: "instance" }],
  ["decisions query id", { kind: "decision" }],
  ["config key", { kind: "choice", choices: Object.keys(VARIABLES) }],
  ["complete shell", { kind: "choice", choices: SHELLS }],
]);

/** What the argument `name` of the command `path` takes. */
export function wantedOf(path: string, name: string, def: ArgDef): Wanted {
  if (def.type === "enum") return { kind: "choice", choices: def.options ?? [] };
  if (def.type !== "positional") return BY_FLAG.get(name) ?? { kind: "anything" };
  return BY_PLACE.get(`${path} ${name}`) ?? { kind: name === "path" || name === "file" ? "file" : "anything" };
}

/** The values that fit, whatever was typed of them. `as` is the instance that the command line names. */
export async function valuesOf(wanted: Wanted, as: string | undefined): Promise<readonly Candidate[]> {
  // Nothing is said into the command line there, so a configuration that cannot be used is nobody's news.
  const { openHere } = workspaces(true);
  switch (wanted.kind) {
    case "choice":
      return wanted.choices.map((value) => ({ value, description: "" }));
    case "instance":
      return knownInstances(await openHere()).map(({ instance_id, agent_role, task }) => ({
        value: instance_id,
        description: `${agent_role}: ${task}`,
      }));
    case "lock": {
      const app = await openHere();
      return knownLocks(app, as).map((lock) => ({
        value: typeable(app, presentPath(app, lock)).file_path,
        description: `${lock.locked_by.instance_id}${lock.intent === "" ? "" : `: ${lock.intent}`}`,
      }));
    }
    case "lock-id":
      return knownLocks(await openHere(), undefined).map((lock) => ({
        value: lock.lock_id,
        description: `${lock.file_path}, ${lock.locked_by.instance_id}`,
      }));
    case "decision":
      return knownDecisions(await openHere()).map(({ decision_id, title }) => ({
        value: decision_id,
        description: title,
      }));
    case "category":
      return knownCategories(await openHere()).map((value) => ({ value, description: "" }));
    case "file":
    case "anything":
      return [];
    default:
      return wanted satisfies never;
  }
}

/** Foreign text stays on its line, and what cannot be typed is not offered. */
export function offerable({ value, description }: Candidate): readonly Candidate[] {
  if (value === "" || escapeForTerminal(value) !== value) return [];
  return [{ value, description: escapeForTerminal(description) }];
}
