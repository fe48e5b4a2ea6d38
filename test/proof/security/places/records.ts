/** Somebody else's text in each string of each record, and in all of them at once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Vars } from "../../../hooks/project.ts";
import type { PlaceOfText } from "./place.ts";
import { recordFiles, writeText, type Peopled } from "../project.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Step = string | number;

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

/** Where the strings of a document are. */
function leaves(value: Json, path: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof value === "string" || value === null) return [path];
  if (Array.isArray(value)) return value.flatMap((inner: Json, i) => leaves(inner, [...path, i]));
  return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key])) : [];
}

function replaced(value: Json, [step, ...rest]: readonly Step[], text: string): Json {
  if (step === undefined) return text;
  if (Array.isArray(value)) return value.map((inner: Json, i) => (i === step ? replaced(inner, rest, text) : inner));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === step ? replaced(inner, rest, text) : inner]),
  );
}

/** Lines of events.jsonl are documents too. */
function documents(file: string, text: string): readonly Json[] {
  return file.endsWith(".jsonl") ? text.trimEnd().split("\n").map(parse) : [parse(text)];
}

/** A place for each string of each record that lies in the state now. */
export function fieldsOf({ project }: Peopled): readonly PlaceOfText[] {
  return recordFiles(project.state).flatMap((file) => {
    const text = readFileSync(join(project.state, file), "utf8");
    return documents(file, text).flatMap((document, line) =>
      leaves(document).map((path) => ({
        name: `${file}${file.endsWith(".jsonl") ? `:${line + 1}` : ""} ${path.join(".")}`,
        plant: (_scene: Peopled, hostile: string): Vars => {
          const all = documents(file, text).map((one, i) => (i === line ? replaced(one, path, hostile) : one));
          writeText(join(project.state, file), `${all.map((one) => JSON.stringify(one)).join("\n")}\n`);
          return {};
        },
      })),
    );
  });
}

/** Fields whose text is free, all of them at once: the records stay valid. */
const FREE =
  /^(agent_role|task|branch|worktree|worktree_path|intent|title|description|problem|rationale|category|scope|status|made_by|message|file_path|real_path|timestamp|locked_at|expires_at|last_ping|started_at|at|lock_id|files_affected|alternatives_considered|dependencies)$/;

export function everyFreeField({ project }: Peopled, text: string, except: readonly string[] = []): void {
  for (const file of recordFiles(project.state)) {
    if (file === "config.json" || file.startsWith("decision-log") || file.startsWith("decision-counter")) continue;
    const path = join(project.state, file);
    const all = documents(file, readFileSync(path, "utf8")).map((document) =>
      leaves(document).reduce((value: Json, at) => {
        const name = at.findLast((step) => typeof step === "string");
        const isState = file.startsWith("heartbeats/") && name === "status";
        const isFree = typeof name === "string" && FREE.test(name) && !isState && !except.includes(name);
        return isFree ? replaced(value, at, text) : value;
      }, document),
    );
    writeText(path, `${all.map((one) => JSON.stringify(one)).join("\n")}\n`);
  }
}
