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

const child = spawn(binary(), process.argv.slice(2), { stdio: "inherit" });
// From a terminal the child gets them itself: here they only must not end this process first.
for (const signal of ["SIGINT", "SIGQUIT"]) process.on(signal, () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`coord: the binary cannot be started: ${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
