import type { InstanceRecord } from "../domain/instance.ts";
import { sameProcess } from "../domain/process.ts";
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

/** The same for one instance alone. */
export async function endInstance(app: App, id: string): Promise<void> {
  const released = await releaseAllHeld(app, id);
  try {
    await app.store.transact(
      (tx) =>
        tx.instance(id) === undefined
          ? { answer: undefined }
          : {
              answer: undefined,
              instances: [{ id, to: undefined }],
              events: [{ event: "unregistered", instance: id }],
            },
      app.wait,
    );
  } catch (error) {
    const paths = released.map((path) => path.file_path);
    throw alsoDone(error, "released before", paths);
  }
}
