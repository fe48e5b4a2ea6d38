import { ALL, POPULATED, STALE, USED, type Case } from "../case.ts";
import { line, type SessionName, type Step } from "../lane.ts";

function inSession(text: string, session: SessionName = "me"): Step {
  return { ...line(text), session };
}

/** What the doctor's proof lays down and takes away again. */
const PROOF = /coord-doctor|claude-fb19a8f5fe4b/;

/** Commands without a noun. `status --watch` draws the same reading again and again. */
export const ROOT: readonly Case[] = [
  { name: "init", step: line("init"), states: ["none", ...ALL] },
  { name: "install", step: line("install"), states: ["none", "populated"] },
  { name: "install, project", step: line("install --scope project --hold turn --json"), states: ["none", "stale"] },
  { name: "install, local", step: line("install --scope local"), states: ["fresh"] },
  { name: "install, dry run", step: line("install --dry-run"), states: POPULATED },
  { name: "uninstall", step: line("uninstall"), states: POPULATED, prepare: [line("install")] },
  {
    name: "uninstall, project",
    step: line("uninstall --scope project"),
    states: STALE,
    prepare: [line("install --scope project")],
  },
  {
    name: "doctor",
    step: line("doctor"),
    states: POPULATED,
    prepare: [line("install")],
    passing: PROOF,
    errorsAtMost: 150,
  },
  { name: "doctor --fix", step: line("doctor --fix --json"), states: STALE, again: [0, 1], errorsAtMost: 300 },
  { name: "doctor --break-guard", step: line("doctor --break-guard $TOKEN"), states: STALE, again: [0, 1, 2] },
  // Without the address of releases, as tests are built: it asks nobody.
  { name: "upgrade", step: line("upgrade --check"), states: STALE },
  { name: "config", step: line("config"), states: POPULATED },
  { name: "config KEY", step: line("config hold"), states: STALE },
  { name: "status", step: line("status"), states: ALL },
  { name: "status --verbose", step: line("status --verbose --json"), states: USED },
  {
    name: "run",
    step: inSession("run --lock src/x.ts --lock src/y.ts -- true"),
    states: ALL,
    passing: /\.run-|ledger src\/[xy]\.ts/,
  },
  {
    name: "run --as",
    step: line("run --lock src/x.ts --as cleo -- false"),
    states: POPULATED,
    passing: /cleo|ledger src\/x\.ts/,
  },
  { name: "run of what is held", step: line("run --lock src/held.ts --as cleo -- true"), states: POPULATED },
  { name: "help", step: line("help lock"), states: POPULATED },
  { name: "complete", step: line("complete bash"), states: POPULATED },
  { name: "complete, words", step: line("complete -- lock release --as"), states: STALE },
  { name: "shell", step: line("shell"), states: POPULATED },
];
