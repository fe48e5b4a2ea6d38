/**
 * `work-registry.json`: the register in the format of the bash edition, for those who read that. Derived: nothing
 * reads it here, and it is made anew whenever somebody starts, cleans up or looks.
 */
import { isCoordError } from "../domain/errors.ts";
import { isoSeconds } from "../domain/time.ts";
import { userName } from "../platform/user.ts";
import { publish } from "../store/file/atomic-file.ts";
import { layoutOf } from "../store/file/layout.ts";
import type { App } from "./context.ts";
import { instanceInfos, type InstanceInfo } from "./status.ts";

/** Outside the guard, as one file that replaces the last. Throws IO. */
export function rebuildRegistry(app: App, infos: readonly InstanceInfo[] = instanceInfos(app)): void {
  const { tmp, registry } = layoutOf(app.workspace.stateDir);
  publish({ sys: app.sys, tmp }, registry, `${JSON.stringify(registryContent(app, infos), null, 2)}\n`);
}

/** The same where it is not what was asked for: answers what could not be done, a line each, instead of throwing IO. */
export function registryWarnings(app: App, infos?: readonly InstanceInfo[]): readonly string[] {
  try {
    rebuildRegistry(app, infos);
    return [];
  } catch (error) {
    if (!isCoordError(error)) throw error;
    return [`work-registry.json is not up to date: ${error.message}`];
  }
}

/** What it says, for those who ask for it instead of reading the file. */
export function registryContent(app: App, infos: readonly InstanceInfo[]) {
  const user = userName(app.env);
  return {
    schema_version: "1.0.0",
    registry_updated_at: isoSeconds(app.now().wall_ms),
    instances: infos.map((info) => ({
      instance_id: info.instance_id,
      worktree_path: info.worktree_path,
      pid: info.pid,
      current_task: { description: info.task, agent_role: info.agent_role, started_at: info.started_at },
      files_locked: info.locks.map((lock) => lock.file_path),
      heartbeat: { last_ping: info.last_ping, heartbeat_file: `heartbeats/${info.instance_id}.json` },
      status: info.standing === "dead" ? "crashed" : info.standing,
      metadata: { os: process.platform, branch: info.branch, user },
    })),
  };
}
