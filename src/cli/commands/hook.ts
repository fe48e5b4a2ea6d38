import { coordError } from "../../domain/errors.ts";
import { command, type Command } from "../command.ts";

/**
 * Only the texts of `coord hook`: hooks are run by main.ts, which knows them without this tree, because building it
 * would cost each of them milliseconds. What comes here is a wrong call.
 */
export function hook(name: string): Command {
  return command({
    args: {},
    notes: [
      "Reads one event of Claude Code as a JSON object from stdin; prints nothing, or one JSON object.",
      "Does nothing where the project has no state folder: coord init",
    ],
    run: () => {
      throw coordError("USAGE", `coord hook ${name} takes no arguments`, { hint: "coord install wires the hooks" });
    },
  });
}
