import * as v from "valibot";
import { DURATION, DURATION_EXAMPLES, parseDuration } from "../domain/duration.ts";

const duration = v.pipe(
  v.string(`wants a duration such as ${DURATION_EXAMPLES}`),
  v.regex(DURATION, `wants a duration such as ${DURATION_EXAMPLES}`),
);

function oneOf<const T extends readonly string[]>(options: T) {
  return v.picklist(options, `wants one of ${options.map((o) => `"${o}"`).join(", ")}`);
}

/** `config.json` of a state folder, and the user's own. Unknown keys are errors: a misspelt key would do nothing. */
export const configSchema = v.strictObject(
  {
    $schema: v.optional(v.string()),
    ttl: v.optional(duration),
    tool_ttl: v.optional(duration),
    stale_after: v.optional(duration),
    hold: v.optional(oneOf(["tool", "turn", "session"])),
    wait: v.optional(duration),
    on_conflict: v.optional(oneOf(["deny", "warn", "off"])),
    strict: v.optional(v.boolean("wants true or false")),
    ignore: v.optional(v.array(v.pipe(v.string("wants globs"), v.maxLength(1000)), "wants a list of globs")),
    write_tools: v.optional(
      v.record(
        v.pipe(v.string(), v.maxLength(200), v.regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "is not the name of a tool")),
        v.pipe(v.string("wants the name of the argument that holds the path"), v.maxLength(200)),
        "wants an object: MCP tool to the name of its path argument",
      ),
    ),
    store: v.optional(oneOf(["file"])),
  },
  (issue) => (issue.expected === "never" ? "is not a key of coord" : "must be one JSON object"),
);

/** The configuration of the bash edition's successors, which lies in the same place and means nothing here. */
export const foreignConfigSchema = v.looseObject({ $schema: v.pipe(v.string(), v.startsWith("coordination://")) });

export type ConfigFile = v.InferOutput<typeof configSchema>;

/** What can be set; `$schema` is for editors. */
export type ConfigKey = Exclude<keyof ConfigFile, "$schema">;

export function isConfigKey(name: string): name is ConfigKey {
  return name !== "$schema" && Object.hasOwn(configSchema.entries, name);
}

export const CONFIG_KEYS: readonly ConfigKey[] = Object.keys(configSchema.entries).filter(isConfigKey);

/** A duration that the schema has let through, in milliseconds. */
export function durationMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}
