import type { ArgDef } from "citty";
import type { Command, Example } from "./command.ts";
import { leftOf, paragraph, table, usageLines, type Row } from "./help-table.ts";
import { TREE, type Noun, type Verb } from "./tree.ts";

const EXAMPLE_WIDTH = 56;

const EXIT_CODES: readonly Row[] = [
  ["   0", "done"],
  ["   1", "unexpected failure"],
  ["   2", "wrong usage"],
  ["  10", "held by another, or waited for in vain"],
  ["  11", "my lock has expired, and nobody has had it since"],
  ["  12", "conflict: another has had it since, or the content has changed"],
  ["  13", "this instance is stale or not registered"],
];

/** `coord --help`: every command on a line, grouped, from the static table alone. */
export function renderRootHelp(version: string): string {
  const single = [...TREE].flatMap(([name, entry]) => (entry.kind === "verb" ? [row(name, entry)] : []));
  const groups = [...TREE].flatMap(([name, entry]) =>
    entry.kind === "noun" ? [{ name, title: entry.summary, rows: rowsOf(name, entry) }] : [],
  );
  const left = leftOf([...single, ...groups.flatMap(({ rows }) => rows)]);
  return [
    `coord ${version}: keeps agents that work in one checkout from overwriting each other`,
    "",
    "Usage: coord COMMAND [ARGUMENTS]",
    "",
    "To start: coord install, then coord status in a project where agents work.",
    "",
    ...table(single, left),
    ...groups.flatMap(({ name, title, rows }) => ["", `${name}: ${title}`, ...table(rows, left)]),
    "",
    "Every command takes --help, which shows its flags and examples, and --json.",
    "",
    "Exit codes:",
    ...EXIT_CODES.map(([code, meaning]) => `${code}  ${meaning}`),
  ].join("\n");
}

/** `coord lock --help`. */
export function renderNounHelp(path: string, noun: Noun): string {
  const rows = rowsOf(path, noun);
  return [
    `coord ${path}: ${noun.summary}`,
    "",
    ...table(rows, leftOf(rows)),
    "",
    `Flags and examples of one: coord ${path} ${[...noun.verbs.keys()][0] ?? "COMMAND"} --help`,
  ].join("\n");
}

/** `coord lock acquire --help`. */
export function renderVerbHelp(path: string, verb: Verb, command: Command): string {
  const args = Object.entries(command.syntax.args);
  const positionals = args.filter(([, def]) => def.type === "positional");
  const flags = args.filter(([, def]) => def.type !== "positional");
  const rows: readonly Row[] = [
    ...positionals.map(([name, def]) => [`  ${name.toUpperCase()}`, describe(def)] as const),
    ...flags.map(([name, def]) => [`  ${flagForm(name, def)}`, describe(def)] as const),
  ];
  return [
    `coord ${path}: ${verb.summary}`,
    "",
    ...usageLines(path, verb.synopsis),
    "",
    ...table(rows, leftOf(rows)),
    ...(command.notes.length > 0 ? ["", ...sentences(command.notes).flatMap(paragraph)] : []),
    ...(command.examples.length > 0 ? ["", "Examples:", ...exampleLines(command.examples)] : []),
  ].join("\n");
}

/** Side by side where all of them fit, else each with its meaning below. */
function exampleLines(examples: readonly Example[]): readonly string[] {
  const width = Math.max(...examples.map(([typed]) => typed.length)) + 3;
  return width <= EXAMPLE_WIDTH
    ? examples.map(([typed, does]) => `  ${typed.padEnd(width)}${does}`)
    : examples.flatMap(([typed, does]) => [`  ${typed}`, `      ${does}`]);
}

/** Notes are broken by hand in the sources: a line that is no whole sentence goes on in the next. */
function sentences(notes: readonly string[]): readonly string[] {
  const whole: string[] = [];
  for (const note of notes) {
    const last = whole.at(-1);
    if (last === undefined || note === "" || /(?:^|[.:])$/.test(last)) whole.push(note);
    else whole[whole.length - 1] = `${last} ${note}`;
  }
  return whole;
}

function rowsOf(path: string, noun: Noun): readonly Row[] {
  return [...noun.verbs].map(([name, verb]) => row(`${path} ${name}`, verb));
}

function row(path: string, verb: Verb): Row {
  return [`  coord ${path}`, verb.summary];
}

function flagForm(name: string, def: ArgDef): string {
  const alias = "alias" in def && typeof def.alias === "string" && def.alias.length === 1 ? `-${def.alias}, ` : "";
  if (def.type === "boolean") return `${alias}--${name}`;
  const value = def.type === "enum" ? (def.options ?? []).join("|") : (def.valueHint ?? name.toUpperCase());
  return `${alias}--${name} ${value}`;
}

function describe(def: ArgDef): string {
  const preset = typeof def.default === "string" ? ` (default: ${def.default})` : "";
  return `${def.description ?? ""}${preset}`;
}
