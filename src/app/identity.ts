import { userName } from "../platform/user.ts";
import { coordError } from "../domain/errors.ts";
import { sameProcess, type ProcessRef } from "../domain/process.ts";
import type { InstanceRecord } from "../domain/instance.ts";
import type { Transaction } from "../store/store.ts";
import type { App } from "./context.ts";

/**
 * Who acts, before the state was looked at: DESIGN section 3, "Instance IDs" and "Binding".
 */
export interface Identity {
  /** The ID, unless another live process is registered under it. */
  readonly id: string;
  readonly sessionId: string | null;
  readonly agentId: string | null;
  readonly role: string | undefined;
  readonly process: ProcessRef | null;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/;
/** Names under which the client runs, for clients that do not set CLAUDE_PID. */
const CLIENTS = ["claude"] as const;

export function isInstanceId(text: string): boolean {
  return ID.test(text);
}

function digest(text: string, length: number): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, length);
}

/** `claude-` and the first 12 hex digits of the session ID's SHA-256. */
export function sessionInstanceId(sessionId: string): string {
  return `claude-${digest(sessionId, 12)}`;
}

export interface HookCaller {
  readonly sessionId: string;
  readonly agentId: string | undefined;
  readonly agentType: string | undefined;
}

/** The identity of a session or subagent that calls a hook. */
export function hookIdentity(app: App, caller: HookCaller): Identity {
  return {
    id: sessionInstanceId(caller.sessionId),
    sessionId: caller.sessionId,
    agentId: caller.agentId === undefined ? null : safeAgentId(caller.agentId),
    role: caller.agentType,
    process: clientProcess(app),
  };
}

/** An agent ID as part of an instance ID; one with other characters is known by its hash. */
function safeAgentId(agentId: string): string {
  return /^[A-Za-z0-9_@-]{1,64}$/.test(agentId) ? agentId : digest(agentId, 16);
}

function clientProcess(app: App): ProcessRef | null {
  const pid = Number(app.env["CLAUDE_PID"]);
  if (Number.isInteger(pid) && pid > 0) return app.processes.find(pid) ?? null;
  return app.processes.ancestor(CLIENTS) ?? null;
}

/** True when the client of this hook is known to have ended: then nothing may be taken for it any more. */
export function clientIsGone(app: App): boolean {
  const pid = Number(app.env["CLAUDE_PID"]);
  return Number.isInteger(pid) && pid > 0 && app.processes.find(pid) === undefined;
}

/** The identity of a command: `--as`, else COORD_INSTANCE_ID, else the session of the shell, else the shell itself. */
export function commandIdentity(app: App, as: string | undefined, pid: number | undefined): Identity {
  const bound = pid === undefined ? null : boundTo(app, pid);
  const named = as ?? (app.env["COORD_INSTANCE_ID"] || undefined);
  if (named !== undefined) {
    if (!isInstanceId(named)) throw badId(named);
    return { id: named, sessionId: null, agentId: null, role: undefined, process: bound };
  }
  const session = app.env["CLAUDE_CODE_SESSION_ID"];
  if (session !== undefined && session !== "") {
    return {
      id: sessionInstanceId(session),
      sessionId: session,
      agentId: null,
      role: undefined,
      process: bound ?? clientProcess(app),
    };
  }
  const self = app.processes.self();
  // A shell lets its last command take its own place: the shell that acquired is then this very process.
  const isShell = app.store.instance(shellId(app, self.pid, self.start)) !== undefined;
  const shell = isShell ? self : app.processes.find(process.ppid);
  const id = shellId(app, shell?.pid ?? process.ppid, shell?.start ?? "0");
  return { id, sessionId: null, agentId: null, role: undefined, process: bound ?? shell ?? null };
}

/** True for a command that acts as the Claude Code session of its shell, or as one of its subagents. */
export function isSessions(app: App, me: Identity): boolean {
  const session = app.env["CLAUDE_CODE_SESSION_ID"];
  if (me.sessionId !== null) return true;
  return session !== undefined && session !== "" && me.id.startsWith(`${sessionInstanceId(session)}.`);
}

function shellId(app: App, pid: number, start: string): string {
  const user = userName(app.env)
    .replaceAll(/[^A-Za-z0-9_-]/g, "_")
    .slice(0, 32);
  return `cli-${user}-${pid}-${start}`;
}

function boundTo(app: App, pid: number): ProcessRef {
  const found = app.processes.find(pid);
  if (found !== undefined) return found;
  throw coordError("USAGE", `No process ${pid} that could be watched`, {
    hint: "give --pid the ID of a running process",
  });
}

function badId(id: string): Error {
  return coordError("USAGE", `"${id}" cannot be an instance ID`, {
    hint: "letters, digits and . _ @ -, beginning with a letter or digit, at most 128",
  });
}

/** How an identity stands in the state: under which ID, and with which record if any. */
export interface Known {
  readonly id: string;
  readonly parent: string | null;
  readonly record: InstanceRecord | undefined;
  /** The session of a subagent. */
  readonly session: InstanceRecord | undefined;
}

/**
 * Finds the identity in the state. A session that was resumed while it still runs elsewhere gets an ID of its own,
 * `<id>-<pid>`, and keeps it when the other one ends: two processes are never one instance, and one never two.
 */
export function lookUp(app: App, tx: Pick<Transaction, "instance">, me: Identity): Known {
  const session = tx.instance(me.id);
  const own = twinOf(app, tx, me, session?.process ?? null);
  const sessionId = own?.id ?? me.id;
  const sessionRecord = own === undefined ? session : own.record;
  if (me.agentId === null)
    return { id: sessionId, parent: parentOf(sessionId, sessionRecord), record: sessionRecord, session: undefined };
  const id = `${sessionId}.${me.agentId}`;
  return { id, parent: sessionId, record: tx.instance(id), session: sessionRecord };
}

/** The ID and record of a session's further process; undefined for the one that goes by the session's own ID. */
function twinOf(
  app: App,
  tx: Pick<Transaction, "instance">,
  me: Identity,
  theirs: ProcessRef | null,
): { readonly id: string; readonly record: InstanceRecord | undefined } | undefined {
  if (me.sessionId === null || me.process === null) return undefined;
  if (theirs !== null && sameProcess(theirs, me.process)) return undefined;
  const id = `${me.id}-${me.process.pid}`;
  const record = tx.instance(id);
  const isMine = record?.process != null && sameProcess(record.process, me.process);
  return isMine || (theirs !== null && app.processes.judge(theirs) !== "dead") ? { id, record } : undefined;
}

/** A command that acts as a subagent or inside a run (`--as`) knows its session or shell from the record, or from the ID. */
function parentOf(id: string, record: InstanceRecord | undefined): string | null {
  if (record !== undefined) return record.parent;
  const dot = id.indexOf(".");
  return (id.startsWith("claude-") || id.startsWith("cli-")) && dot > 0 ? id.slice(0, dot) : null;
}
