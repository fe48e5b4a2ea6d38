/** Readers and writers with the mistakes that RELIABILITY section 3 is about, each made by wrapping a real `Sys`. */
import { constants, lstatSync, openSync, readFileSync } from "node:fs";
import type { Sys } from "../../../src/platform/sys/types.ts";

export const STORE_MUTANTS = [
  "unreadable is absent",
  "one bad record stops all",
  "links are followed",
  "quarantine deletes",
  "quarantine leaves it",
  "the floor is not raised",
  "a FIFO is waited for",
] as const;
export type StoreMutant = (typeof STORE_MUTANTS)[number];

export function isStoreMutant(text: string | undefined): text is StoreMutant {
  return STORE_MUTANTS.some((mutant) => mutant === text);
}

export function mutated(sys: Sys, mutant: StoreMutant): Sys {
  switch (mutant) {
    case "unreadable is absent":
      return {
        ...sys,
        open: (path, mode) => (mode === "read" && isBad(path) ? "ENOENT" : sys.open(path, mode)),
        lstat: (path) => (isBad(path) ? "ENOENT" : sys.lstat(path)),
      };
    case "one bad record stops all":
      return {
        ...sys,
        open: (path, mode) => {
          if (mode === "read" && isBad(path)) throw new SyntaxError(`Unexpected end of JSON input: ${path}`);
          return sys.open(path, mode);
        },
      };
    case "links are followed":
      return { ...sys, lstat: sys.stat, open: (path, mode) => sys.open(path, mode === "read" ? "read-through" : mode) };
    case "quarantine deletes":
      return { ...sys, rename: (from, to) => (isQuarantine(from, to) ? sys.unlink(from) : sys.rename(from, to)) };
    case "quarantine leaves it":
      return { ...sys, rename: (from, to) => (isQuarantine(from, to) ? "" : sys.rename(from, to)) };
    case "the floor is not raised":
      return { ...sys, rename: (from, to) => (to.endsWith("/floor.json") ? sys.unlink(from) : sys.rename(from, to)) };
    case "a FIFO is waited for":
      return {
        ...sys,
        open: (path, mode) => {
          // As `readFileSync` opens it.
          if (mode === "read" && lstatSync(path, { throwIfNoEntry: false })?.isFIFO() === true)
            return openSync(path, constants.O_RDONLY);
          return sys.open(path, mode);
        },
      };
  }
  return mutant satisfies never;
}

function isQuarantine(from: string, to: string): boolean {
  return to.includes("/corrupt/") && !/\/tmp\/[^/]+$/.test(from);
}

/** A record of ours that is none. */
function isBad(path: string): boolean {
  if (!path.endsWith(".json")) return false;
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (!stat.isFile()) return true;
  try {
    JSON.parse(readFileSync(path, "utf8"));
    return false;
  } catch {
    return true;
  }
}
