import { basename } from "node:path";
import { coordError, type CoordError } from "../domain/errors.ts";
import { firstCharacters } from "../domain/text.ts";
import { findCommand } from "../platform/find-command.ts";
import type { Program } from "../platform/start-child.ts";

/** Room for a name in a task; longer ones are cut. Characters. */
const MAX_NAME = 100;

/** Throws COMMAND_NOT_FOUND, COMMAND_NOT_RUN. */
export function findProgram(words: readonly string[]): Program {
  const [name = ""] = words;
  const found = findCommand(name, process.env["PATH"]);
  switch (found.found) {
    case "yes":
      return { file: found.path, words };
    case "no":
      throw coordError("COMMAND_NOT_FOUND", `Cannot run "${name}": there is no such command`);
    case "barred":
      throw coordError("COMMAND_NOT_RUN", `Cannot run "${name}": "${found.path}" may not be executed`);
  }
  return found satisfies never;
}

/** What keeps any program from being started: then this one is not to blame. */
const SHORTAGES: ReadonlyMap<string, readonly [what: string, hint: string]> = new Map([
  ["EMFILE", ["too many open files", "Raise the limit (ulimit -n), then repeat the command"]],
  ["ENFILE", ["too many open files on this system", "Close some programs, then repeat the command"]],
  ["EAGAIN", ["no more processes may be started", "Raise the limit (ulimit -u), then repeat the command"]],
  ["ENOMEM", ["not enough memory", "Close some programs, then repeat the command"]],
]);

/** The error for a program that was found and that the system would not start. */
export function notStarted({ file, words }: Program, errno: string): CoordError {
  const [name = ""] = words;
  const [what, hint] = SHORTAGES.get(errno) ?? [];
  if (hint !== undefined) return coordError("IO", `Cannot run "${name}": ${what}`, { hint });
  // The file is there: what is missing is the program that its first line names.
  const why = errno === "ENOENT" ? "what its first line names is not there" : errno;
  return coordError("COMMAND_NOT_RUN", `Cannot run "${name}": "${file}" cannot be executed: ${why}`, {
    hint: "Look at its first line: head -1",
  });
}

/** The command's name alone. */
export function shownName({ words: [name = ""] }: Program): string {
  return firstCharacters(basename(name), MAX_NAME);
}
