import { coordError } from "../domain/errors.ts";
import type { HookVerb } from "../domain/hook-verb.ts";

/** Where the settings live that call coord: everybody's own, the project's (committed), or one's own for the project. */
export const SCOPES = ["user", "project", "local"] as const;
export type Scope = (typeof SCOPES)[number];

/** A hook command in Claude Code's settings: CLAUDE_CODE.md section 2.1. */
export interface Handler {
  readonly type: "command";
  readonly command: string;
  readonly args?: readonly string[];
  /** Seconds. */
  readonly timeout: number;
  readonly statusMessage?: string;
  readonly async?: true;
  readonly onFailure?: "block";
}

/** One entry below an event of `hooks`. coord never shares an entry with anybody else's handlers. */
export interface Group {
  readonly matcher?: string;
  readonly hooks: readonly [Handler];
}

export interface Wired {
  readonly event: string;
  readonly hook: HookVerb;
  readonly group: Group;
}

export interface WiringOptions {
  readonly scope: Scope;
  /** The absolute path of the binary; not used in project scope, where it would be wrong for everybody else. */
  readonly binary: string;
  /** MCP tools that write files (config `write_tools`). */
  readonly writeTools: readonly string[];
  /** config `strict`: a check that fails blocks the write. */
  readonly strict: boolean;
}

const WRITE_TOOLS = ["Write", "Edit", "MultiEdit", "NotebookEdit"];

/** Seconds. A check may wait for a lock; everything else answers at once, and 10 s is far above its own deadline. */
const CHECK_TIMEOUT = 60;
const TIMEOUT = 10;
/**
 * All SessionEnd handlers together have 1.5 s, unless one asks for more. coord needs a few milliseconds, but has to be
 * started first, and on a busy machine that is what takes the time.
 */
const CLEANUP_TIMEOUT = 5;

/** What belongs into the settings of a scope: the table of DESIGN section 5, in the order of a session's life. */
export function wiring(options: WiringOptions): readonly Wired[] {
  const writes = writeMatcher(options.writeTools);
  const others = otherToolsMatcher(options.writeTools);
  const at = (event: string, hook: HookVerb, extras: Extras = {}): Wired => ({
    event,
    hook,
    group: {
      ...(extras.matcher === undefined ? {} : { matcher: extras.matcher }),
      hooks: [handler(options, event, hook, extras)],
    },
  });
  return [
    at("SessionStart", "init"),
    at("SubagentStart", "init"),
    at("UserPromptSubmit", "heartbeat"),
    at("PreToolUse", "check", { matcher: writes }),
    at("PreToolUse", "heartbeat", { matcher: others, async: true }),
    at("PostToolUse", "release", { matcher: writes }),
    // Not asynchronous: what a session has read must be known before its next write is checked.
    at("PostToolUse", "heartbeat", { matcher: "Read" }),
    at("PostToolUse", "heartbeat", { matcher: others, async: true }),
    at("PostToolUseFailure", "release", { matcher: writes }),
    at("PostToolBatch", "release"),
    at("Stop", "release"),
    at("SubagentStop", "release"),
    at("SessionEnd", "cleanup"),
  ];
}

interface Extras {
  readonly matcher?: string;
  readonly async?: true;
}

function handler(options: WiringOptions, event: string, hook: HookVerb, extras: Extras): Handler {
  return {
    type: "command",
    ...(options.scope === "project"
      ? { command: sharedCommand(event, hook) }
      : { command: options.binary, args: ["hook", hook] }),
    timeout: hook === "check" ? CHECK_TIMEOUT : hook === "cleanup" ? CLEANUP_TIMEOUT : TIMEOUT,
    ...(hook === "check" ? { statusMessage: "coord: waiting for file lock" } : {}),
    ...(extras.async === undefined ? {} : { async: extras.async }),
    ...(hook === "check" && options.strict ? { onFailure: "block" } : {}),
  };
}

/** What a shared command starts with; `own-handler.ts` knows it again by this. */
export const SHARED_PREFIX = "command -v coord >/dev/null 2>&1 || ";

/**
 * The command in settings that a team shares: it finds coord on each one's PATH and says nothing where there is none,
 * but for one line when a session starts. A session's start also makes the state folder: a committed wiring opts the
 * project in (DESIGN section 3).
 */
function sharedCommand(event: string, hook: HookVerb): string {
  const run = `exec coord hook ${hook}`;
  if (event !== "SessionStart") return `${SHARED_PREFIX}exit 0; ${run}`;
  return `${SHARED_PREFIX}{ echo '${MISSING}'; exit 0; }; ${INIT_PROJECT}; ${run}`;
}

/** In the project's folder, wherever the session has gone since: a resumed one may start elsewhere. */
const INIT_PROJECT = '(cd "${CLAUDE_PROJECT_DIR:-.}" && coord init </dev/null) >/dev/null 2>&1';

/** One JSON object without an apostrophe: it stands in single quotes. */
const MISSING = JSON.stringify({
  systemMessage:
    "coord is not installed here, so nothing keeps sessions from overwriting each other in this project. " +
    "Put the coord binary on PATH, or take the hooks out of .claude/settings.json.",
});

/** Letters, digits, `_`, `-` and `|` only: such a matcher is a list of exact names (CLAUDE_CODE.md section 1.4). */
function writeMatcher(writeTools: readonly string[]): string {
  for (const tool of writeTools) {
    if (!/^[A-Za-z0-9_-]+$/.test(tool)) {
      throw coordError("CONFIG", `write_tools names the tool "${tool}", and no tool can be called that`, {
        hint: "Write the full name of an MCP tool, such as mcp__server__tool",
      });
    }
  }
  return [...new Set([...WRITE_TOOLS, ...writeTools])].join("|");
}

/** Any other character makes a matcher an unanchored regular expression: every tool but those wired otherwise. */
function otherToolsMatcher(writeTools: readonly string[]): string {
  return `^(?!(?:${writeMatcher(writeTools)}|Read)$).*`;
}
