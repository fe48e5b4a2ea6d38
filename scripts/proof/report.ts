/** docs/PROOF.md: what each suite was put through, what it lost, and which broken variants it noticed. */
import type { Caught, Evidence, Held } from "../../test/proof/evidence.ts";
import type { Origin } from "./origin.ts";
import type { SuiteRun } from "./run-suite.ts";

export interface Run extends Origin {
  readonly form: string;
  readonly seed: number;
}

export function reportText(runs: readonly SuiteRun[], run: Run): string {
  return `${[head(runs, run), ...runs.map(section)].join("\n\n")}\n`;
}

function head(runs: readonly SuiteRun[], run: Run): string {
  const all = runs.flatMap(({ evidence }) => evidence);
  const held = all.filter(isHeld);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const failed = sum(runs.map((one) => one.failed));
  const command = run.form === "long" ? "npm run proof" : "npm run proof:short";
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  return [
    "# Proof",
    "",
    `Written by \`${command}\`; what each suite does is said in its files under \`test/proof\`. A seed repeats a run:`,
    `\`${command} -- --seed ${run.seed}\`.`,
    ...(run.form === "long" ? [] : ["", "This is the short form: a sample of what `npm run proof` does."]),
    "",
    `- ${run.form} form, ${run.date}, commit ${run.commit}, seed ${run.seed}`,
    `- ${versions.join(", ")}`,
    `- ${run.machine}`,
    `- ${sum(runs.map((one) => one.passed))} tests passed, ${failed} failed, in ${minutes(sum(runs.map((one) => one.seconds)))}`,
    `- ${held.length} checks held, ${sum(held.map(({ losses }) => losses))} losses, ${all.length - held.length} mutants caught`,
  ].join("\n");
}

function section({ suite, passed, failed, seconds, evidence }: SuiteRun): string {
  const held = evidence.filter(isHeld);
  const caught = evidence.filter(isCaught);
  return [
    `## ${suite.title}`,
    "",
    `\`npm run test:${suite.name}\`: ${passed} passed, ${failed} failed, ${minutes(seconds)}.`,
    ...(held.length === 0 ? [] : ["", "| check | load | lost |", "| --- | --- | --- |", ...held.map(heldRow)]),
    ...(caught.length === 0 ? [] : ["", "| mutant | caught by |", "| --- | --- |", ...caught.map(caughtRow)]),
  ].join("\n");
}

function heldRow({ check, load, losses, seed }: Held): string {
  const figures = Object.entries({ ...load, ...(seed === undefined ? {} : { seed: `${seed}` }) });
  const text = figures.map(([name, value]) => `${name} ${typeof value === "number" ? grouped(value) : value}`);
  return `| ${cell(check)} | ${cell(text.join(", "))} | ${losses} |`;
}

function caughtRow({ mutant, by }: Caught): string {
  return `| ${cell(mutant)} | ${cell(by)} |`;
}

function isHeld(evidence: Evidence): evidence is Held {
  return "check" in evidence;
}

function isCaught(evidence: Evidence): evidence is Caught {
  return "mutant" in evidence;
}

/** On one line, and without the folders that this run alone had. */
function cell(text: string): string {
  return text
    .replaceAll(/\/tmp\/[\w.-]+\//g, "…/")
    .replaceAll("|", "\\|")
    .replaceAll("\n", " ");
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

function minutes(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
