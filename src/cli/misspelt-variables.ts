import { VARIABLES } from "../app/config.ts";
import type { Env } from "../app/workspace.ts";
import { CONFIG_KEYS } from "../schema/config.ts";
import { nearestWord } from "../domain/nearest-word.ts";

const PREFIX = "COORD_";
/** What else coord reads from the environment, or has its hooks read. */
const OTHERS: readonly string[] = ["DIR", "INSTANCE_ID", "BIN", "RELEASES"];

/** A line for each variable that does nothing and looks like one that would. Empty ones count as unset. */
export function misspeltVariables(env: Env): readonly string[] {
  const known = [...CONFIG_KEYS.map((key) => VARIABLES[key].slice(PREFIX.length)), ...OTHERS];
  return Object.keys(env)
    .toSorted()
    .flatMap((variable) => {
      const name = variable.slice(PREFIX.length);
      if (!variable.startsWith(PREFIX) || (env[variable] ?? "") === "" || known.includes(name)) return [];
      const meant = nearestWord(name, known);
      return meant === undefined ? [] : [`"${variable}" does nothing; did you mean "${PREFIX}${meant}"?`];
    });
}
