import { pinged, type InstanceRecord } from "../domain/instance.ts";
import type { App } from "./context.ts";
import { lookUp, type Identity } from "./identity.ts";
import { present, type PresentOptions } from "./presence.ts";

export interface HeartbeatOptions extends PresentOptions {
  /** Register an instance that is not known. */
  readonly mayRegister: boolean;
  /** The running tool has said that it may take this long. Milliseconds. */
  readonly busyMs?: number;
}

/** Renews a lease, and with it every lock that lives by it: one record, however many locks. Undefined: not registered. */
export async function heartbeat(
  app: App,
  me: Identity,
  options: HeartbeatOptions,
): Promise<InstanceRecord | undefined> {
  const known = lookUp(app, app.store, me);
  if (known.record === undefined && !options.mayRegister) return undefined;
  const busyMs = options.busyMs ?? 0;
  // Outside the guard first: most heartbeats have nothing to write.
  if (busyMs <= app.config.staleAfterMs && present(app, known, me, options).changes.length === 0) return known.record;
  return app.store.transact<InstanceRecord | undefined>((tx) => {
    const now = lookUp(app, tx, me);
    if (now.record === undefined && !options.mayRegister) return { answer: undefined };
    const { record, changes, events } = present(app, now, me, options);
    if (busyMs <= app.config.staleAfterMs) return { answer: record, instances: changes, events };
    const busy = pinged(record, app.now(), busyMs);
    const others = changes.filter((c) => c.id !== record.instance_id);
    return { answer: busy, instances: [...others, { id: busy.instance_id, to: busy }], events };
  }, app.wait);
}
