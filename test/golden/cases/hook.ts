import type { Cases } from "./table.ts";

/** Typed with a process that stands for Claude Code. `--json` is allowed and changes nothing: hooks speak JSON. */
export const HOOK: Cases = {
  "hook init": [
    "coord hook init <../events/start.json",
    "coord hook init --json <../events/start.json",
    "echo broken | coord hook init",
    "coord hook init now",
  ],
  "hook check": [
    "coord hook check <../events/write-free.json",
    "coord hook check <../events/write-held.json",
    "coord hook check --json <../events/write-held.json",
    "coord hook check --fast --json",
  ],
  "hook release": [
    "coord hook check <../events/write-free.json; coord hook release <../events/wrote-free.json; coord lock list",
    "coord hook release --json <../events/wrote-free.json",
  ],
  "hook heartbeat": [
    "coord hook heartbeat <../events/prompt.json",
    "coord hook heartbeat --json <../events/prompt.json",
    "coord hook beat",
  ],
  "hook cleanup": ["coord hook cleanup <../events/end.json", "coord hook cleanup --json <../events/end.json"],
};
