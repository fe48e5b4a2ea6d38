/**
 * Commands that coord prints for somebody to type, typed into a real shell. The shell has nothing on its PATH but
 * stand-ins that note their words, and starts in an empty folder: whatever else appears there was run by foreign text.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, type Project } from "../../hooks/project.ts";

const PROGRAMS = [
  "coord",
  "git",
  "chmod",
  "mv",
  "rm",
  "ln",
  "less",
  "head",
  "printf",
  "sudo",
  "kill",
  "cat",
  "ls",
  "export",
];

export interface Typed {
  /** The words of each program that was started. */
  readonly started: readonly (readonly string[])[];
  /** What the text did besides: files that appeared. */
  readonly did: readonly string[];
}

/** `cd` is where it is typed, for relative paths in it; the shell itself stands in a folder of its own. */
export function typedInShell(project: Project, line: string): Typed {
  const bin = join(project.root, "stand-ins");
  const scratch = join(project.root, "typed");
  const log = join(project.root, "typed.log");
  for (const folder of [bin, scratch]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  writeFileSync(log, "");
  for (const name of PROGRAMS) {
    const text = `#!/bin/sh\nfor word in "\${0##*/}" "$@"; do printf '%s\\0' "$word"; done >>'${log}'\nprintf '\\001' >>'${log}'\n`;
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  // The binary's own path stands where there is no coord on PATH.
  Bun.spawnSync(["/bin/sh", "-c", line.replaceAll(BINARY, "coord")], {
    cwd: scratch,
    env: { PATH: bin, HOME: join(project.root, "home") },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    timeout: 10_000,
  });
  const started = readFileSync(log, "utf8")
    .split("\u0001")
    .filter((words) => words !== "");
  return { started: started.map((words) => words.split("\0").slice(0, -1)), did: readdirSync(scratch) };
}
