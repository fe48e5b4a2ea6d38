import type { Config } from "../domain/config.ts";
import { coordError } from "../domain/errors.ts";
import { judge } from "../domain/process.ts";
import { pathWord } from "../domain/quote.ts";
import type { Stamp } from "../domain/time.ts";
import type { Around } from "../domain/view.ts";
import type { Holder } from "../domain/lock.ts";
import type { WatchFolders } from "../platform/folder-watch.ts";
import { processes, type Processes } from "../platform/processes.ts";
import type { Native } from "../platform/sys/load.ts";
import { failed, type Sys } from "../platform/sys/types.ts";
import { foldersIn, foreignName, layoutOf } from "../store/file/layout.ts";
import { fileStore } from "../store/file/file-store.ts";
import type { Store, TransactOptions, Transaction } from "../store/store.ts";
import { loadConfig } from "./config.ts";
import { movedFrom } from "./moved.ts";
import { foreignState } from "./state-owner.ts";
import { locateWorkspace, type Env, type Workspace } from "./workspace.ts";

/** Everything a use case needs: a store, a clock, the processes, and whose workspace it is. */
export interface App {
  readonly sys: Sys;
  readonly processes: Processes;
  readonly env: Env;
  /** Absolute. */
  readonly cwd: string;
  readonly workspace: Workspace;
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Stamp;
  /** How long each step may wait for the guard. */
  readonly wait: TransactOptions;
  /** How waiting commands wait for a change; absent: as the system does, loaded when it is needed. */
  readonly watchFolders?: WatchFolders;
}

/** How long a command waits for the guard, which is normally held for a fraction of a millisecond. */
const GUARD_WAIT_MS = 2000;

export interface OpenOptions {
  readonly native: Native;
  readonly env: Env;
  readonly cwd: string;
  /** The folder whose workspace is meant; default: `cwd`. */
  readonly dir?: string;
  /** Already loaded, or replaced by the defaults after an error was told. */
  readonly config?: Config;
  /** Shared between workspaces opened by one process: what it found out about processes stays known. */
  readonly processes?: Processes;
  /** How long a step may wait for the guard. Milliseconds; default GUARD_WAIT_MS. */
  readonly guardWaitMs?: number;
}

/** Opens the workspace. Its state folder need not exist: see `requireState`. Throws CONFIG, STATE_UNSAFE. */
export async function openApp(options: OpenOptions): Promise<App> {
  const { native, env, cwd } = options;
  const { sys } = native;
  const workspace = locateWorkspace(sys, env, options.dir ?? cwd);
  const config = options.config ?? (await loadConfig(sys, env, workspace));
  const procs = options.processes ?? processes(native, judge);
  const now = (): Stamp => {
    const { monoMs, boot } = procs.clock();
    return { wall_ms: Date.now(), mono_ms: monoMs, boot };
  };
  const store = fileStore({
    stateDir: workspace.stateDir,
    sys,
    self: procs.self,
    judge: procs.judge,
    now,
    ttlMs: config.ttlMs,
  });
  return {
    sys,
    processes: procs,
    env,
    cwd,
    workspace,
    config,
    store,
    now,
    wait: { waitMs: options.guardWaitMs ?? GUARD_WAIT_MS },
  };
}

/**
 * True when the workspace has a state folder that can be trusted. Throws STATE_UNSAFE for one that is a link, belongs
 * to somebody else or may be written by everybody (SECURITY.md).
 */
export function hasState(app: Pick<App, "sys" | "workspace">): boolean {
  const { stateDir } = app.workspace;
  const stat = app.sys.lstat(stateDir);
  if (stat === "ENOENT" || stat === "ENOTDIR") return false;
  if (typeof stat === "string") throw coordError("IO", `Cannot look at "${stateDir}": ${stat}`);
  if (stat.kind === "directory") refuseOthers(app);
  const foreign = stat.uid === app.sys.uid() ? undefined : foreignState(app);
  if (foreign !== undefined) throw foreign;
  const why =
    stat.kind !== "directory"
      ? `is not a folder but a ${stat.kind}`
      : (stat.mode & 0o002) !== 0
        ? "may be written by everybody"
        : undefined;
  if (why === undefined) {
    refuseLinks(app);
    return true;
  }
  const hint = why.startsWith("may") ? `chmod 700 ${pathWord(stateDir)}` : "move it away and run: coord init";
  throw coordError("STATE_UNSAFE", `The state folder "${stateDir}" ${why}`, { hint });
}

/** A cloned repository may bring links in place of our folders: what is written or cleaned up there would be others'. */
function refuseLinks({ sys, workspace }: Pick<App, "sys" | "workspace">): void {
  const layout = layoutOf(workspace.stateDir);
  for (const folder of [layout.guard, ...foldersIn(layout)]) {
    const stat = sys.lstat(folder);
    if (typeof stat === "string" || stat.kind === "directory") continue;
    throw coordError("STATE_UNSAFE", `"${folder}" is not a folder but a ${stat.kind}`, {
      hint: "move it away and run: coord init",
    });
  }
}

/**
 * COORD_DIR may name any folder by mistake: a home, "/". There our names are others' (`files`, `tmp`, `bin`), and would be
 * laid over, moved away and closed. So one that nobody has made a state folder must be new or empty.
 */
function refuseOthers(app: Pick<App, "sys" | "workspace">): void {
  const other = foreignPart(app);
  if (other === undefined) return;
  const { stateDir } = app.workspace;
  throw coordError("STATE_UNSAFE", `COORD_DIR "${stateDir}" is no state folder: it holds "${other}"`, {
    hint: "let COORD_DIR name a new or empty folder",
  });
}

/** What shows that COORD_DIR names a folder of another use; undefined where it does not. */
export function foreignPart({ sys, workspace }: Pick<App, "sys" | "workspace">): string | undefined {
  if (!workspace.named) return undefined;
  const names = sys.list(workspace.stateDir);
  return failed(names) ? undefined : foreignName(names);
}

/** Throws STATE_MISSING. */
export function requireState(app: App): void {
  if (hasState(app)) return;
  const { named, stateDir, top } = app.workspace;
  const moved = named ? undefined : movedFrom(app.sys, app.cwd);
  if (moved !== undefined) throw coordError("STATE_MISSING", moved.text, { hint: moved.cure });
  throw coordError("STATE_MISSING", `No coord state in "${named ? stateDir : top}"`, { hint: "run: coord init" });
}

/** What decisions may look at, in one transaction. Processes are judged once each. */
export function aroundOf(app: App, tx: Pick<Transaction, "instance" | "fenceFloor">): Around {
  const known = new Map<string, Holder>();
  const holder = (id: string): Holder => {
    const old = known.get(id);
    if (old !== undefined) return old;
    const record = tx.instance(id);
    const bound = record?.process ?? null;
    const verdict = bound === null ? null : app.processes.judge(bound);
    const fresh = { record, verdict };
    known.set(id, fresh);
    return fresh;
  };
  return {
    now: app.now(),
    limits: app.config,
    holder,
    // Asked for only when a ledger is made, and then after the old one turned out to be broken, which raises it.
    get fenceFloor() {
      return tx.fenceFloor();
    },
  };
}

/** The same for reading without the guard: good enough to tell, never to decide. */
export function aroundUnguarded(app: App): Around {
  return aroundOf(app, { instance: app.store.instance, fenceFloor: () => 0 });
}
