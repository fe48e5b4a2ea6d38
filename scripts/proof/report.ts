/** docs/PROOF.md: what each suite was put through, what it lost, and which broken variants it noticed. */
import type { Caught, Evidence, Held } from "../../test/proof/evidence.ts";
import type { Origin } from "./origin.ts";
import type { SuiteRun } from "./run-suite.ts";

export function reportText(runs: readonly SuiteRun[], from: Origin): string {
  return `${[head(runs, from), ...runs.map(section)].join("\n\n")}\n`;
}

function head(runs: readonly SuiteRun[], from: Origin): string {
  const all = runs.flatMap(({ evidence }) => evidence);
  const held = all.filter(isHeld);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const failed = sum(runs.map((one) => one.failed));
  const isLong = runs.every((one) => one.form === "long");
  const command = isLong ? "npm run proof" : "npm run proof:short";
  const versions = Object.entries(from.versions).map(([name, version]) => `${name} ${version}`);
  return [
    "# Proof",
    "",
    `Written by \`${command}\`; what each suite does is said in its files under \`test/proof\`. The commit and the seed of a`,
    `suite stand with it; they repeat it: \`${command} -- --seed N NAME\`.`,
    ...(isLong ? [] : ["", "This is the short form: a sample of what `npm run proof` does."]),
    "",
    `- ${isLong ? "long" : "short"} form, ${[...new Set(runs.map((one) => one.date))].join(", ")}`,
    `- ${versions.join(", ")}`,
    `- ${from.machine}`,
    `- ${sum(runs.map((one) => one.passed))} tests passed, ${failed} failed, in ${minutes(sum(runs.map((one) => one.seconds)))}`,
    `- ${held.length} checks held, ${sum(held.map(({ losses }) => losses))} losses, ${all.length - held.length} mutants caught`,
  ].join("\n");
}

function section({ suite, commit, seed, passed, failed, seconds, evidence }: SuiteRun): string {
  const held = evidence.filter(isHeld);
  const caught = evidence.filter(isCaught);
  return [
    `## ${suite.title}`,
    "",
    `\`npm run test:${suite.name}\`: ${passed} passed, ${failed} failed, ${minutes(seconds)}; commit ${commit}, seed ${seed}.`,
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
