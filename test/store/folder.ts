/** A real state folder in a temporary place, and processes that exist by their names only. */
import { lstatSync, lutimesSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessRef, Verdict } from "../../src/domain/process.ts";
import type { Stamp } from "../../src/domain/time.ts";
import type { Sys } from "../../src/platform/sys/types.ts";
import { fileStore } from "../../src/store/file/file-store.ts";
import { makeParts } from "../../src/store/file/folders.ts";
import { layoutOf, type Layout } from "../../src/store/file/layout.ts";
import type { Store } from "../../src/store/store.ts";
import type { Bench } from "./contract.ts";

export interface OpenAs {
  /** The process that opens it; default: a new one. */
  readonly pid?: number;
  readonly sys?: Sys;
}

export interface Folder extends Bench {
  readonly sys: Sys;
  readonly layout: Layout;
  readonly open: (as?: OpenAs) => Store;
  /** From now on the process is known to be dead. */
  readonly bury: (pid: number) => void;
  readonly now: () => Stamp;
  readonly self: (pid: number) => ProcessRef;
  readonly judge: (ref: ProcessRef) => Verdict;
}

export const LOCK_TTL_MS = 300_000;

export function stateFolder(sys: Sys): Folder {
  const layout = layoutOf(mkdtempSync(join(tmpdir(), "coord-store-")));
  makeParts(sys, layout);
  const dead = new Set<number>();
  let pids = 1000;
  const now = (): Stamp => ({ wall_ms: Date.now(), mono_ms: sys.monotonicMs(), boot: "b" });
  const self = (pid: number): ProcessRef => ({ host: "h", boot: "b", pidns: "1", pid, start: "1" });
  const judge = (ref: ProcessRef): Verdict => (dead.has(ref.pid) ? "dead" : "alive");
  return {
    sys,
    layout,
    now,
    self,
    judge,
    bury: (pid) => {
      dead.add(pid);
    },
    open: (as = {}) => {
      const me = self(as.pid ?? (pids += 1));
      return fileStore({ stateDir: layout.top, sys: as.sys ?? sys, self: () => me, judge, now, ttlMs: LOCK_TTL_MS });
    },
    pass: (ms) => grow(layout.top, ms),
    close: () => rmSync(layout.top, { recursive: true, force: true }),
  };
}

/** The files grow older instead of the clock going on: what is written afterwards is young again. */
function grow(folder: string, ms: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) grow(path, ms);
    const { atime, mtimeMs } = lstatSync(path);
    lutimesSync(path, atime, new Date(mtimeMs - ms));
  }
}
