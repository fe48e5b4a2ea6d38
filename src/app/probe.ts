/** A file that somebody holds, for as long as it takes to see whether others are really kept from writing it. */
import type { PathId } from "../domain/path.ts";
import { isProbe, PROBE_CALLER, PROBE_HOLDER, PROBE_SESSION } from "../domain/probe.ts";
import { sameProcess } from "../domain/process.ts";
import { layoutOf } from "../store/file/layout.ts";
import { slotPaths } from "../store/file/slots.ts";
import { acquireLocks } from "./acquire-lock.ts";
import { requireState, type App } from "./context.ts";
import { heartbeat } from "./heartbeat.ts";
import { isIgnored } from "./ignore.ts";
import { endInstance } from "./unregister.ts";
import { pathId } from "./workspace.ts";

export interface Probe {
  /** Who holds `held`. */
  readonly holder: string;
  readonly held: PathId;
  /** Nobody holds it. */
  readonly free: PathId;
  /** Both are among the files that the configuration wants left alone. */
  readonly isIgnored: boolean;
}

/** Names for a probe in this project; changes nothing. `nonce`: names that were never used before. */
export function planProbe({ workspace, config }: App, nonce: string): Probe {
  const at = (name: string): PathId => pathId(workspace, `${workspace.worktreePath}/coord-doctor-${nonce}-${name}`);
  const held = at("held");
  return {
    holder: `${PROBE_HOLDER}${process.pid}-${nonce}`,
    held,
    free: at("free"),
    isIgnored: isIgnored(held.file_path, config.ignore),
  };
}

/**
 * Registers the holder, and the session that is to be refused, and locks the file. Both live and die with this process,
 * so if it is killed they are gone for everybody. Throws what acquireLocks does.
 */
export async function layProbe(app: App, probe: Probe): Promise<void> {
  requireState(app);
  const self = app.processes.self();
  const base = { agentId: null, role: "probe", process: self } as const;
  const session = { ...base, id: PROBE_CALLER, sessionId: PROBE_SESSION };
  await heartbeat(app, session, { mayRegister: true, task: "coord doctor" });
  const me = { ...base, id: probe.holder, sessionId: null };
  await heartbeat(app, me, { mayRegister: true, task: "coord doctor" });
  const intent = "coord doctor tries whether a held file is safe";
  await acquireLocks([{ app, me, paths: [probe.held.real_path] }], { intent, ttlMs: undefined });
}

/** True while the session that the hook was called for holds the free file: then the hook did more than keep silent. */
export function holdsFree(app: App, { free }: Probe): boolean {
  return app.store.path(free.key).lock?.grants.some((g) => g.locked_by.instance_id === PROBE_CALLER) === true;
}

/** Removes all of it. What was never there is fine. */
export async function removeProbe(app: App, probe: Probe): Promise<void> {
  const self = app.processes.self();
  for (const { instance_id, process } of app.store.instances()) {
    if (!isProbe(instance_id)) continue;
    if (instance_id !== probe.holder && process !== null && !sameProcess(process, self)) continue;
    await endInstance(app, instance_id);
  }
  // Their ledgers too, which else are kept for a day: these names never come again, so no fence can fall.
  const { files } = layoutOf(app.workspace.stateDir);
  for (const { key } of [probe.held, probe.free]) {
    for (const path of slotPaths(files, key)) app.sys.unlink(path);
  }
}
