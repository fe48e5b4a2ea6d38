/** The store as one instance uses it: each change that it makes goes through the books. */
import type { LedgerRecord } from "../../../src/domain/ledger.ts";
import type { Grant } from "../../../src/domain/lock.ts";
import type { PathId } from "../../../src/domain/path.ts";
import type { Decision, InstanceChange, PathChange, Store } from "../../../src/store/store.ts";
import { looked, reported } from "./acting.ts";
import { sinceMs } from "./clock.ts";
import { isBarredBy, type Held } from "./lock-book.ts";
import type { Agent, World } from "./world.ts";

export function watched(here: World, agentOf: () => Agent): Store {
  const { store, timing } = here;
  const pause = async (label: string): Promise<void> => {
    const agent = agentOf();
    if (timing.pause !== undefined) await timing.pause(`${label} ${agent.step?.what ?? ""}`);
    // Killed in between: it never gets to the next line.
    if (agent.gone) await new Promise<never>(() => undefined);
  };
  return {
    ...store,
    transact: async (decide, options) => {
      const agent = agentOf();
      if (timing.pause !== undefined || agent.gone) await pause("before");
      agent.step?.look?.();
      let made: Decision<unknown> | undefined;
      const answer = store.transact((tx) => {
        const decision = decide(tx);
        made = decision;
        return decision;
      }, options);
      if (made !== undefined) keepBooks(here, agent, made);
      const value = await answer;
      if (timing.pause !== undefined) await pause("after");
      return value;
    },
    steady: async (read, options) => {
      if (timing.pause !== undefined) await pause("look");
      agentOf().step?.look?.();
      return store.steady(read, options);
    },
    prune: async (idleMs, options) => {
      const pruned = await store.prune(idleMs, options);
      if (pruned > 0) forgetPruned(here);
      return pruned;
    },
  };
}

function keepBooks(here: World, agent: Agent, made: Decision<unknown>): void {
  for (const change of made.paths ?? []) {
    if (change.lock !== undefined) noteLock(here, agent, change, change.lock.to?.grants ?? []);
    if (change.ledger !== undefined) noteLedger(here, change, change.ledger.to);
  }
  for (const change of made.instances ?? []) noteInstance(here, agent, change);
  tellDecided(agent, made.answer);
}

/**
 * Tells the step what was decided. No answer is one that waits for another look at the file; one of its own inside of
 * another comes from `transactOn`.
 */
function tellDecided({ step }: Agent, answer: unknown): void {
  if (answer === undefined) return;
  const isWrapped = typeof answer === "object" && answer !== null && "answer" in answer;
  step?.decided?.(isWrapped && typeof answer.answer !== "string" ? answer.answer : answer);
}

function noteLock(here: World, agent: Agent, { path }: PathChange, grants: readonly Grant[]): void {
  const { book } = here;
  const { held } = book.path(path.key);
  const now = new Map(grants.map((grant) => [grant.lock_id, grant]));
  const before = [...held.values()];
  for (const grant of grants) {
    const old = held.get(grant.lock_id);
    if (old === undefined) noteGrant(here, agent, path.key, path.file_path, grant);
    else noteRenewal(here, old, grant, path.file_path);
  }
  for (const old of before) {
    if (now.has(old.lockId)) continue;
    noteEnd(here, agent, path, old);
    book.close(path.key, old);
    held.delete(old.lockId);
  }
}

function noteGrant(here: World, agent: Agent, key: string, name: string, grant: Grant): void {
  const { book, clock, machine, findings } = here;
  const path = book.path(key);
  const who = { instance_id: grant.locked_by.instance_id, parent: grant.parent };
  const { check } = findings;
  check("one holder per path", who.instance_id === agent.who().instance_id, () => `${name} granted to another`);
  for (const other of path.held.values()) {
    const left = book.leftMs(other);
    const isBar = isBarredBy(other, who) && left > 0;
    check(
      "one holder per path",
      !isBar,
      () => `${name}: granted to ${who.instance_id}, held by ${other.holder} for ${left} ms`,
    );
  }
  check("fences only grow", grant.fence > path.fence, () => `${name}: grant ${grant.fence} after ${path.fence}`);
  const { process } = agent.me;
  check("no grant to the dead", process === null || machine.isAlive(process), () => `${name} to ${who.instance_id}`);
  const now = clock.now();
  const fresh: Held = {
    lockId: grant.lock_id,
    holder: who.instance_id,
    parent: who.parent,
    process,
    fence: grant.fence,
    granted: now,
    kind: grant.kind,
    ttlMs: grant.ttl_ms,
    renewed: now,
    ended: grant.ended,
  };
  path.held.set(grant.lock_id, fresh);
  path.fence = Math.max(path.fence, grant.fence);
  looked(here, key);
  const { hash } = here.history.file(key);
  path.open.set(who.instance_id, { id: who.instance_id, parent: who.parent, process, fence: grant.fence, hash });
  path.lastGrant = { id: who.instance_id, fence: grant.fence };
  findings.count("grants");
}

/** What is written anew of a grant that was there: its times may be renewed while it holds, never after. */
function noteRenewal(here: World, old: Held, grant: Grant, name: string): void {
  const now = here.clock.now();
  const isRenewed = grant.renewed.mono_ms !== old.renewed.mono_ms || grant.renewed.boot !== old.renewed.boot;
  if (isRenewed || (old.ended !== null && grant.ended === null)) {
    const left = here.book.leftMs(old);
    here.findings.check("10, 11 and 12 tell the truth", left > 0, () => `${name}: a lock that had ended was renewed`);
    here.findings.count("renewals");
  }
  if (isRenewed) old.renewed = now;
  old.ended = grant.ended === null ? null : (old.ended ?? now);
  if (grant.ended?.mono_ms === now.mono_ms && grant.ended.boot === now.boot) old.ended = now;
  old.kind = grant.kind;
  old.ttlMs = grant.ttl_ms;
}

function noteEnd(here: World, agent: Agent, path: PathId, old: Held): void {
  const { step } = agent;
  const left = here.book.leftMs(old);
  const may = left <= 0 || step?.forces === old.lockId || step?.ends?.has(old.holder) === true;
  here.findings.check(
    "no live lock is lost before its time",
    may,
    () => `${path.file_path}: that of ${old.holder} had ${left} ms left, ended by ${agent.me.id} (${step?.what})`,
  );
  here.findings.count(
    left <= 0 ? "ended by time or death" : step?.forces === old.lockId ? "ended by force" : "released",
  );
  const { open } = here.book.path(path.key);
  const own = open.get(old.holder);
  if (step?.ends?.has(old.holder) !== true || own?.fence !== old.fence) return;
  // What changed under it is its holder's, as far as coord can know; and nothing is open any more, ended or not.
  if (left > 0 && own.hash !== here.history.file(path.key).hash) reported(here, old.holder, path.key, "lock");
  open.delete(old.holder);
}

function noteLedger(here: World, { path }: PathChange, ledger: LedgerRecord): void {
  const book = here.book.path(path.key);
  here.findings.check(
    "fences only grow",
    ledger.fence >= book.fence && ledger.writes.every((write) => write.fence <= ledger.fence),
    () => `${path.file_path}: ledger ${ledger.fence} after ${book.fence}`,
  );
  book.fence = Math.max(book.fence, ledger.fence);
  here.ledgers.set(path.key, ledger);
}

function noteInstance(here: World, agent: Agent, { id, to }: InstanceChange): void {
  const { records, machine, config, clock, findings } = here;
  const old = records.get(id);
  if (to !== undefined) {
    records.set(id, to);
    return;
  }
  if (old === undefined) return;
  const isDead = old.process !== null && !machine.isAlive(old.process);
  const leaseMs = Math.max(config.staleAfterMs, old.busy_ms) - sinceMs(old.pinged, clock.now());
  // Its locks have been looked at: none may go before its time.
  const isStale = leaseMs <= 0 && old.process === null;
  findings.check(
    "cleanup removes the gone and nobody else",
    isDead || isStale || agent.step?.ends?.has(id) === true,
    () => `${id} was removed by ${agent.me.id} (${agent.step?.what}), ${leaseMs} ms before the end of its lease`,
  );
  records.delete(id);
}

function forgetPruned(here: World): void {
  const { store, book, ledgers, history } = here;
  for (const key of ledgers.keys()) {
    if (store.path(key).ledger !== undefined) continue;
    ledgers.delete(key);
    book.path(key).open.clear();
    book.path(key).lastGrant = undefined;
    history.file(key).forgotten = history.next();
  }
}
