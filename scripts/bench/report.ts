/** What a run of the benchmark found, as a file: for `--compare` and `--picture`, and for whoever asks later. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { isMissing, ratioOf, verdictOf, type Row } from "./figure.ts";
import { AXES, type Curve } from "./growth/curve.ts";
import { exponentOf, holds } from "./growth/fit.ts";
import type { Machine } from "./machine.ts";

/** Grows with every change after which an older reader would misread a report. */
const SCHEMA_VERSION = 1;

const TOP = dirname(dirname(import.meta.dir));

const MachineSchema = v.object({
  bun: v.string(),
  system: v.string(),
  cpu: v.string(),
  cores: v.number(),
  load: v.number(),
  disk: v.string(),
}) satisfies v.GenericSchema<unknown, Machine>;

const FigureSchema = v.object({
  name: v.string(),
  unit: v.picklist(["ms", "MB", "/s"]),
  measured: v.number(),
  against: v.exactOptional(v.object({ what: v.string(), value: v.number() })),
  bar: v.exactOptional(v.union([v.object({ times: v.number() }), v.object({ most: v.number() })])),
  note: v.exactOptional(v.string()),
  details: v.exactOptional(v.record(v.string(), v.number())),
});

const RowSchema = v.union([FigureSchema, v.object({ name: v.string(), why: v.string() })]) satisfies v.GenericSchema<
  unknown,
  Row
>;

const CurveSchema = v.object({
  name: v.string(),
  axis: v.picklist(AXES),
  expected: v.picklist(["flat", "linear"]),
  points: v.array(v.object({ n: v.number(), ms: v.number(), floorMs: v.number(), runs: v.number() })),
  note: v.exactOptional(v.string()),
}) satisfies v.GenericSchema<unknown, Curve>;

const ReportSchema = v.object({
  schema_version: v.literal(SCHEMA_VERSION),
  /** When it began, `YYYY-MM-DDTHH:MM:SS.sssZ`. */
  at: v.string(),
  /** Of coord's sources, with "+" for changes that are not committed; null outside of git. */
  commit: v.nullable(v.string()),
  coord: v.string(),
  machine: MachineSchema,
  /** Few runs: to see that it works, not to judge. */
  quick: v.boolean(),
  figures: v.array(RowSchema),
  curves: v.array(CurveSchema),
});

export type Report = v.InferOutput<typeof ReportSchema>;

export interface Found extends Pick<Report, "at" | "machine" | "quick"> {
  readonly figures: readonly Row[];
  readonly curves: readonly Curve[];
}

/** With what follows from it: ratios, exponents, and whether each bar is met. */
export function writeReport(file: string, found: Found): void {
  const figures = found.figures.map((row) =>
    isMissing(row) ? row : { ...row, ratio: ratioOf(row), verdict: verdictOf(row) },
  );
  const curves = found.curves.map((curve) => ({ ...curve, exponent: exponentOf(curve), holds: holds(curve) }));
  const head = { schema_version: SCHEMA_VERSION, at: found.at, commit: commitNow(), coord: coordVersion() };
  writeFileSync(file, `${JSON.stringify({ ...head, ...found, figures, curves }, null, 2)}\n`);
}

/** Throws for what is no report of this version, and names the file and the field. */
export function readReport(file: string): Report {
  const parsed = v.safeParse(ReportSchema, JSON.parse(readFileSync(file, "utf8")));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`"${file}" is no report of a benchmark: ${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}

function coordVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(TOP, "package.json"), "utf8"));
  return v.parse(v.object({ version: v.string() }), manifest).version;
}

function commitNow(): string | null {
  if (Bun.which("git") === null) return null;
  const git = (...words: readonly string[]) => Bun.spawnSync(["git", ...words], { cwd: TOP, stderr: "ignore" });
  const head = git("rev-parse", "HEAD");
  if (head.exitCode !== 0) return null;
  const isClean = git("status", "--porcelain").stdout.length === 0;
  return `${head.stdout.toString().trim()}${isClean ? "" : "+"}`;
}
