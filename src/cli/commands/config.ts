import { configInForce, type ConfigInForce } from "../../app/config-in-force.ts";
import { parseSetting } from "../../app/config-layers.ts";
import { VARIABLES } from "../../app/config.ts";
import { locateWorkspace } from "../../app/workspace.ts";
import { coordError, type CoordError } from "../../domain/errors.ts";
import { shellWord } from "../../domain/quote.ts";
import { loadNative } from "../../platform/sys/load.ts";
import { CONFIG_KEYS, isConfigKey, type ConfigKey } from "../../schema/config.ts";
import { badConfigWarning } from "../bad-config.ts";
import { command } from "../command.ts";
import { limitWarnings, renderConfig, renderValue } from "../config-view.ts";
import { usageError } from "../usage.ts";
import { misspeltVariables } from "../misspelt-variables.ts";
import { nearestWord } from "../../domain/nearest-word.ts";

export const config = command({
  onlyReads: true,
  // What comes after the key is not taken, but meant: it is told how it is done.
  repeats: true,
  args: { key: { type: "positional", required: false, description: "print the value of this one alone, for scripts" } },
  notes: [
    "The environment (COORD_HOLD=turn) counts before the project's config.json, that before your own, that before the",
    "default. A value is set in these, not here. With KEY a string is printed without quotes and anything else as JSON: as a variable takes it.",
    "With an error in any of these places the defaults hold, all of them; it is shown, and the exit code stays 0.",
    "For help in an editor, put this line into the project's config.json:",
    '  "$schema": "./schemas/config.schema.json",',
  ],
  examples: [
    ["coord config", "every setting, and where it comes from"],
    ["coord config hold", "one value alone"],
  ],
  run: async (args) => {
    const asked = wordsOf(args._);
    const only = asked.key === undefined ? undefined : keyNamed(asked.key);
    const { sys } = await loadNative();
    const { env } = process;
    const inForce = configInForce(sys, env, locateWorkspace(sys, env, process.cwd()));
    if (only !== undefined && asked.value !== undefined) throw notSetHere(only, asked.value, inForce);
    const settings = inForce.settings.filter(({ key }) => only === undefined || key === only);
    const [first] = settings;
    return {
      warnings: [
        ...inForce.errors.map(badConfigWarning),
        ...misspeltVariables(env),
        ...(only === undefined ? [] : settings.flatMap(limitWarnings)),
      ],
      json: {
        config: Object.fromEntries(settings.map(({ key, ...rest }) => [key, rest])),
        files: inForce.files,
        errors: inForce.errors.map(({ message, hint, data }) => ({ ...data, message, hint })),
      },
      text: () => (only === undefined || first === undefined ? renderConfig(inForce) : renderValue(first)),
    };
  },
});

interface Asked {
  readonly key: string | undefined;
  readonly value: string | undefined;
}

/** `KEY`; and what other programs take to set one: `KEY VALUE`, `KEY=VALUE`, `set KEY VALUE`. */
function wordsOf(words: readonly string[]): Asked {
  const [first, ...rest] = words[0] === "set" && words.length > 1 ? words.slice(1) : words;
  const [, name, assigned] = /^([^=]*)=(.*)$/s.exec(first ?? "") ?? [];
  const [key, value, surplus] = assigned === undefined ? [first, ...rest] : [name, assigned, ...rest];
  if (surplus !== undefined) throw usageError("config", { kind: "surplus-argument", value: surplus });
  return { key, value };
}

/** Says where a value is set, and what to write there. */
function notSetHere(key: ConfigKey, text: string, { files, found }: ConfigInForce): CoordError {
  const parsed = parseSetting(key, text);
  if (!parsed.ok)
    return coordError("USAGE", `coord config sets nothing, and ${parsed.reason}`, { hint: "coord config --help" });
  const value = JSON.stringify(parsed.value[key]);
  const inFile = found.project
    ? `add "${key}": ${value} to the object in ${files.project}`
    : `write {"${key}": ${value}} into ${files.project}`;
  const word = shellWord(text);
  const byVariable = word === undefined ? "" : `, or: export ${VARIABLES[key]}=${word}`;
  return coordError("USAGE", `coord config only shows "${key}", it does not set it`, {
    hint: `${inFile}${byVariable}`,
  });
}

function keyNamed(name: string): ConfigKey {
  if (isConfigKey(name)) return name;
  throw unknownKey(name);
}

function unknownKey(name: string): CoordError {
  const meant = nearestWord(name, CONFIG_KEYS);
  const question = meant === undefined ? "" : `; did you mean "${meant}"?`;
  return coordError("USAGE", `"${name}" is not one of the keys ${CONFIG_KEYS.join(", ")}${question}`, {
    hint: `coord config${meant === undefined ? "" : ` ${meant}`}`,
  });
}
