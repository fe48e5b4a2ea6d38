/** Being on the register: who acts is registered if need be, and every sign of life renews the lease. */
import type { InstanceRecord } from "../domain/instance.ts";
import { sameProcess } from "../domain/process.ts";
import { registered, type Introduction } from "../domain/registration.ts";
import { actorOf, type Actor } from "../domain/view.ts";
import { branchOf } from "../platform/git-layout.ts";
import type { HistoryEvent, InstanceChange } from "../store/store.ts";
import type { App } from "./context.ts";
import type { Identity, Known } from "./identity.ts";

/** A lease is written at most this often: DESIGN section 5, `heartbeat`. One that is short by configuration, oftener. */
const RENEW_AFTER_MS = 15_000;
/** The part of a lease after which it is renewed, at the latest: an active session must never lose it. */
const RENEW_SHARE = 1 / 4;

export interface Present {
  readonly me: Actor;
  readonly record: InstanceRecord;
  /** What has to be published so that this holds. */
  readonly changes: readonly InstanceChange[];
  readonly events: readonly HistoryEvent[];
}

export interface PresentOptions {
  readonly task?: string | undefined;
  readonly role?: string | undefined;
  /** Renew the lease now, however fresh it is. */
  readonly renew?: boolean;
  readonly change?: (record: InstanceRecord) => InstanceRecord;
}

/** Registers the identity if need be and renews its lease and its session's if they are due. */
export function present(app: App, known: Known, me: Identity, options: PresentOptions = {}): Present {
  const now = app.now();
  const { workspace } = app;
  const renewAfterMs = Math.min(RENEW_AFTER_MS, app.config.ttlMs * RENEW_SHARE);
  const where = () => ({
    branch: workspace.gitDir === undefined ? null : (branchOf(app.sys, workspace.gitDir) ?? null),
    worktree: workspace.worktree,
    worktree_path: workspace.worktreePath,
  });
  const settle = (id: string, parent: string | null, old: InstanceRecord | undefined, own: boolean): InstanceRecord => {
    const due =
      old === undefined ||
      (own && (options.renew === true || options.task !== undefined || options.role !== undefined)) ||
      now.boot !== old.pinged.boot ||
      Math.abs(now.mono_ms - old.pinged.mono_ms) >= renewAfterMs ||
      (me.process !== null && (old.process === null || !sameProcess(old.process, me.process)));
    if (!due) return old;
    const intro: Introduction = {
      instance_id: id,
      parent,
      session_id: me.sessionId,
      agent_id: parent === null ? null : me.agentId,
      process: me.process,
      outlived: old?.process != null && app.processes.judge(old.process) === "dead",
      agent_role: own ? (options.role ?? (old === undefined ? me.role : undefined)) : undefined,
      task: own ? options.task : undefined,
      ...where(),
    };
    return registered(old, intro, now);
  };
  const renewed = settle(known.id, known.parent, known.record, true);
  const record = options.change === undefined ? renewed : options.change(renewed);
  const changes: InstanceChange[] = record === known.record ? [] : [{ id: known.id, to: record }];
  if (me.agentId !== null && known.parent !== null) {
    const session = settle(known.parent, null, known.session, false);
    if (session !== known.session) changes.push({ id: known.parent, to: session });
  }
  const events = known.record === undefined ? [{ event: "registered" as const, instance: record.instance_id }] : [];
  return { me: actorOf(record), record, changes, events };
}
