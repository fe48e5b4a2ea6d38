/** `coord doctor` in a project of its own, and typing what it says is next. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { BINARY, layProject, type Layout, type Project } from "../hooks/project.ts";
import { coord, type Ran, type Where } from "./cli.ts";

const findingSchema = v.strictObject({
  check: v.string(),
  level: v.picklist(["ok", "warning", "error"]),
  text: v.pipe(v.string(), v.minLength(1)),
  next: v.optional(v.pipe(v.string(), v.minLength(1))),
});
const reportSchema = v.strictObject({
  findings: v.array(findingSchema),
  fixed: v.array(v.string()),
  totals: v.strictObject({ ok: v.number(), warnings: v.number(), errors: v.number() }),
});

export type Finding = v.InferOutput<typeof findingSchema>;
export type Report = v.InferOutput<typeof reportSchema>;

/** A project with `coord` on PATH, and the hooks wired in the settings of a user who has no other. */
export function soundProject(layout: Layout = {}): Project {
  const project = layProject(layout);
  const bin = join(project.root, "bin");
  mkdirSync(bin);
  symlinkSync(BINARY, join(bin, "coord"));
  const sound = { ...project, env: { ...project.env, PATH: `${bin}:/usr/bin:/bin` } };
  if (layout.state !== false) must(coord(sound, ["install"]));
  return sound;
}

export function must(ran: Ran): Ran {
  if (ran.code !== 0) throw new Error(JSON.stringify(ran));
  return ran;
}

/** Runs it and checks what holds of every report: one document, the exit code, something to type for each trouble. */
export function examined(project: Project, words: readonly string[] = [], where: Where = {}): Report {
  const ran = coord(project, ["doctor", ...words, "--json"], where);
  if (ran.err !== "") throw new Error(ran.err);
  const report = v.parse(v.pipe(v.string(), v.parseJson(), reportSchema), ran.out);
  if (ran.code !== (report.totals.errors > 0 ? 1 : 0)) throw new Error(`Exit code ${ran.code}: ${ran.out}`);
  for (const { level, text, next } of report.findings) {
    if ((level === "ok") !== (next === undefined)) throw new Error(`"${text}" is ${level}, next: ${next ?? "nothing"}`);
  }
  return report;
}

/** What is not well, as "check level". */
export function troubles({ findings }: Report): readonly string[] {
  return findings.filter(({ level }) => level !== "ok").map(({ check, level }) => `${check} ${level}`);
}

/** The one trouble that there is. */
export function onlyTrouble(project: Project, where: Where = {}): Finding & { readonly next: string } {
  const { findings } = examined(project, [], where);
  const found = findings.filter(({ level }) => level !== "ok");
  const [only] = found;
  if (only?.next === undefined || found.length > 1) throw new Error(`Found ${JSON.stringify(found)}`);
  return { ...only, next: only.next };
}

/** Types a line in the project's folder, in a shell. */
export function type(project: Project, line: string, where: Where = {}): void {
  const done = Bun.spawnSync(["sh", "-c", line], {
    cwd: where.cwd ?? project.dir,
    env: { ...project.env, ...where.env },
    stdin: "ignore",
    timeout: 20_000,
  });
  if (done.exitCode !== 0) throw new Error(`"${line}": ${done.stderr.toString()}${done.stdout.toString()}`);
}

export function userSettings(project: Project): string {
  return join(project.env["HOME"] ?? "", ".claude/settings.json");
}

export function edit(path: string, change: (text: string) => string): void {
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  mkdirSync(dirname(path), { recursive: true });
  const after = change(before);
  if (after === before) throw new Error(`Nothing to change in "${path}"`);
  writeFileSync(path, after);
}
