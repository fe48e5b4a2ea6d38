/**
 * Checks macOS binaries without a Mac: their structure, what they link, and whether their code signature fits them.
 *
 *   npm run release:macho -- dist/coord-darwin-arm64                 exit 0: all right
 *   npm run release:macho -- --to-be-signed dist/coord-darwin-x64    a signature that does not fit is accepted
 *
 * Exit codes: 0 all right, 1 something is wrong, 2 wrong usage. Whether a certificate holds, only `codesign --verify
 * --strict` on a Mac can tell.
 */
import { parseArgs } from "node:util";
import { reportAll } from "../binary-report.ts";
import { examineMachO } from "./examine.ts";

const USAGE = "Next: bun scripts/release/macho/check.ts [--to-be-signed] FILE...";

function wrongUsage(message: string): number {
  process.stderr.write(`macho: ${message}\n${USAGE}\n`);
  return 2;
}

function main(args: string[]): number {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { "to-be-signed": { type: "boolean", default: false } },
      allowPositionals: true,
    });
    if (positionals.length === 0) return wrongUsage("No file is named");
    const options = { toBeSigned: values["to-be-signed"] };
    return reportAll(positionals, (bytes, path) => examineMachO(bytes, path, options)) ? 0 : 1;
  } catch (error) {
    return wrongUsage(error instanceof Error ? error.message : String(error));
  }
}

process.exitCode = main(process.argv.slice(2));
