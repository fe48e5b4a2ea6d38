import { createConsola } from "consola/core";
import { escapeForTerminal } from "../domain/visible.ts";

/**
 * Diagnostics of a command that did its work: one line each on stderr, levelled and filtered by consola (`CONSOLA_LEVEL`
 * silences them). Imported only when there is something to say, and only consola's core: its full form adds 10 ms and
 * prints to stdout (BUN.md).
 */
export async function warn(lines: readonly string[], write: (line: string) => Promise<void>): Promise<void> {
  const pending: string[] = [];
  const diagnostics = createConsola({
    level: levelOf(process.env["CONSOLA_LEVEL"]),
    reporters: [{ log: ({ type, args }) => void pending.push(`coord: ${type}: ${args.map(String).join(" ")}`) }],
  });
  for (const line of lines) diagnostics.warn(escapeForTerminal(line));
  for (const line of pending) await write(line);
}

function levelOf(value: string | undefined): number {
  const level = Number(value ?? "");
  return value === undefined || value === "" || Number.isNaN(level) ? 3 : level;
}
