/**
 * DESIGN section 9: how fast coord is, next to the empty program that the same Bun compiles and to what people use
 * instead. Exits with 1 if something misses its bar. Not part of the tests: it needs a machine that does nothing else.
 *
 *   npm run bench
 *   npm run bench -- --quick          few runs, to see that it works
 *   npm run bench -- --only NAME      only one of SUITES (may be repeated)
 *   npm run bench -- --json FILE      the figures for a program, too
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { cleanup } from "./bench/cleanup.ts";
import { contention } from "./bench/contention.ts";
import { decisions } from "./bench/decisions.ts";
import { edit } from "./bench/edit.ts";
import { isMissing, ratioOf, verdictOf, type Row } from "./bench/figure.ts";
import { hooks } from "./bench/hooks.ts";
import { inProcess } from "./bench/in-process.ts";
import { machine, machineText } from "./bench/machine.ts";
import { memory } from "./bench/memory.ts";
import { others } from "./bench/others.ts";
import { scale } from "./bench/scale.ts";
import { withSetting, type Suite } from "./bench/setting.ts";
import { headLine, missText, rowText } from "./bench/table.ts";

const SUITES: ReadonlyMap<string, Suite> = new Map([
  ["hooks", hooks],
  ["edit", edit],
  ["memory", memory],
  ["in-process", inProcess],
  ["scale", scale],
  ["cleanup", cleanup],
  ["contention", contention],
  ["decisions", decisions],
  ["others", others],
]);

function chosen(names: readonly string[]): readonly Suite[] {
  return (names.length === 0 ? [...SUITES.keys()] : names).map((name) => {
    const suite = SUITES.get(name);
    if (suite === undefined) throw new Error(`There is no "${name}"; --only takes ${[...SUITES.keys()].join(", ")}`);
    return suite;
  });
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const suites = chosen(values.only);
  const rows: Row[] = [];
  const report = (row: Row): void => {
    rows.push(row);
    say(rowText(row));
  };
  await withSetting({ quick: values.quick, report }, async (setting) => {
    const here = machine(setting);
    say(`${machineText(here)}\n\n${headLine()}`);
    for (const suite of suites) await suite(setting);
    if (values.json !== undefined)
      writeFileSync(values.json, toJson({ at: new Date(), machine: here, quick: values.quick }, rows));
  });
  const missed = rows.flatMap((row) => (isMissing(row) || verdictOf(row) !== "MISS" ? [] : [row]));
  say(missed.length === 0 ? "\nEverything that has a bar meets it." : `\n${missed.length} miss their bar:`);
  for (const figure of missed) say(`  ${missText(figure)}`);
  return missed.length === 0 ? 0 : 1;
}

function toJson(head: object, rows: readonly Row[]): string {
  const figures = rows.map((row) => (isMissing(row) ? row : { ...row, ratio: ratioOf(row), verdict: verdictOf(row) }));
  return `${JSON.stringify({ ...head, figures }, null, 2)}\n`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
