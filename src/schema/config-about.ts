/**
 * What each key of `config.json` means, for editors (schemas/config.schema.json) and for `coord config`. Apart from the
 * schema, because a hook checks the file but explains nothing.
 */
import * as v from "valibot";
import { DEFAULTS } from "../domain/config.ts";
import { writtenDuration } from "../domain/duration.ts";
import { configSchema, type ConfigFile, type ConfigKey } from "./config.ts";

/** Every key with a value, in the form in which it is written. */
export type WrittenConfig = { readonly [K in ConfigKey]-?: Exclude<ConfigFile[K], undefined> };

/** What holds where nothing is set. */
export const WRITTEN_DEFAULTS: WrittenConfig = {
  ttl: writtenDuration(DEFAULTS.ttlMs),
  tool_ttl: writtenDuration(DEFAULTS.toolTtlMs),
  stale_after: writtenDuration(DEFAULTS.staleAfterMs),
  hold: DEFAULTS.hold,
  wait: writtenDuration(DEFAULTS.waitMs),
  on_conflict: DEFAULTS.onConflict,
  strict: DEFAULTS.strict,
  // What is written comes on top of `DEFAULTS.ignore`.
  ignore: [],
  write_tools: Object.fromEntries(DEFAULTS.writeTools),
  store: "file",
};

interface About<T> {
  readonly description: string;
  readonly examples: readonly T[];
}

type Abouts = { readonly [K in keyof ConfigFile]-?: About<Exclude<ConfigFile[K], undefined>> };

const ABOUT: Abouts = {
  $schema: {
    description: "Where an editor finds this schema; coord itself does not read it.",
    examples: ["./schemas/config.schema.json"],
  },
  ttl: {
    description:
      'Life of a lock after its holder\'s last sign of life. At least "100ms", and no longer than stale_after in effect.',
    examples: ["5m", "90s", "1h"],
  },
  tool_ttl: {
    description: 'The longest life of a lock for one tool call. At least "100ms".',
    examples: ["60s", "2m"],
  },
  stale_after: {
    description: 'A session without a known process counts as gone after this. At least "100ms".',
    examples: ["5m", "30m"],
  },
  hold: {
    description:
      "How long a write keeps its file: until the tool calls of its batch have ended (tool), until the model stops (turn), or until the session ends (session).",
    examples: ["tool", "turn", "session"],
  },
  wait: {
    description: 'How long a hook waits for a lock that is held for one tool call. At most "45s".',
    examples: ["2s", "500ms"],
  },
  on_conflict: {
    description:
      "What happens to a write over a change that the session has not seen: it is denied (deny), noted only (warn), or let through (off). A file that another holds is denied in any case.",
    examples: ["deny", "warn", "off"],
  },
  strict: {
    description: "true: a write that cannot be checked is denied.",
    examples: [true],
  },
  ignore: {
    description: `Globs that hooks leave alone, besides ${DEFAULTS.ignore.join(", ")}. Without a slash a glob is for names in any folder.`,
    examples: [["dist/**", "*.log"]],
  },
  write_tools: {
    description:
      "MCP tools that write: name of the tool, and of its argument that holds the path. After a change run: coord install",
    examples: [{ mcp__files__write_file: "path" }],
  },
  store: {
    description: "Where the state is kept.",
    examples: ["file"],
  },
};

/** The schema of `config.json` with all that helps an editor. */
export function describedConfigSchema(): v.GenericSchema {
  const { entries } = configSchema;
  const described = {
    $schema: v.optional(v.pipe(entries.$schema.wrapped, v.metadata({ ...ABOUT.$schema }))),
    ttl: key("ttl"),
    tool_ttl: key("tool_ttl"),
    stale_after: key("stale_after"),
    hold: key("hold"),
    wait: key("wait"),
    on_conflict: key("on_conflict"),
    strict: key("strict"),
    ignore: key("ignore"),
    write_tools: key("write_tools"),
    store: key("store"),
  } satisfies Record<keyof typeof entries, v.GenericSchema>;
  return v.pipe(v.strictObject(described), v.title("config.json of coord"));
}

function key(name: ConfigKey): v.GenericSchema {
  const value: v.GenericSchema = configSchema.entries[name].wrapped;
  return v.optional(v.pipe(value, v.metadata({ ...ABOUT[name], default: WRITTEN_DEFAULTS[name] })));
}
