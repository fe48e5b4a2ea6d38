#!/usr/bin/env node
// Starts the binary for this machine, which is a package of its own. Hooks do not pass here: `coord install` wires the
// binary itself into the settings.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";

function isMusl() {
  return process.platform === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined;
}

function binary() {
  const base = `@NAME@-${process.platform}-${process.arch}`;
  const name = isMusl() ? `${base}-musl` : base;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/coord`);
  } catch {
    process.stderr.write(`coord: ${name} is not installed, which has the binary for this machine\n`);
    process.stderr.write("coord: next: npm install --global @NAME@, without --omit=optional\n");
    return process.exit(1);
  }
}

const program = binary();
// Before the child is there: whoever hears from it may end it at once. From a terminal it gets these two by itself.
for (const signal of ["SIGINT", "SIGQUIT"]) process.on(signal, () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  process.stderr.write(`coord: the binary cannot be started: ${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
