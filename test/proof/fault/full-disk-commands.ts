/** What writes: each command and hook that changes the state, and how one sees that it did. */
import { join } from "node:path";

/** What there is, looked up without coord. */
export interface Seen {
  readonly locks: readonly string[];
  readonly instances: readonly string[];
  readonly decisions: readonly string[];
}

export interface Write {
  readonly name: string;
  readonly words: readonly string[];
  readonly stdin?: (dir: string) => string;
  /** True once it has done what it is for. Left out where that leaves no trace that could be told. */
  readonly done?: (seen: Seen) => boolean;
  /** A hook: what its answer must be, besides going on. */
  readonly must?: "deny";
}

/** Its records need two pages. */
const LONG = `${`${"d".repeat(240)}/`.repeat(12)}long.ts`;

const A = ["--as", "agent-a"];
const C = ["--as", "agent-c"];

function write(line: string, done?: Write["done"], more: readonly string[] = []): Write {
  return { name: line, words: [...line.split(" "), ...more], ...(done === undefined ? {} : { done }) };
}

const holds =
  (...locks: readonly string[]) =>
  (seen: Seen): boolean =>
    locks.every((lock) => seen.locks.includes(lock));
const gone =
  (lock: string) =>
  (seen: Seen): boolean =>
    !seen.locks.includes(lock);

export const SESSION = "97e583ee-3d87-47d3-868a-1c0a2eb52b42";

function hook(verb: string, event: string, fields: (dir: string) => object, more: Partial<Write> = {}): Write {
  const stdin = (dir: string): string =>
    `${JSON.stringify({ session_id: SESSION, cwd: dir, hook_event_name: event, ...fields(dir) })}\n`;
  return { name: `hook ${verb} ${event}`, words: ["hook", verb], stdin, ...more };
}

const tool =
  (name: string, file: string) =>
  (dir: string): object => ({
    tool_name: name,
    tool_use_id: `toolu_${file}`,
    tool_input: { file_path: join(dir, file), content: "x\n" },
    tool_response: { type: "text" },
    duration_ms: 5,
  });

export const WRITES: readonly Write[] = [
  write("init"),
  write("install"),
  write("instance register", (seen) => seen.instances.includes("agent-c"), ["--task", "t", "--role", "r", ...C]),
  write("instance heartbeat", undefined, A),
  write("instance unregister", gone("a.ts agent-a"), A),
  write("lock acquire c.ts", holds("c.ts agent-c"), C),
  write("lock acquire c.ts d.ts e.ts", holds("c.ts agent-c", "d.ts agent-c", "e.ts agent-c"), C),
  write("lock acquire", (seen) => seen.locks.includes(`${LONG} agent-c`), [LONG, ...C]),
  write("lock renew a.ts --ttl 2h", undefined, A),
  write("lock release a.ts", gone("a.ts agent-a"), A),
  write("lock release --all", gone("a.ts agent-a"), A),
  write("lock cleanup"),
  write("status"),
  write("run --lock c.ts", undefined, [...C, "--", "true"]),
  write("decisions add", (seen) => seen.decisions.includes("New"), [
    "--category",
    "api",
    "--title",
    "New",
    "--description",
    "D",
  ]),
  write("decisions import", (seen) => seen.decisions.includes("Imported"), ["IMPORT"]),
  hook("init", "SessionStart", () => ({ source: "startup" })),
  hook("check", "PreToolUse", tool("Write", "c.ts"), {
    name: "hook check (free)",
    done: (seen) => seen.locks.some((lock) => lock.startsWith("c.ts ")),
  }),
  hook("check", "PreToolUse", tool("Write", "b.ts"), { name: "hook check (held)", must: "deny" }),
  hook("release", "PostToolUse", tool("Write", "s.ts")),
  hook("release", "PostToolBatch", () => ({ tool_calls: [] })),
  hook("release", "Stop", () => ({ stop_hook_active: false })),
  hook("heartbeat", "PostToolUse", tool("Read", "b.ts")),
  hook("heartbeat", "UserPromptSubmit", () => ({ prompt: "Go on" })),
  hook("cleanup", "SessionEnd", () => ({ reason: "other" })),
];
