import type { Cases } from "./table.ts";

/** What is no command, and the commands without a noun. */
export const ROOT: Cases = {
  coord: [
    "coord",
    "coord --version",
    "coord --version --json",
    "coord lok list",
    "coord frobnicate --json",
    "coord lock",
    "coord lock --help",
    "coord instance --help",
    "coord hook --help",
  ],
  init: [
    "coord init",
    "coord init --json",
    "rm -r .claude; coord init",
    "coord status --as me",
    "cd ../linked && coord init",
    "chmod 777 .claude/coordination; coord init",
  ],
  install: [
    "coord install --dry-run",
    "coord install",
    "coord install --json",
    "coord install --scope project --hold turn",
    "coord install --scope team",
    "echo '{' >$HOME/.claude/settings.json; coord install",
  ],
  uninstall: [
    "coord uninstall",
    "coord install --scope local >../log",
    "coord uninstall --dry-run",
    "coord uninstall --json",
    "coord uninstall --everywhere",
  ],
  doctor: ["coord doctor", "coord doctor --break-guard held.x", "coord doctor --break-guard held.x --json"],
  status: [
    "coord status",
    "coord status --verbose",
    "coord status --json",
    "coord status --watch",
    "coord status --watch --json",
    "coord status --all",
    "rm -r .claude; coord status",
    "coord status --json",
  ],
};
