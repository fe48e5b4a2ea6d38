/** Every place where somebody else's text may lie: each string of each record, and names. */
import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Vars } from "../../hooks/project.ts";
import { recordFiles, writeText, type Peopled } from "./project.ts";

export interface PlaceOfText {
  readonly name: string;
  /** Puts the text there. Answers variables that callers get, where the place is the environment. */
  readonly plant: (scene: Peopled, text: string) => Vars;
  /** The text cannot hold a slash, NUL, or more than a file name takes. */
  readonly isName: boolean;
}

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
        isName: false,
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

/** As much of a text as a file name can be. */
export function asName(text: string): string {
  let name = text.replaceAll("/", "_").replaceAll("\0", "_");
  while (Buffer.byteLength(name) > 200) name = Array.from(name).slice(0, -1).join("");
  return name;
}

function file(path: string, text = ""): Vars {
  mkdirSync(dirname(path), { recursive: true });
  writeText(path, text);
  return {};
}

function guardToken({ project }: Peopled, name: string): Vars {
  renameSync(join(project.state, "guard/free"), join(project.state, "guard", name));
  return {};
}

/** Before SCRATCH_AGE and before what git may still be writing. */
const LONG_AGO = new Date("2026-01-08T12:00:00Z");

function old(path: string, text = ""): Vars {
  file(path, text);
  utimesSync(path, LONG_AGO, LONG_AGO);
  return {};
}

function settings(scene: Peopled, command: string, args?: readonly string[]): Vars {
  const handler = { type: "command", command, ...(args === undefined ? {} : { args }) };
  const hooks = { PreToolUse: [{ matcher: "Write", hooks: [handler] }], Stop: [{ hooks: [handler] }] };
  return file(scene.project.path(".claude/settings.json"), JSON.stringify({ hooks }));
}

const WORD = "word";

/** Names of files and folders, git's own files, settings and the environment. */
export const NAMES: readonly PlaceOfText[] = [
  ...[
    ["a scratch name", "tmp/%"],
    ["an instance's file", "heartbeats/%.json"],
    ["a lock's file", "locks/%.json"],
    ["a ledger's file", "files/%.json"],
    ["an index folder", "held/%/x"],
    ["a month", "decisions/%/x"],
    ["a broken record's name", "corrupt/%"],
    ["a name in the state", "%"],
  ].map(([name = "", path = ""]) => ({
    name,
    isName: true,
    plant: ({ project }: Peopled, text: string) =>
      old(
        join(
          project.state,
          path.replace("%", () => asName(text)),
        ),
      ),
  })),
  {
    name: "a broken record's reason",
    isName: false,
    plant: ({ project }, text) => file(join(project.state, "corrupt/1.json.reason"), text),
  },
  {
    name: "a decision's file",
    isName: false,
    plant: ({ project }, text) =>
      old(
        join(project.state, "decisions/2026-01/DEC-20260108-0001-abcdef.json"),
        JSON.stringify({ decision_id: text }),
      ),
  },
  { name: "a guard token", isName: true, plant: (scene, text) => guardToken(scene, `held.${asName(text)}`) },
  {
    name: "a guard token's host",
    isName: true,
    plant: (scene, text) => guardToken(scene, `held.${asName(text).replaceAll(".", "_")}.b.1.4242.7.n`),
  },
  {
    name: "the branch",
    isName: false,
    plant: ({ project }, text) => file(project.path(".git/HEAD"), `ref: refs/heads/${text.replaceAll("\n", " ")}\n`),
  },
  {
    name: "a rule of .gitignore",
    isName: false,
    plant: ({ project }, text) =>
      file(project.path(".gitignore"), `.claude/\n.claude #${text.replaceAll("\n", " ")}\n`),
  },
  {
    name: "the whole of config.json",
    isName: false,
    plant: ({ project }, text) => file(join(project.state, "config.json"), text),
  },
  {
    name: "a key of config.json",
    isName: false,
    plant: ({ project }, text) => file(join(project.state, "config.json"), JSON.stringify({ [text]: WORD })),
  },
  ...["hold", "ttl", "wait", "on_conflict", "strict", "store"].map((key) => ({
    name: `config.json's ${key}`,
    isName: false,
    plant: ({ project }: Peopled, text: string) =>
      file(join(project.state, "config.json"), JSON.stringify({ [key]: text })),
  })),
  {
    name: "a glob of config.json",
    isName: false,
    plant: ({ project }, text) => file(join(project.state, "config.json"), JSON.stringify({ ignore: [text] })),
  },
  {
    name: "a tool of config.json",
    isName: false,
    plant: ({ project }, text) =>
      file(join(project.state, "config.json"), JSON.stringify({ write_tools: { tool: text, [text]: WORD } })),
  },
  ...["COORD_HOLD", "COORD_TTL", "COORD_IGNORE", "COORD_WRITE_TOOLS", "COORD_INSTANCE_ID", "COORD_WAITT"].map(
    (variable) => ({
      name: `the variable ${variable}`,
      isName: false,
      plant: (_scene: Peopled, text: string) => ({ [variable]: text.replaceAll("\0", "_") }),
    }),
  ),
  {
    name: "a variable's name",
    isName: false,
    plant: (_scene, text) => ({ [`COORD_${text.replaceAll(/[=\0]/g, "_")}`]: WORD }),
  },
  { name: "a hook's command", isName: false, plant: (scene, text) => settings(scene, text) },
  { name: "a wrapped hook", isName: false, plant: (scene, text) => settings(scene, `${text} coord hook check`) },
  {
    name: "a hook's program",
    isName: false,
    plant: (scene, text) => settings(scene, `/${text}/coord`, ["hook", "check"]),
  },
  {
    name: "the whole of the settings",
    isName: false,
    plant: ({ project }, text) => file(project.path(".claude/settings.json"), text),
  },
  {
    name: "an event of the settings",
    isName: false,
    plant: ({ project }, text) => {
      const group = [{ matcher: text, hooks: [{ type: "command", command: "coord hook check" }] }];
      return file(project.path(".claude/settings.json"), JSON.stringify({ hooks: { [text]: group } }));
    },
  },
  {
    name: "a log to import",
    isName: false,
    plant: ({ project }, text) => {
      const entry = {
        title: text,
        category: text,
        description: text,
        decision_id: text,
        timestamp: text,
        status: text,
      };
      return file(
        project.path("old-log.json"),
        JSON.stringify({ decisions: [entry, { title: 1, [text]: text }, text] }),
      );
    },
  },
  {
    name: "a log of the bash edition",
    isName: false,
    plant: ({ project }, text) => {
      const entry = {
        title: text,
        category: text,
        made_by: { instance_id: text, agent_role: text },
        decision_id: text,
      };
      return file(join(project.state, "decision-log.json"), JSON.stringify({ decisions: [entry, { title: 1 }] }));
    },
  },
  {
    name: "the drop-in's file",
    isName: true,
    plant: ({ project }, text) => {
      rmSync(join(project.state, "lib"), { recursive: true, force: true });
      return file(join(project.state, "lib", asName(text)));
    },
  },
];
