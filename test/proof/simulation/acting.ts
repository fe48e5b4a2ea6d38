/** One use case as an instance calls it, and what the books say before and after. */
import { isCoordError, type CoordError } from "../../../src/domain/errors.ts";
import type { PathId } from "../../../src/domain/path.ts";
import { sinceMs } from "./clock.ts";
import { conflictOf, isForeignTo, suspected, type Asking, type Scene, type Verdict } from "./conflict-oracle.ts";
import type { Held, Open } from "./lock-book.ts";
import type { Writer } from "./true-history.ts";
import type { Agent, Step, World } from "./world.ts";

export type Done<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: CoordError };

/** At most this long after a sign of life a lease may still show the one before: DESIGN section 5, `heartbeat`. */
const LEASE_LAG_MS = 15_000;

/** What each step takes at least. Milliseconds. */
export const STEP_MS = 1;

export function hashOf(text: string): string {
  return new Bun.CryptoHasher("sha1").update(text).digest("hex");
}

/** Runs a step. What it throws besides refusals is a finding. */
export async function act<T>(here: World, agent: Agent, step: Step, call: () => Promise<T>): Promise<Done<T>> {
  const { findings, clock } = here;
  // No two things happen at one moment: which came first is told by clocks alone.
  if (here.timing.isDense !== true) clock.pass(STEP_MS);
  const at = clock.now();
  findings.count("steps");
  agent.step = step;
  agent.acted = at;
  findings.note(`${stampText(at.mono_ms)} ${agent.me.id}${agent.me.agentId ?? ""} ${step.what}`);
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    if (!isCoordError(error)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      findings.check("nothing else fails", false, () => `${step.what}: ${text}`);
      throw error;
    }
    findings.note(`  ${agent.me.id}: ${error.code} ${error.message}`);
    return { ok: false, error };
  } finally {
    agent.step = undefined;
  }
}

function stampText(monoMs: number): string {
  return (monoMs / 1000).toFixed(3);
}

/** Whoever gives a sign of life keeps its lease. */
export function checkLease(here: World, agent: Agent): void {
  const record = agent.record();
  // Where others come in between, time has gone by since.
  if (record === undefined || here.timing.pause !== undefined) return;
  const now = here.clock.now();
  const lag = sinceMs(record.pinged, now) - sinceMs(agent.acted, now);
  here.findings.check(
    "a sign of life renews the lease",
    lag < Math.min(LEASE_LAG_MS, here.config.ttlMs / 4),
    () => `${record.instance_id}: ${lag} ms after the last renewal`,
  );
}

export function writerOf(agent: Agent): Writer {
  return { ...agent.who(), process: agent.me.process };
}

/** What really happens to a file. `by` undefined: the user, an editor, a formatter. */
export function changeFile(here: World, by: Writer | undefined, path: PathId, text: string): void {
  const { disk, history, book, clock, findings } = here;
  const { file_path, key, real_path } = path;
  const file = history.file(key);
  const hash = hashOf(text);
  disk.write(real_path, text);
  findings.note(`  ${by?.instance_id ?? "the user"} writes ${file_path}: ${JSON.stringify(text)}`);
  const made = history.next();
  file.touched = made;
  if (by !== undefined) history.knowledge(key, by.instance_id).seen = { hash, upTo: made };
  if (hash === file.hash) {
    const last = file.writes.at(-1);
    // Two have written the same: whose it is now nobody can tell.
    if (last !== undefined && last.by?.instance_id !== by?.instance_id) last.claimed = true;
    if (by !== undefined) file.echoes.push({ by, made, reported: undefined });
    return;
  }
  // Whoever knows this very content knows what is there, whatever was between.
  for (const knowledge of file.known.values()) {
    if (knowledge.seen.hash === hash) knowledge.seen = { hash, upTo: made };
  }
  const suspects = [...book.path(key).open.values()].map((open) => ({ ...open, instance_id: open.id }));
  file.hash = hash;
  const shows = hash !== file.shown;
  file.writes.push({
    by,
    hash,
    made,
    at: clock.now(),
    suspects,
    shows,
    ascribed: undefined,
    reported: undefined,
    told: undefined,
    claimed: false,
  });
  findings.count(by === undefined ? "changes by the user" : "writes");
}

/** coord has looked at the content, and noted it. */
export function looked({ history, book }: World, key: string): void {
  const file = history.file(key);
  file.shown = file.hash;
  const isHeld = ({ id }: Open): boolean => book.mine(key, id) !== undefined;
  const open = [...book.path(key).open.values()];
  const isOpen = open.some((one) => isHeld(one) && one.hash !== file.hash && one.guessed !== file.hash);
  const last = file.writes.at(-1);
  if (last !== undefined && !isOpen) last.ascribed ??= history.next();
  for (const one of open) if (!isHeld(one)) one.guessed = file.hash;
}

/**
 * How coord was told of what an instance wrote: it said so; it said so after others may have come in between; or it gave
 * back, or asked again for, a lock in force under which the content had changed.
 */
export type Telling = "report" | "late report" | "lock";

export function reported(here: World, instance_id: string, key: string, how: Telling): void {
  const { history, book } = here;
  const file = history.file(key);
  looked(here, key);
  const own = file.writes.findLast((write) => write.by?.instance_id === instance_id);
  const open = book.path(key).open.get(instance_id);
  // Whoever says so has written; a lock tells of content that changed under it.
  const isChange = how !== "lock" || open === undefined || open.hash !== file.hash;
  const last = file.writes.at(-1);
  const isLast = own !== undefined && last === own;
  const isOthers = last !== undefined && (last.claimed || (!isLast && last.reported !== undefined));
  const isTold = isChange && !(how === "lock" && isOthers);
  for (const write of isTold ? file.writes : []) {
    if (write.by?.instance_id !== instance_id || write.reported !== undefined) continue;
    write.reported = history.next();
    write.told = here.clock.now();
  }
  for (const echo of file.echoes) if (echo.by.instance_id === instance_id) echo.reported ??= history.next();
  if (last !== undefined && !isLast && last.reported === undefined) last.claimed = true;
  // Where another has written or reported after it, what it saw cannot be told from that.
  const knowledge = history.knowledge(key, instance_id);
  if (how === "report" && isChange && !isOthers) {
    knowledge.counted = { hash: file.hash, upTo: history.now() };
  }
  if (how === "late report") knowledge.counted = { ...knowledge.counted, hash: undefined };
  if (open !== undefined && !isOthers) open.hash = file.hash;
  if (how === "lock" && isChange && !isOthers) {
    knowledge.assumed = history.next();
    // coord has it for what this instance saw last, whatever that really was.
    if (open?.guessed !== file.hash) knowledge.counted = { ...knowledge.counted, hash: file.hash };
  }
}

/** A lock that lived again with its holder's lease, and was asked for again, is open as before. */
export function reopened(here: World, key: string, { holder, parent, process, fence }: Held): void {
  const { open } = here.book.path(key);
  if (!open.has(holder)) open.set(holder, { id: holder, parent, process, fence, hash: here.history.file(key).hash });
}

/** The oracle's answer at this moment. */
export function verdictFor(here: World, agent: Agent, key: string): Verdict {
  const [me, scene] = sceneFor(here, agent);
  return conflictOf(here.history.file(key), here.history.knowledge(key, me.instance_id), me, scene);
}

/** Whom coord may name for what was changed after the moment `upTo`. */
export function maySuspect(here: World, agent: Agent, key: string, upTo: number): ReadonlySet<string> {
  return suspected(here.history.file(key), upTo, ...sceneFor(here, agent));
}

/** Whether what `by` wrote is news to `agent`. */
export function isForeign(here: World, agent: Agent, by: Writer): boolean {
  const [me, scene] = sceneFor(here, agent);
  return isForeignTo(me, by, scene);
}

function sceneFor(here: World, agent: Agent): readonly [Asking, Scene] {
  const { records, machine, clock, config } = here;
  const now = clock.now();
  const who = agent.who();
  const isHere = (id: string): boolean => {
    const record = records.get(id);
    return record !== undefined && (record.process === null || machine.isAlive(record.process));
  };
  const lives = (id: string): boolean => {
    const record = records.get(id);
    if (record === undefined || !isHere(id)) return false;
    const lease = Math.max(config.staleAfterMs, record.busy_ms) - sinceMs(record.pinged, now);
    return lease > 0 || record.process !== null;
  };
  const started = records.get(who.instance_id)?.started ?? now;
  return [
    { ...who, process: agent.me.process, started },
    { now, isHere, lives },
  ];
}

/** coord has told `agent` that others changed the file. */
export function told(here: World, agent: Agent, key: string): void {
  here.history.knowledge(key, agent.who().instance_id).told = here.history.next();
}
