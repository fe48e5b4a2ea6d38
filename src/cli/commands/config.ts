import { configInForce } from "../../app/config-in-force.ts";
import { locateWorkspace } from "../../app/workspace.ts";
import { coordError, type CoordError } from "../../domain/errors.ts";
import { loadNative } from "../../platform/sys/load.ts";
import { CONFIG_KEYS, isConfigKey, type ConfigKey } from "../../schema/config.ts";
import { badConfigWarning } from "../bad-config.ts";
import { command } from "../command.ts";
import { renderConfig, renderValue } from "../config-view.ts";
import { misspeltVariables } from "../misspelt-variables.ts";
import { nearestWord } from "../nearest-word.ts";

export const config = command({
  args: { key: { type: "positional", required: false, description: "print the value of this one alone, for scripts" } },
  notes: [
    "The environment (COORD_HOLD=turn) counts before the project's config.json, that before your own, that before the",
    "default. With KEY a string is printed without quotes and anything else as JSON: as a variable takes it.",
    "With an error in any of these places the defaults hold, all of them; it is shown, and the exit code stays 0.",
    "For help in an editor, put this line into the project's config.json:",
    '  "$schema": "./schemas/config.schema.json",',
  ],
  examples: [
    ["coord config", "every setting, and where it comes from"],
    ["coord config hold", "one value alone"],
  ],
  run: async (args) => {
    const only = args.key === undefined ? undefined : keyNamed(args.key);
    const { sys } = await loadNative();
    const { env } = process;
    const inForce = configInForce(sys, env, locateWorkspace(sys, env, process.cwd()));
    const settings = inForce.settings.filter(({ key }) => only === undefined || key === only);
    const [first] = settings;
    return {
      warnings: [...inForce.errors.map(badConfigWarning), ...misspeltVariables(env)],
      json: {
        config: Object.fromEntries(settings.map(({ key, ...rest }) => [key, rest])),
        files: inForce.files,
        errors: inForce.errors.map(({ message, hint, data }) => ({ ...data, message, hint })),
      },
      text: () => (only === undefined || first === undefined ? renderConfig(inForce) : renderValue(first)),
    };
  },
});

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
