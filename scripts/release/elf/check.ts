/**
 * Checks Linux binaries for a release, and prints what they need: their loader, libraries, and the oldest glibc.
 *
 *   npm run release:elf -- dist/coord-linux-*
 *
 * Exit codes: 0 all right, 1 something is wrong, 2 wrong usage.
 */
import { reportAll } from "../binary-report.ts";
import { examineElf } from "./examine.ts";

function main(paths: readonly string[]): number {
  const unknown = paths.find((path) => path.startsWith("-"));
  if (paths.length > 0 && unknown === undefined) return reportAll(paths, examineElf) ? 0 : 1;
  const message = unknown === undefined ? "No file is named" : `"${unknown}" is not known`;
  process.stderr.write(`elf: ${message}\nNext: bun scripts/release/elf/check.ts FILE...\n`);
  return 2;
}

process.exitCode = main(process.argv.slice(2));
