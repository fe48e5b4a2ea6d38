/** `coord instance register|unregister|heartbeat|show`. */
import { coordError } from "../domain/errors.ts";
import type { InstanceRecord } from "../domain/instance.ts";
import { MAX_ROLE, MAX_TASK } from "../domain/registration.ts";
import { requireState, type App } from "./context.ts";
import { heartbeat } from "./heartbeat.ts";
import { isInstanceId, lookUp, type Identity } from "./identity.ts";
import { present } from "./presence.ts";
import { requireShort } from "./require-short.ts";
import { instanceInfos, type InstanceInfo } from "./status.ts";
import { unregister } from "./unregister.ts";

export async function registerInstance(
  app: App,
  me: Identity,
  task: string | undefined,
  role: string | undefined,
): Promise<InstanceRecord> {
  requireState(app);
  requireShort("task", task ?? "", MAX_TASK);
  requireShort("role", role ?? "", MAX_ROLE);
  return app.store.transact((tx) => {
    const { record, changes, events } = present(app, lookUp(app, tx, me), me, { task, role, renew: true });
    return { answer: record, instances: changes, events };
  }, app.wait);
}

/** Answers the IDs that were taken off the register. Throws STALE_INSTANCE when it is not on it. */
export async function unregisterInstance(app: App, me: Identity): Promise<readonly string[]> {
  requireState(app);
  const { id, record } = lookUp(app, app.store, me);
  if (record === undefined) throw notRegistered(id);
  return unregister(app, record);
}

export async function heartbeatInstance(app: App, me: Identity): Promise<InstanceRecord> {
  requireState(app);
  const { id } = lookUp(app, app.store, me);
  const found = instanceInfos(app).find((i) => i.instance_id === id);
  if (found?.standing === "stale" || found?.standing === "dead") {
    throw coordError("STALE_INSTANCE", `The lease of ${id} is over`, {
      hint: "coord instance register --task TASK --role ROLE",
    });
  }
  const record = await heartbeat(app, me, { mayRegister: false, renew: true });
  if (record === undefined) throw notRegistered(id);
  return record;
}

/** One instance with its locks; default: the acting one. Throws STALE_INSTANCE. */
export async function showInstance(app: App, me: Identity, wanted: string | undefined): Promise<InstanceInfo> {
  const all = await listInstances(app);
  const id = wanted ?? lookUp(app, app.store, me).id;
  const found = all.find((i) => i.instance_id === id);
  if (found === undefined) throw notRegistered(id);
  return found;
}

/** Every registered instance with its locks. */
export async function listInstances(app: App): Promise<readonly InstanceInfo[]> {
  requireState(app);
  return app.store.steady(() => instanceInfos(app), app.wait);
}

function notRegistered(id: string): Error {
  // What can be no ID is shown with its ends.
  const subject = isInstanceId(id) ? id : `"${id}"`;
  return coordError("STALE_INSTANCE", `No instance ${subject} is registered`, { hint: "coord instance list" });
}
