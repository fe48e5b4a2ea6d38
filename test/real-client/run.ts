#!/usr/bin/env bun
/**
 * Runs the real Claude Code client against coord, offline: `bun test/real-client/run.ts [letter...]`.
 * COORD_BIN names another binary than dist/coord; COORD_KEEP=1 keeps the projects of the scenarios.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { playScenario, type Bins, type Outcome, type Scenario } from "./bench.ts";
import { installClient } from "./install.ts";
import { inLoopbackOnly, isLoopbackOnly } from "./network.ts";
import { scenarios } from "./scenarios/index.ts";

/** Set for the run inside the network of its own; its value is the client's binary, which had to be fetched outside. */
const INSIDE = "COORD_REAL_CLIENT_INSIDE";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function coordBinary(): string {
  const binary = resolve(process.env["COORD_BIN"] ?? join(import.meta.dir, "../../dist/coord"));
  if (!existsSync(binary)) throw new Error(`No coord binary at "${binary}". Run: npm run build`);
  return binary;
}

function chosen(letters: readonly string[]): readonly Scenario[] {
  const known = new Set(scenarios.map((scenario) => scenario.letter));
  const unknown = letters.filter((letter) => !known.has(letter));
  if (unknown.length > 0) throw new Error(`No scenario "${unknown.join('", "')}". There are: ${[...known].join(" ")}`);
  return letters.length === 0 ? scenarios : scenarios.filter((scenario) => letters.includes(scenario.letter));
}

const nameOf = ({ letter, variant, title }: Scenario): string =>
  `(${letter}) ${title}${variant === "" ? "" : `, ${variant}`}`;

function report(outcome: Outcome, seconds: string): void {
  for (const line of outcome.notes) say(`    ${line}`);
  if (outcome.failures.length === 0) return say(`    ok, ${outcome.checks} checks, ${seconds} s`);
  for (const failure of outcome.failures) say(`    FAILED ${failure}`);
  say(`  What the models were shown:\n${outcome.transcript}`);
}

async function playAll(list: readonly Scenario[], bins: Bins): Promise<number> {
  const rows: string[] = [];
  let failed = 0;
  for (const scenario of list) {
    say(`\n${nameOf(scenario)}`);
    const began = performance.now();
    const outcome = await playScenario(scenario, bins);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    report(outcome, seconds);
    const isFailed = outcome.failures.length > 0;
    if (isFailed) failed += 1;
    const verdict = isFailed ? "FAILED" : "passed";
    rows.push(
      `${verdict}  ${String(outcome.checks).padStart(3)} checks  ${seconds.padStart(6)} s  ${nameOf(scenario)}`,
    );
  }
  say(`\n${rows.join("\n")}\n\n${list.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function main(letters: readonly string[]): Promise<number> {
  const coord = coordBinary();
  const list = chosen(letters);
  const client = process.env[INSIDE];
  if (client !== undefined) {
    if (!isLoopbackOnly()) throw new Error("This network has more than loopback. Unset " + INSIDE);
    return await playAll(list, { client, coord });
  }
  const [program, ...args] = inLoopbackOnly([process.execPath, import.meta.path, ...letters]);
  const installed = installClient(say);
  return spawnSync(program, args, { stdio: "inherit", env: { ...process.env, [INSIDE]: installed } }).status ?? 1;
}

void main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(`The real-client test cannot run: ${error instanceof Error ? error.message : String(error)}`);
    say("0 passed, 1 failed");
    process.exitCode = 1;
  },
);
