/** One run: the suites that were asked for, each row said as it comes. */
import { budget } from "./budget.ts";
import { cleanup } from "./cleanup.ts";
import { contention } from "./contention.ts";
import { decisions } from "./decisions.ts";
import { edit } from "./edit.ts";
import { isMissing, verdictOf, type Row } from "./figure.ts";
import { growth, sizesOf } from "./growth.ts";
import { bounded } from "./growth/bounded.ts";
import { curveHeadLine, curveMissText, curveText } from "./growth/curve-text.ts";
import type { Curve } from "./growth/curve.ts";
import { holds } from "./growth/fit.ts";
import { hooks } from "./hooks.ts";
import { inProcess } from "./in-process.ts";
import { machine, machineText } from "./machine.ts";
import { memory } from "./memory.ts";
import { others } from "./others.ts";
import { writeReport } from "./report.ts";
import { scale } from "./scale.ts";
import { withSetting, type Suite } from "./setting.ts";
import { headLine, missText, rowText } from "./table.ts";

const SUITES: ReadonlyMap<string, Suite> = new Map([
  ["hooks", hooks],
  ["budget", budget],
  ["edit", edit],
  ["memory", memory],
  ["in-process", inProcess],
  ["scale", scale],
  ["cleanup", cleanup],
  ["contention", contention],
  ["decisions", decisions],
  ["others", others],
]);

/** Takes minutes more, and is run when it is asked for. */
const GROWTH: ReadonlyMap<string, Suite> = new Map([
  ["growth", growth],
  ["bounded", bounded],
]);

export interface RunOptions {
  readonly quick: boolean;
  /** The growth curves, and of the others only what `only` names. */
  readonly scale: boolean;
  readonly only: readonly string[];
  readonly json: string | undefined;
}

/** Answers the exit code: 1 if something misses its bar. */
export async function run(options: RunOptions, say: (line: string) => void): Promise<number> {
  const { quick } = options;
  const suites = chosen(options);
  const sizes = sizesOf(quick);
  const figures: Row[] = [];
  const curves: Curve[] = [];
  const report = (row: Row): void => {
    figures.push(row);
    if (figures.length === 1) say(`\n${headLine()}`);
    say(rowText(row));
  };
  const reportCurve = (curve: Curve): void => {
    const { note } = curve;
    const isNoteNew = note !== undefined && curves.at(-1)?.note !== note;
    curves.push(curve);
    if (curves.length === 1) say(`\n${curveHeadLine(sizes)}`);
    say(`${curveText(curve, sizes)}${isNoteNew ? `\n    ${note}` : ""}`);
  };
  await withSetting({ quick, report, reportCurve }, async (setting) => {
    const here = machine(setting);
    const at = new Date().toISOString();
    say(machineText(here));
    for (const suite of suites) await suite(setting);
    if (options.json !== undefined) writeReport(options.json, { at, machine: here, quick, figures, curves });
  });
  const missed = [
    ...figures.flatMap((row) => (isMissing(row) || verdictOf(row) !== "MISS" ? [] : [missText(row)])),
    ...curves.flatMap((curve) => (holds(curve) ? [] : [curveMissText(curve)])),
  ];
  say(missed.length === 0 ? "\nEverything that has a bar meets it." : `\n${missed.length} miss their bar:`);
  for (const line of missed) say(`  ${line}`);
  return missed.length === 0 ? 0 : 1;
}

/** Throws for a name that none bears. */
function chosen({ only, scale }: RunOptions): readonly Suite[] {
  const named = [...only, ...(scale ? GROWTH.keys() : [])];
  const all = new Map([...SUITES, ...GROWTH]);
  return (named.length === 0 ? [...SUITES.keys()] : named).map((name) => {
    const suite = all.get(name);
    if (suite === undefined) throw new Error(`There is no "${name}"; --only takes ${[...all.keys()].join(", ")}`);
    return suite;
  });
}
