import { POPULATED, STALE, USED, type Case } from "../case.ts";
import { line, type Step } from "../lane.ts";

function tool(name: string, text: string): Step {
  return { ...line(text), program: `$PROJECT/.claude/coordination/bin/${name}`, session: "me" };
}

/** A function of `coordination.sh` as it calls the binary. */
function shell(name: string, ...args: readonly string[]): Step {
  return { words: ["shell", name, "--as", "cleo", "--", ...args] };
}

/** The tools and functions of the bash edition: DESIGN section 6. */
export const DROPIN: readonly Case[] = [
  { name: "coord-status", step: tool("coord-status", "--verbose"), states: STALE },
  { name: "coord-lock acquire", step: tool("coord-lock", "acquire src/x.ts Why"), states: USED },
  { name: "coord-lock release", step: tool("coord-lock", "release src/busy.ts"), states: POPULATED },
  { name: "coord-lock check", step: tool("coord-lock", "check src/held.ts"), states: STALE },
  { name: "coord-lock list", step: tool("coord-lock", "list"), states: STALE },
  { name: "coord-lock cleanup", step: tool("coord-lock", "cleanup"), states: STALE },
  {
    name: "coord-decisions add",
    step: tool("coord-decisions", "add --category=security --title=Tokens --description=Short"),
    states: POPULATED,
    twice: "decision Tokens",
  },
  { name: "coord-decisions list", step: tool("coord-decisions", "list"), states: STALE },
  { name: "coord-decisions query", step: tool("coord-decisions", "query $DECISION"), states: STALE },
  { name: "coord_init", step: shell("init"), states: ["none"] },
  { name: "coord_register_instance", step: shell("register_instance", "Task", "role"), states: POPULATED },
  {
    name: "coord_unregister_instance",
    step: { words: ["shell", "unregister_instance", "--as", "ben"] },
    states: POPULATED,
  },
  { name: "coord_heartbeat", step: { words: ["shell", "heartbeat", "--as", "ann"] }, states: POPULATED },
  { name: "coord_cleanup_stale_instances", step: shell("cleanup_stale_instances"), states: STALE },
  { name: "coord_acquire_lock", step: shell("acquire_lock", "src/x.ts", "Why"), states: POPULATED },
  {
    name: "coord_release_lock",
    step: { words: ["shell", "release_lock", "--as", "ann", "--", "src/held.ts"] },
    states: POPULATED,
  },
  {
    name: "coord_release_all_locks",
    step: { words: ["shell", "release_all_locks", "--as", "ben"] },
    states: POPULATED,
  },
  {
    name: "coord_renew_lock",
    step: { words: ["shell", "renew_lock", "--as", "ann", "--", "src/held.ts"] },
    states: POPULATED,
  },
  { name: "coord_check_lock", step: shell("check_lock", "src/held.ts"), states: STALE },
  { name: "coord_detect_conflict", step: shell("detect_conflict", "src/held.ts"), states: STALE },
  {
    name: "coord_log_decision",
    step: shell("log_decision", "security", "Tokens", "Short", "module"),
    states: POPULATED,
    twice: "decision Tokens",
  },
  { name: "coord_query_decisions", step: shell("query_decisions", "security", "5"), states: STALE },
  { name: "coord_list_instances", step: shell("list_instances"), states: STALE },
  { name: "coord_get_work", step: shell("get_work", "ann"), states: STALE },
];
