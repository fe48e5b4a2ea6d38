import { ALL, POPULATED, STALE, type Case } from "../case.ts";
import { line } from "../lane.ts";

const ADD = "decisions add --category security --title Tokens --description Short --as cleo";

export const DECISIONS: readonly Case[] = [
  { name: "decisions add", step: line(ADD), states: ALL, twice: "decision Tokens" },
  {
    name: "decisions add, superseding",
    step: line(`${ADD} --supersedes $DECISION --json`),
    states: POPULATED,
    twice: "decision Tokens",
  },
  { name: "decisions list", step: line("decisions list"), states: STALE },
  { name: "decisions query", step: line("decisions query $DECISION"), states: STALE },
  { name: "decisions import", step: line("decisions import $HOME/old-log.json"), states: ALL },
  { name: "decisions import, dry run", step: line("decisions import $HOME/old-log.json --dry-run"), states: POPULATED },
];
