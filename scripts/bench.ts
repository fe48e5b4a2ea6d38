/**
 * DESIGN section 9: how fast coord is, next to the empty program that the same Bun compiles and to what people use
 * instead. Exits with 1 if something misses its bar. Not part of the tests: it needs a machine that does nothing else.
 *
 *   npm run bench
 *   npm run bench -- --quick            few runs and small sizes, to see that it works
 *   npm run bench -- --only NAME        one of the suites (may be repeated)
 *   npm run bench -- --scale            the growth curves, and what must stay bounded
 *   npm run bench -- --json FILE        a report for programs, too
 *   npm run bench -- --compare OLD.json NEW.json     what has got slower or faster; 1 if a bar is missed, or moved away from
 *   npm run bench -- --picture REPORT.json OUT.svg   the growth curves, drawn
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compareReports } from "./bench/compare-reports.ts";
import { readReport } from "./bench/report.ts";
import { run } from "./bench/run.ts";

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      scale: { type: "boolean", default: false },
      json: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      compare: { type: "boolean", default: false },
      picture: { type: "boolean", default: false },
    },
  });
  if (values.picture && values.compare) throw new Error("--compare and --picture are two calls");
  if (values.picture) {
    const [report, out] = two(positionals, "--picture REPORT.json OUT.svg");
    const { picture } = await import("./bench/picture.ts");
    writeFileSync(out, picture(readReport(report)));
    return 0;
  }
  if (values.compare) {
    const [old, now] = two(positionals, "--compare OLD.json NEW.json");
    return compareReports(readReport(old), readReport(now), say);
  }
  if (positionals.length > 0) throw new Error(`"${positionals.join(" ")}" is too much: see scripts/bench.ts`);
  const { quick, scale, json, only } = values;
  return run({ quick, scale, json, only }, say);
}

function two(files: readonly string[], usage: string): readonly [string, string] {
  const [first, second] = files;
  if (first === undefined || second === undefined || files.length > 2) {
    throw new Error(`Two files are needed: npm run bench -- ${usage}`);
  }
  return [first, second];
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
