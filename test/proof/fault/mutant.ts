/**
 * Broken variants of `coord`, each made from its own parts by wrapping one: the sweeps have to catch every one of them.
 * It knows as much of the command line as they use: `mutant NAME lock acquire PATH... --as ID`.
 */
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { acquireLocks } from "../../../src/app/acquire-lock.ts";
import { openApp } from "../../../src/app/context.ts";
import { commandIdentity } from "../../../src/app/identity.ts";
import { loadNative } from "../../../src/platform/sys/load.ts";
import type { Done, Sys } from "../../../src/platform/sys/types.ts";
import { writeAll } from "../../../src/platform/text-file.ts";
import { toFailure } from "../../../src/cli/errors.ts";

/** What is wrong with each. "none" shows that it is not this program itself that is caught. */
export const MUTANTS = [
  "none",
  "published-in-place",
  "lock-before-ledger",
  "no-journal",
  "answer-before-commit",
  "errors-swallowed",
] as const;
export type Mutant = (typeof MUTANTS)[number];

function isMutant(text: string | undefined): text is Mutant {
  return MUTANTS.some((mutant) => mutant === text);
}

function broken(sys: Sys, mutant: Mutant): Sys {
  switch (mutant) {
    case "published-in-place":
      return {
        ...sys,
        rename: (from, to) => (from.includes("/coordination/tmp/") ? inPlace(from, to) : sys.rename(from, to)),
      };
    case "lock-before-ledger":
      return { ...sys, rename: ledgerLast(sys) };
    case "no-journal":
      return {
        ...sys,
        rename: (from, to) => (to.endsWith("/journal.json") ? sys.unlink(from) : sys.rename(from, to)),
        unlink: (path) => (path.endsWith("/journal.json") ? "" : sys.unlink(path)),
      };
    case "none":
    case "answer-before-commit":
    case "errors-swallowed":
      return sys;
  }
  return mutant satisfies never;
}

/** Writes over the target instead of putting another file in its place. */
function inPlace(from: string, to: string): "" {
  const text = readFileSync(from);
  const fd = openSync(to, "w");
  writeSync(fd, text);
  closeSync(fd);
  unlinkSync(from);
  return "";
}

/** A ledger waits for its lock. */
function ledgerLast(sys: Sys): Sys["rename"] {
  let waiting: { readonly from: string; readonly to: string } | undefined;
  return (from, to) => {
    if (to.includes("/files/")) {
      waiting = { from, to };
      return "";
    }
    const done = sys.rename(from, to);
    if (!to.includes("/locks/") || waiting === undefined) return done;
    const ledger = waiting;
    waiting = undefined;
    return sys.rename(ledger.from, ledger.to);
  };
}

const TO = { out: 1, err: 2 } as const;

function say(sys: Sys, to: keyof typeof TO, text: string): Done {
  return writeAll(sys, TO[to], new TextEncoder().encode(`${text}\n`));
}

async function main([name, ...words]: readonly string[]): Promise<number> {
  if (!isMutant(name)) throw new Error(`No such mutant: ${name}`);
  const native = await loadNative();
  const { sys } = native;
  const paths = words.slice(words.indexOf("acquire") + 1, words.indexOf("--as"));
  const locked = `Locked: ${paths.join()}`;
  try {
    const wrapped = { ...native, sys: broken(sys, name) };
    const app = await openApp({ native: wrapped, env: process.env, cwd: process.cwd() });
    const me = commandIdentity(app, words.at(words.indexOf("--as") + 1), undefined);
    if (name === "answer-before-commit") say(sys, "out", locked);
    await acquireLocks([{ app, me, paths }], { intent: "", ttlMs: undefined });
    if (name === "answer-before-commit" || say(sys, "out", locked) === "") return 0;
    say(sys, "err", "Error: Done, but the answer cannot be written\nNext: coord status");
    return 1;
  } catch (error) {
    const { message, hint, exitCode } = toFailure(error);
    if (name === "errors-swallowed") {
      say(sys, "out", locked);
      return 0;
    }
    say(sys, "err", `Error: ${message}\nNext: ${hint}`);
    return exitCode;
  }
}

if (import.meta.main) {
  void main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
