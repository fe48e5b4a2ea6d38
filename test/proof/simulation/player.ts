/** One who takes part: what it is doing, and its next move. A tool call or a read takes several moves, so that others come in between. */
import { sessionInstanceId, type Identity } from "../../../src/app/identity.ts";
import { changeFile, writerOf } from "./acting.ts";
import { acquire, force, release, renew, wait } from "./command-steps.ts";
import { beat, begin, clean, decide, endTurn, leave, prompt, status } from "./life-steps.ts";
import { check, write, type Call } from "./check-step.ts";
import { look } from "./look-step.ts";
import { beginRead, endRead, type Reading } from "./read-step.ts";
import { post } from "./report-step.ts";
import type { Agent, World } from "./world.ts";

export type Kind = "session" | "subagent" | "twin" | "unbound" | "shell";

/** The part that a move is about, where it is about any. */
export type Move =
  /** The next part of a tool call that writes: check, write, report, end of the batch. */
  | { readonly do: "tool"; readonly path: string; readonly edit: boolean; readonly text: string }
  /** The call fails, is broken off, or Esc is pressed: then nothing is reported. */
  | { readonly do: "fail" | "interrupt" | "escape" }
  /** The next part of a read. */
  | { readonly do: "read"; readonly path: string; readonly whole: boolean }
  | { readonly do: "bash"; readonly path: string; readonly text: string }
  | { readonly do: "acquire"; readonly paths: readonly string[]; readonly ttlMs?: number; readonly waitMs?: number }
  | { readonly do: "renew"; readonly path: string; readonly ttlMs?: number }
  | { readonly do: "release" | "look"; readonly path: string }
  | { readonly do: "wait"; readonly path: string; readonly ms: number }
  | { readonly do: "force"; readonly path: string; readonly stale: boolean }
  | { readonly do: "beat"; readonly busyMs: number }
  | { readonly do: "begin"; readonly looks: boolean }
  | { readonly do: "prompt" | "stop" | "leave" | "clear" | "crash" | "clean" | "status" | "decide" };

export interface Player {
  readonly kind: Kind;
  readonly name: string;
  /** Whose subagent or twin it is. */
  readonly session: Player | undefined;
  agent: Agent;
  /** How often `/clear` has begun a new session in the same process. */
  sessions: number;
  call:
    | {
        readonly call: Call;
        readonly before: string | undefined;
        readonly edit: boolean;
        done: "checked" | "written" | "reported";
      }
    | undefined;
  reading: Reading | undefined;
  /** Its last tool call was broken off by its user. */
  isBrokenOff: boolean;
}

export function player(here: World, name: string, kind: Kind, session: Player | undefined): Player {
  const agent = here.join(identity(here, name, kind, session, 0));
  return { kind, name, session, agent, sessions: 0, call: undefined, reading: undefined, isBrokenOff: false };
}

function identity(here: World, name: string, kind: Kind, session: Player | undefined, sessions: number): Identity {
  const sessionId =
    kind === "unbound" || kind === "shell" ? null : (session?.agent.me.sessionId ?? `${name}${sessions}`);
  const own = { role: undefined, agentId: kind === "subagent" ? `${name}${sessions}` : null };
  if (kind === "unbound") return { ...own, id: name, sessionId, process: null };
  const process = kind === "subagent" ? (session?.agent.me.process ?? here.machine.spawn()) : here.machine.spawn();
  if (kind === "shell") return { ...own, id: `cli-${name}`, sessionId, process };
  return { ...own, id: sessionInstanceId(sessionId ?? name), sessionId, process };
}

/** Killed, with all that lives in its process. */
function crash(here: World, all: readonly Player[], { agent, name }: Player): void {
  const { process } = agent.me;
  if (process === null) return;
  here.findings.note(`${name} is killed`);
  here.findings.count("crashes");
  here.machine.kill(process);
  // Nothing else happens at the moment of a death.
  here.clock.pass(1);
  for (const other of all) if (other.agent.me.process === process) gone(other);
}

export function gone(player: Player): void {
  player.agent.gone = true;
  player.agent.end.resolve();
  player.call = undefined;
  player.reading = undefined;
}

/** A move of one who is dead is to come back: the session is resumed in another process. */
function comeBack(here: World, player: Player): void {
  const { kind, name, session } = player;
  if (session?.agent.gone === true) return;
  // A subagent that has ended is followed by another one.
  if (kind === "subagent") player.sessions += 1;
  player.agent = here.join(identity(here, name, kind, session, player.sessions));
  here.findings.note(`${name} is resumed`);
}

export async function play(here: World, all: readonly Player[], player: Player, move: Move): Promise<void> {
  if (player.agent.gone) comeBack(here, player);
  const { agent } = player;
  if (agent.gone) return;
  // Where it is killed in the middle, the rest never comes.
  await Promise.race([played(here, all, player, move), agent.end.promise]);
}

/** While a tool of a session writes, the session types nothing. */
const TYPED: ReadonlySet<Move["do"]> = new Set(["read", "acquire", "release", "renew", "wait", "force", "bash"]);

async function played(here: World, all: readonly Player[], player: Player, move: Move): Promise<void> {
  const { agent } = player;
  if (player.call !== undefined && TYPED.has(move.do)) return;
  switch (move.do) {
    case "tool":
      return tool(here, player, move);
    case "fail":
    case "interrupt":
    case "escape":
      return breakOff(here, player, move.do);
    case "read":
      return read(here, player, move);
    case "bash": {
      const path = here.path(move.path);
      changeFile(here, holdsForMore(here, agent, path.key) ? writerOf(agent) : undefined, path, move.text);
      return;
    }
    case "acquire":
      await acquire(here, agent, move.paths, move.ttlMs, move.waitMs);
      return;
    case "renew":
      return renew(here, agent, move.path, move.ttlMs);
    case "release":
      return release(here, agent, move.path);
    case "look":
      return look(here, agent, move.path);
    case "wait":
      return wait(here, agent, move.path, move.ms);
    case "force":
      return force(here, agent, move.path, move.stale);
    case "beat":
      return beat(here, agent, move.busyMs);
    case "begin":
      return begin(here, agent, move.looks);
    case "prompt":
      idle(player);
      return prompt(here, agent);
    case "stop":
      idle(player);
      return endTurn(here, agent, ["tool", "turn"]);
    case "leave":
      idle(player);
      await leave(here, agent);
      endSubagents(all, player);
      if (player.kind === "subagent") gone(player);
      return;
    case "clear":
      return clear(here, all, player);
    case "crash":
      return crash(here, all, player);
    case "clean":
      return clean(here, agent);
    case "status":
      return status(here, agent);
    case "decide":
      return decide(here, agent, `of ${agent.me.id}`, here.decisions.at(-1));
  }
  return move satisfies never;
}

/**
 * What a command writes under a lock for more than one tool call is its holder's. Without one of this life it is
 * nobody's that coord could know.
 */
function holdsForMore({ book }: World, agent: Agent, key: string): boolean {
  const { held, open } = book.path(key);
  const id = agent.who().instance_id;
  const isLong = [...held.values()].some(({ holder, kind }) => holder === id && kind !== "tool");
  return isLong && open.get(id)?.process === agent.me.process;
}

function idle(player: Player): void {
  player.call = undefined;
  player.reading = undefined;
}

async function tool(here: World, player: Player, move: Extract<Move, { readonly do: "tool" }>): Promise<void> {
  const { agent, call: now } = player;
  if (now === undefined) {
    if (player.isBrokenOff) await prompt(here, agent);
    player.isBrokenOff = false;
    const before = here.disk.read(here.path(move.path).real_path);
    const edit = move.edit && before !== undefined;
    const call = await check(here, agent, move.path, edit);
    if (call !== undefined && player.agent === agent) player.call = { call, before, edit, done: "checked" };
    return;
  }
  switch (now.done) {
    case "checked": {
      const content = here.disk.read(now.call.path.real_path);
      // The client refuses an edit whose piece is not there any more.
      const isLost = now.edit && (content === undefined || !content.includes(now.before ?? ""));
      if (isLost) return breakOff(here, player, "fail");
      write(here, agent, now.call, now.edit ? `${content}+${move.text}` : move.text);
      now.done = "written";
      return;
    }
    case "written":
      now.done = "reported";
      return post(here, agent, now.call, "ok");
    case "reported":
      player.call = undefined;
      return endTurn(here, agent, ["tool"]);
  }
  return now.done satisfies never;
}

async function breakOff(here: World, player: Player, how: "fail" | "interrupt" | "escape"): Promise<void> {
  const { call } = player;
  player.call = undefined;
  if (call === undefined || call.done === "reported") return;
  // What a client does after that begins with a prompt.
  player.isBrokenOff = how !== "fail";
  if (how === "escape") return;
  // What was written was written: then it did not fail.
  const result = how === "interrupt" ? "interrupted" : call.done === "written" ? "ok" : "failed";
  await post(here, player.agent, call.call, result);
}

async function read(here: World, player: Player, move: Extract<Move, { readonly do: "read" }>): Promise<void> {
  const { reading } = player;
  if (reading === undefined) {
    player.reading = beginRead(here, move.path);
    return;
  }
  player.reading = undefined;
  await endRead(here, player.agent, reading, move.whole);
}

/** They end with their session. */
function endSubagents(all: readonly Player[], session: Player): void {
  for (const one of all) if (one.kind === "subagent" && one.session === session) gone(one);
}

/** `/clear`: the session ends, and another one begins in its process. */
async function clear(here: World, all: readonly Player[], player: Player): Promise<void> {
  if (player.kind !== "session") return;
  idle(player);
  const { process } = player.agent.me;
  await leave(here, player.agent);
  endSubagents(all, player);
  player.sessions += 1;
  const sessionId = `${player.name}${player.sessions}`;
  player.agent = here.join({ id: sessionInstanceId(sessionId), sessionId, agentId: null, role: undefined, process });
  await Promise.race([begin(here, player.agent, false), player.agent.end.promise]);
}
