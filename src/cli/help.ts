import type { ArgDef } from "citty";
import type { Command, Example } from "./command.ts";
import { TREE, type Noun, type Verb } from "./tree.ts";

/** Where the second column begins. */
const WIDTH = 30;
const EXAMPLE_WIDTH = 56;
/** Blanks between the columns at least: one alone reads as part of what is to be typed. */
const GAP = 2;

/** `coord --help`: every command on a line, from the static table alone. */
export function renderRootHelp(version: string): string {
  const rows = [...TREE].flatMap(([name, entry]) =>
    entry.kind === "verb" ? [row(name, entry)] : [...entry.verbs].map(([verb, inner]) => row(`${name} ${verb}`, inner)),
  );
  return [
    `coord ${version}: keeps agents that work in one checkout from overwriting each other`,
    "",
    "Usage: coord COMMAND [ARGUMENTS]",
    "",
    ...rows,
    "",
    "Every command takes --json and --help.",
    "To start: coord install, then coord status in a project where agents work.",
    "",
    "Exit codes: 0 done, 1 unexpected failure, 2 usage, 10 held by another, 11 my lock expired, 12 conflict,",
    "  13 stale instance.",
  ].join("\n");
}

/** `coord lock --help`. */
export function renderNounHelp(path: string, noun: Noun): string {
  return [
    `coord ${path}: ${noun.summary}`,
    "",
    ...[...noun.verbs].map(([name, verb]) => row(`${path} ${name}`, verb)),
    "",
    `More: coord ${path} ${[...noun.verbs.keys()][0] ?? "COMMAND"} --help`,
  ].join("\n");
}

/** `coord lock acquire --help`. */
export function renderVerbHelp(path: string, verb: Verb, command: Command): string {
  const args = Object.entries(command.syntax.args);
  const positionals = args.filter(([, def]) => def.type === "positional");
  const flags = args.filter(([, def]) => def.type !== "positional");
  return [
    `coord ${path}: ${verb.summary}`,
    "",
    `Usage: coord ${path} ${verb.synopsis}`.trimEnd(),
    "",
    ...positionals.map(([name, def]) => line(`  ${name.toUpperCase()}`, describe(def))),
    ...flags.map(([name, def]) => line(`  ${flagForm(name, def)}`, describe(def))),
    ...(command.notes.length > 0 ? ["", ...command.notes] : []),
    ...(command.examples.length > 0 ? ["", "Examples:", ...command.examples.map(exampleLine)] : []),
  ].join("\n");
}

function exampleLine([typed, does]: Example): string {
  return typed.length + GAP <= EXAMPLE_WIDTH ? `  ${typed.padEnd(EXAMPLE_WIDTH)}${does}` : `  ${typed}\n      ${does}`;
}

function row(path: string, verb: Verb): string {
  return line(`  coord ${path}`, verb.summary);
}

function line(left: string, right: string): string {
  return left.length + GAP <= WIDTH ? `${left.padEnd(WIDTH)}${right}` : `${left}  ${right}`;
}

function flagForm(name: string, def: ArgDef): string {
  if (def.type === "boolean") return `--${name}`;
  return `--${name} ${def.type === "enum" ? (def.options ?? []).join("|") : (def.valueHint ?? name.toUpperCase())}`;
}

function describe(def: ArgDef): string {
  const preset = typeof def.default === "string" ? ` (default: ${def.default})` : "";
  return `${def.description ?? ""}${preset}`;
}
