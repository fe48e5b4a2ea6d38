/** What people, scripts and the client call: every command of the tree, every event of the recording that has a hook. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { hooksFor } from "../../hooks/session.ts";
import type { Scene } from "./scene.ts";

export interface Line {
  readonly name: string;
  /** The command of the tree that it calls. */
  readonly command: string;
  readonly words: (scene: Scene) => readonly string[];
  readonly stdin?: (scene: Scene) => string;
  /** Called by this name, as a link in the state's bin/. */
  readonly tool?: string;
  /** Writes into the user's folders by its nature: these, below the scene's root. */
  readonly writes?: readonly string[];
}

const A = ["--as", "agent-a"];
const C = ["--as", "agent-c"];

/** Of the tree's words those that name a command; what follows are arguments. */
function line(command: string, ...args: readonly (string | ((scene: Scene) => string))[]): Line {
  return {
    name: [command, ...args.map((arg) => (typeof arg === "string" ? arg : "…"))].join(" ").trim(),
    command,
    words: (scene) => [...command.split(" "), ...args.map((arg) => (typeof arg === "string" ? arg : arg(scene)))],
  };
}

const SETTINGS = ["home/.claude", "project/.claude/settings.json", "project/.claude/settings.local.json"];

const COMMANDS: readonly Line[] = [
  line("init"),
  line("install", "--dry-run"),
  { ...line("install"), writes: SETTINGS },
  line("uninstall", "--dry-run"),
  { ...line("uninstall"), writes: SETTINGS },
  line("doctor"),
  { ...line("doctor", "--fix"), writes: SETTINGS },
  line("upgrade", "--check"),
  line("config"),
  line("config", "ttl", "--json"),
  line("status"),
  line("status", "--verbose", "--json"),
  line("run", "--lock", "c.ts", ...C, "--", "true"),
  line("run", "--lock", "a.ts", ...A, "--", "true"),
  line("help", "lock"),
  line("complete", "bash"),
  line("complete", "--", "lock", "release", ""),
  line("complete", "--", "decisions", "query", ""),
  line("instance register", "--task", "new", "--role", "r", ...A),
  line("instance unregister", ...A),
  line("instance heartbeat", ...A),
  line("instance list", "--json"),
  line("instance show", "agent-a"),
  line("lock acquire", "c.ts", ...C),
  line("lock acquire", "a.ts", ...C),
  line("lock acquire", "a.ts", "c.ts", "d.ts", ...A, "--json"),
  line("lock acquire", "a.ts", "--wait", "100ms", ...C),
  line("lock release", "a.ts", ...A),
  line("lock release", "--all", ...A),
  line("lock release", "a.ts", "--force", "--lock-id", ({ lockId }) => lockId, ...C),
  line("lock renew", "a.ts", ...A),
  line("lock verify", "a.ts", ...A),
  line("lock check", "a.ts", ...C),
  line("lock wait", "a.ts", "--timeout", "100ms", ...C),
  line("lock list"),
  line("lock cleanup"),
  line("decisions add", "--category", "api", "--title", "New", "--description", "D"),
  line("decisions list", "--json"),
  line("decisions query", ({ decision }) => decision),
  line("decisions import", ({ root }) => join(root, "log.json")),
  line("shell"),
  line("shell", "coord_check_lock", "a.ts"),
  { ...line("shell"), name: "coord-status", tool: "coord-status", words: () => [] },
  { ...line("shell"), name: "coord-lock list", tool: "coord-lock", words: () => ["list"] },
  { ...line("shell"), name: "coord-decisions list", tool: "coord-decisions", words: () => ["list"] },
];

const RECORDING = join(import.meta.dir, "../../fixtures/recorded-session.jsonl");
const eventSchema = v.looseObject({
  hook_event_name: v.string(),
  tool_name: v.optional(v.string()),
  agent_id: v.optional(v.string()),
});

/** One line for each hook of each kind of event in the recording; its files are a.ts, which agent-a has locked, or c.ts. */
function recorded(): readonly Line[] {
  const lines = new Map<string, Line>();
  const texts = readFileSync(RECORDING, "utf8").trimEnd().split("\n");
  for (const text of texts) {
    const event = v.parse(v.pipe(v.string(), v.parseJson(), eventSchema), text);
    const { hook_event_name: what, tool_name: tool, agent_id: agent } = event;
    // They go the same way as the others.
    if (tool === "NotebookEdit" || tool === "Agent") continue;
    for (const verb of hooksFor(what, tool)) {
      for (const file of /"(file_path|notebook_path)"/.test(text) ? ["a.ts", "c.ts"] : [""]) {
        const name = ["hook", verb, what, tool ?? "", agent === undefined ? "" : "(subagent)", file].join(" ");
        const stdin = ({ dir, sessionId }: Scene): string =>
          `${text
            .replaceAll("/home/dev/project", dir)
            .replaceAll(/"session_id": ?"[^"]*"/g, `"session_id":"${sessionId}"`)
            .replaceAll(/"(file_path|notebook_path|filePath)": ?"[^"]*"/g, `"$1":"${dir}/${file}"`)}\n`;
        lines.set(name, { name, command: `hook ${verb}`, words: () => ["hook", verb], stdin });
      }
    }
  }
  return [...lines.values()];
}

export const LINES: readonly Line[] = [...COMMANDS, ...recorded()];
