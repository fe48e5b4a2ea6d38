import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import * as v from "valibot";

export const TOP = resolve(import.meta.dir, "..", "..");

const OutputSchema = v.object({ diagnostics: v.array(v.object({ code: v.string(), filename: v.string() })) });

/** File to the rules that it breaks. */
export type Findings = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Lints `files` (path to text) in a temporary project with this project's own configuration, so that what is proven is
 * the configuration in force. All files go through one run: the linter's start is most of its time.
 */
export function lint(files: ReadonlyMap<string, string>): Findings {
  const project = mkdtempSync(join(tmpdir(), "coord-lint-"));
  try {
    for (const name of [".oxlintrc.json", "tsconfig.json", "package.json"])
      cpSync(join(TOP, name), join(project, name));
    symlinkSync(join(TOP, "node_modules"), join(project, "node_modules"));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    }
    const run = Bun.spawnSync([join(TOP, "node_modules", ".bin", "oxlint"), "--type-aware", "--format=json"], {
      cwd: project,
      env: process.env,
    });
    const { diagnostics } = v.parse(OutputSchema, JSON.parse(run.stdout.toString()));
    const findings = new Map<string, Set<string>>();
    for (const { code, filename } of diagnostics) {
      // "eslint(no-console)" -> "no-console"
      const rule = /\((.+)\)$/.exec(code)?.[1] ?? code;
      findings.set(filename, (findings.get(filename) ?? new Set()).add(rule));
    }
    return findings;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
