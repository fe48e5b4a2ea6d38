import type { InstanceRecord } from "../domain/instance.ts";
import { isMine } from "../domain/lock.ts";
import { sameProcess } from "../domain/process.ts";
import type { Transaction } from "../store/store.ts";
import { alsoDone } from "./also-done.ts";
import type { App } from "./context.ts";
import { releaseAllHeld } from "./release-held.ts";

/** Releases all that an instance and its subagents hold, and takes them off the register. Answers the IDs removed. */
export async function unregister(app: App, record: InstanceRecord): Promise<readonly string[]> {
  const children = app.store
    .instances()
    .filter((other) => other.parent === record.instance_id && !livesOnItsOwn(app, other, record));
  const removed: string[] = [];
  try {
    for (const { instance_id } of [...children, record]) {
      await endInstance(app, instance_id);
      removed.push(instance_id);
    }
  } catch (error) {
    throw alsoDone(error, "removed before", removed);
  }
  return removed;
}

/** A `coord run` that goes on after its session has a process of its own, and its locks end with that. */
function livesOnItsOwn(app: App, child: InstanceRecord, parent: InstanceRecord): boolean {
  if (child.process === null || parent.process === null || sameProcess(child.process, parent.process)) return false;
  return app.processes.judge(child.process) === "alive";
}

/** A subagent that still works while its session ends takes locks again this often at most. */
const MAX_TRIES = 8;

/** The same for one instance alone. Whatever it takes meanwhile goes with it: a lock whose holder is on no register is nobody's. */
export async function endInstance(app: App, id: string): Promise<void> {
  const released: string[] = [];
  try {
    for (let tried = 1; ; tried += 1) {
      for (const path of await releaseAllHeld(app, id)) released.push(path.file_path);
      const isDone = await app.store.transact<boolean>((tx) => {
        if (tried < MAX_TRIES && holdsAny(tx, id)) return { answer: false };
        if (tx.instance(id) === undefined) return { answer: true };
        return { answer: true, instances: [{ id, to: undefined }], events: [{ event: "unregistered", instance: id }] };
      }, app.wait);
      if (isDone) return;
    }
  } catch (error) {
    throw alsoDone(error, "released before", released);
  }
}

function holdsAny(tx: Transaction, id: string): boolean {
  return tx.held(id).some((key) => tx.path(key).lock?.grants.some((grant) => isMine(grant, { instance_id: id })));
}
