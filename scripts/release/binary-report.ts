/** What the checks of built binaries share: reading a file whole, and printing what was found in it. */
import { readFileSync, statSync } from "node:fs";
import { escapeForTerminal } from "../../src/domain/visible.ts";

export interface BinaryReport {
  /** What the file is, for people. */
  readonly facts: readonly string[];
  /** What is wrong, each as a sentence without its full stop. */
  readonly problems: readonly string[];
  /** What is wrong and was said to be accepted. */
  readonly accepted: readonly string[];
  /** What to do about the problems. */
  readonly hint: string | undefined;
}

/** Throws where `path` is no regular file (a FIFO would never end) or cannot be read. */
function bytesOf(path: string): Buffer {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error("There is no such file");
  if (!stat.isFile()) throw new Error("It is no regular file");
  return readFileSync(path);
}

/** Prints a report for each file. True when there are no problems but accepted ones. */
export function reportAll(paths: readonly string[], examine: (bytes: Buffer, path: string) => BinaryReport): boolean {
  const fine = paths.map((path) => {
    const { facts, problems, accepted, hint } = reportOf(path, examine);
    const lines = [
      path,
      ...facts.map((fact) => `  ${fact}`),
      ...accepted.map((problem) => `  accepted  ${problem}`),
      ...problems.map((problem) => `  WRONG     ${problem}`),
      ...(hint === undefined ? [] : [`  Next: ${hint}`]),
      problems.length === 0 ? "  all right" : `  ${problems.length} wrong`,
    ];
    process.stdout.write(`${lines.map(escapeForTerminal).join("\n")}\n`);
    return problems.length === 0;
  });
  return fine.every(Boolean);
}

function reportOf(path: string, examine: (bytes: Buffer, path: string) => BinaryReport): BinaryReport {
  try {
    return examine(bytesOf(path), path);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { facts: [], problems: [message], accepted: [], hint: undefined };
  }
}
