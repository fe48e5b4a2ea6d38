/** Read, and its PostToolUse: src/hooks/heartbeat.ts over virtual time. */
import { noteSeen } from "../../../src/app/note-seen.ts";
import type { PathId } from "../../../src/domain/path.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import { act, checkLease, hashOf, looked } from "./acting.ts";
import type { Agent, World } from "./world.ts";

/** A file that is being read. */
export interface Reading {
  readonly path: PathId;
  readonly text: string;
  readonly upTo: number;
  readonly began: Stamp;
  /** How often the clocks had jumped before. */
  readonly jumps: number;
}

/** The Read tool begins. Nothing where there is no file. */
export function beginRead(here: World, name: string): Reading | undefined {
  const path = here.path(name);
  const text = here.disk.read(path.real_path);
  if (text === undefined) return undefined;
  return { path, text, upTo: here.history.now(), began: here.clock.now(), jumps: here.clock.jumps() };
}

/** PostToolUse of Read. `isWhole`: the client hands on the whole text. */
export async function endRead(here: World, agent: Agent, reading: Reading, isWhole: boolean): Promise<void> {
  const { findings, history, clock } = here;
  const { path, text, upTo, began, jumps } = reading;
  const now = clock.now();
  const durationMs = now.mono_ms - began.mono_ms;
  // Times tell nothing of a read that a sleep or a set clock came into; the whole text does.
  if (!isWhole && clock.jumps() !== jumps) return;
  const hash = hashOf(text);
  const file = history.file(path.key);
  const seen = { same: false, still: false };
  const step = {
    what: `read ${path.file_path}${isWhole ? "" : " in part"}`,
    decided: (answer: unknown) => {
      seen.same = file.hash === hash;
      seen.still = file.touched <= upTo;
      if (answer === true) looked(here, path.key);
      const knowledge = history.knowledge(path.key, agent.who().instance_id);
      // Content that is what was read, whatever was between, is seen as it is now.
      const view = { hash, upTo: seen.same ? history.now() : upTo };
      if (knowledge.seen.upTo <= view.upTo) knowledge.seen = view;
      if (answer === true && knowledge.counted.upTo <= view.upTo) knowledge.counted = view;
    },
  };
  const request = { path, me: agent.me, beganMs: now.wall_ms - durationMs, text: isWhole ? text : undefined };
  const done = await act(here, agent, step, () => noteSeen(agent.app, request));
  if (!done.ok) return;
  checkLease(here, agent);
  const rule = "what was read counts as seen, and nothing else";
  findings.check(rule, !done.value || seen.same, () => `${path.file_path}: more was counted than read`);
  findings.check(rule, done.value || !isWhole || !seen.still, () => `${path.file_path}: what was read does not count`);
}
