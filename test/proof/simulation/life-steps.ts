/** Coming and going: what SessionStart, prompts, heartbeats, the end of turns and sessions, and cleanup call. */
import { addDecision } from "../../../src/app/add-decision.ts";
import { cleanUp, tidy } from "../../../src/app/cleanup.ts";
import { listDecisions } from "../../../src/app/decisions.ts";
import { heartbeat } from "../../../src/app/heartbeat.ts";
import { neighbours } from "../../../src/app/neighbours.ts";
import { news } from "../../../src/app/news.ts";
import { present } from "../../../src/app/presence.ts";
import { releaseHeld } from "../../../src/app/release-held.ts";
import { statusReport } from "../../../src/app/status.ts";
import { sweep } from "../../../src/app/sweep.ts";
import { endInstance, unregister } from "../../../src/app/unregister.ts";
import { lookUp } from "../../../src/app/identity.ts";
import { ANY_DECISION } from "../../../src/domain/decision-filter.ts";
import type { InstanceRecord } from "../../../src/domain/instance.ts";
import type { LockKind } from "../../../src/domain/lock.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import { act, checkLease } from "./acting.ts";
import { sinceMs } from "./clock.ts";
import type { Held } from "./lock-book.ts";
import type { Agent, Forced, World } from "./world.ts";

/** SessionStart and SubagentStart: src/hooks/init.ts. */
export async function begin(here: World, agent: Agent, looks: boolean): Promise<void> {
  const { app, me } = agent;
  const done = await act(here, agent, { what: "begin" }, async () => {
    await sweep(app, "dead");
    await tidy(app);
    const end = app.store.events(-1, 0).next;
    // Whoever begins anew is told what comes, not what was.
    const before = [...here.forced];
    const { record } = await app.store.transact((tx) => {
      const here = present(app, lookUp(app, tx, me), me, { renew: true, change: (r) => ({ ...r, told_events: end }) });
      return { answer: here, instances: here.changes, events: here.events };
    }, app.wait);
    for (const one of before) one.isTold ||= one.id === record.instance_id;
  });
  if (!done.ok) return;
  checkLease(here, agent);
  if (looks) lookAround(here, agent);
}

/** Who else is here, and what each holds: all of it and nothing else. */
function lookAround(here: World, agent: Agent): void {
  const { book, records, findings, machine, clock, config } = here;
  const me = agent.who();
  const shown = new Map(neighbours(agent.app, me).map((n) => [n.record.instance_id, n]));
  for (const [id, record] of records) {
    if (id === me.instance_id || record.parent === me.instance_id) continue;
    const isAlive = record.process !== null && machine.isAlive(record.process);
    const leaseMs = Math.max(config.staleAfterMs, record.busy_ms) - sinceMs(record.pinged, clock.now());
    const isHere = record.process === null ? leaseMs > 0 : isAlive;
    const held = [...book.keys()].filter((key) => book.mine(key, id) !== undefined).toSorted();
    const found = shown.get(id);
    const isFamily = (record.parent ?? id) === (me.parent ?? me.instance_id);
    const fits =
      found === undefined
        ? !isHere || isFamily
        : isHere &&
          found.locks
            .map((l) => l.lock.key)
            .toSorted()
            .join() === held.join();
    findings.check(
      "a look shows what is",
      fits,
      () => `${me.instance_id} is shown ${id} with ${found?.locks.length} of ${held.length} locks`,
    );
  }
}

/** PostToolBatch and Stop: src/hooks/release.ts. */
export async function endTurn(here: World, agent: Agent, kinds: readonly LockKind[]): Promise<void> {
  if (agent.record() === undefined) return;
  const step = { what: `end ${kinds.join()}`, ends: new Set([agent.who().instance_id]) };
  await act(here, agent, step, async () => {
    await releaseHeld(agent.app, agent.who().instance_id, kinds);
    await heartbeat(agent.app, agent.me, { mayRegister: false });
  });
  checkLease(here, agent);
}

/** A prompt tells no more than this much of the history; commands still tell of a lock that was lost before. */
const TOLD_BYTES = 250 * 1024;

/** UserPromptSubmit: src/hooks/prompted.ts. */
export async function prompt(here: World, agent: Agent): Promise<void> {
  const { findings, forced } = here;
  const { instance_id } = agent.who();
  const behind = agent.app.store.events(-1, 0).next - (agent.record()?.told_events ?? 0);
  const isFar = behind > TOLD_BYTES;
  const due = isFar ? [] : forced.filter(({ id, isTold }) => id === instance_id && !isTold);
  const step = { what: "prompt", ends: new Set([instance_id]) };
  const done = await act(here, agent, step, async () => {
    const record = await heartbeat(agent.app, agent.me, { mayRegister: true, renew: true });
    await releaseHeld(agent.app, agent.who().instance_id, ["tool"]);
    return record === undefined ? undefined : news(agent.app, record);
  });
  checkLease(here, agent);
  if (!done.ok || done.value === undefined) return;
  const told = done.value.forced;
  for (const one of due) {
    const isTold = told.some(({ path, by }) => path === one.path && by === one.by);
    findings.check(
      "whoever lost a lock is told",
      isTold,
      () => `${instance_id} is not told that ${one.by} ended its lock on ${one.path}`,
    );
    findings.count("told of a lock ended by force");
  }
  if (isFar) for (const one of forced) one.isTold ||= one.id === instance_id;
  const about = (path: string, by: string): readonly Forced[] =>
    forced.filter((one) => one.id === instance_id && one.path === path && one.by === by);
  const life = agent.record()?.started;
  for (const { path, by } of isFar ? [] : told) {
    const isNews = about(path, by).some((one) => !one.isTold || !isSameMoment(one.life, life));
    findings.check("whoever lost a lock is told", isNews, () => `${instance_id} is told again of ${path}`);
  }
  for (const { path, by } of told) for (const one of about(path, by)) one.isTold = true;
}

/** Two boots count the same milliseconds. */
function isSameMoment(one: Stamp | undefined, other: Stamp | undefined): boolean {
  return one?.boot === other?.boot && one?.mono_ms === other?.mono_ms;
}

/** A tool begins or ends: src/hooks/heartbeat.ts. */
export async function beat(here: World, agent: Agent, busyMs: number): Promise<void> {
  await act(here, agent, { what: `heartbeat ${busyMs}` }, () =>
    heartbeat(agent.app, agent.me, { mayRegister: false, busyMs }),
  );
  checkLease(here, agent);
}

/** SessionEnd and `instance unregister`, SubagentStop. */
export async function leave(here: World, agent: Agent): Promise<void> {
  const { findings, book, records } = here;
  const record = agent.record();
  if (record === undefined) return;
  const id = record.instance_id;
  const children = [...records.values()].filter((other) => other.parent === id).map((other) => other.instance_id);
  const step = { what: "leave", ends: new Set([id, ...children]) };
  await act(here, agent, step, async () => {
    if (record.parent === null) await unregister(agent.app, record);
    else await endInstance(agent.app, id);
  });
  const kept = [...book.keys()].filter((key) => [...book.path(key).held.values()].some((held) => held.holder === id));
  const isEmpty = kept.length === 0 || here.timing.pause !== undefined;
  findings.check("cleanup removes the gone and nobody else", isEmpty, () => `${id} has left locks`);
  findings.count("sessions that ended");
}

/** `lock cleanup`: whoever was gone when it began, and every lock that had ended then, is gone after. */
export async function clean(here: World, agent: Agent): Promise<void> {
  const { findings, book, records, clock } = here;
  const gone = goneNow(here);
  const jumps = clock.jumps();
  // Across a boot the wall clock tells: where that was set back meanwhile, what was over need not have been at the look.
  const isSure = (then: Stamp | undefined): boolean =>
    then === undefined || then.boot === clock.now().boot || clock.jumps() === jumps;
  const renewed = ({ holder, renewed: own }: Held) => [own, records.get(holder)?.pinged] as const;
  const over = [...book.keys()].flatMap((key) =>
    [...book.path(key).held.values()]
      .filter((held) => book.leftMs(held) <= 0)
      .map((held) => ({ key, held, last: renewed(held) })),
  );
  const done = await act(here, agent, { what: "cleanup" }, () => cleanUp(agent.app));
  if (!done.ok) return;
  findings.count("instances cleaned up", done.value.removed_instances.length);
  const rule = "cleanup removes the gone and nobody else";
  const left = gone.filter(
    (record) => records.get(record.instance_id) === record && (record.process !== null || isSure(record.pinged)),
  );
  findings.check(rule, left.length === 0, () => `${left[0]?.instance_id} is still there`);
  // One that came to live again with its holder's lease was not over when it was looked at, even if it is now.
  const kept = over.filter(
    ({ key, held, last }) =>
      book.path(key).held.get(held.lockId) === held &&
      renewed(held).every((moment, n) => moment === last[n]) &&
      (held.process !== null || renewed(held).every(isSure)),
  );
  findings.check(rule, kept.length === 0, () => `a lock of ${kept[0]?.held.holder} that has ended is still there`);
}

/** Dead, or bound to no process and its lease and locks over. */
function goneNow({ records, machine, clock, config, book }: World): readonly InstanceRecord[] {
  return [...records.values()].filter((record) => {
    if (record.process !== null) return !machine.isAlive(record.process);
    const leaseMs = Math.max(config.staleAfterMs, record.busy_ms) - sinceMs(record.pinged, clock.now());
    return leaseMs <= 0 && [...book.keys()].every((key) => book.mine(key, record.instance_id) === undefined);
  });
}

/** `status`: whoever was dead when it was asked for is not shown. */
export async function status(here: World, agent: Agent): Promise<void> {
  const dead = goneNow(here).filter(({ process }) => process !== null);
  const done = await act(here, agent, { what: "status" }, () => statusReport(agent.app));
  if (!done.ok) return;
  const shown = done.value.instances.filter((one) =>
    dead.some(({ instance_id, process }) => instance_id === one.instance_id && process === one.process),
  );
  here.findings.check(
    "a look shows what is",
    shown.length === 0,
    () => `status shows the dead ${shown[0]?.instance_id}`,
  );
}

/** `decisions add`. */
export async function decide(here: World, agent: Agent, title: string, supersedes: string | undefined): Promise<void> {
  const { decisions, findings } = here;
  const before = decisions.at(-1);
  const request = {
    me: agent.me,
    category: "architecture",
    newCategory: false,
    title,
    description: "In full",
    supersedes,
  };
  const done = await act(here, agent, { what: `decide ${title}` }, () => addDecision(agent.app, request));
  if (!done.ok) return;
  const { decision_id } = done.value.record;
  const rule = "every acknowledged decision is there once, in order";
  findings.check(rule, !decisions.includes(decision_id), () => `${decision_id} was given out before`);
  findings.check(
    rule,
    !decisions.some((id) => numberOf(id) === numberOf(decision_id)),
    () => `${decision_id}: its number was given out before`,
  );
  // A clock that was set back to another day begins with that day's numbers.
  const sameDay = before !== undefined && dayOf(before) === dayOf(decision_id);
  findings.check(rule, !sameDay || numberOf(decision_id) > numberOf(before), () => `${decision_id} after ${before}`);
  findings.check(
    rule,
    supersedes === undefined || numberOf(decision_id) > numberOf(supersedes),
    () => `${decision_id} supersedes ${supersedes}`,
  );
  decisions.push(decision_id);
  findings.count("decisions");
}

function dayOf(id: string): string {
  return id.split("-")[1] ?? "";
}

/** Day and number as one: IDs grow in both. */
function numberOf(id: string): number {
  const [, day = "", number = ""] = id.split("-");
  return Number(day) * 1_000_000 + Number(number);
}

/** At the end: the log holds exactly what was acknowledged, newest first. */
export async function checkDecisions(here: World, agent: Agent): Promise<void> {
  const done = await act(here, agent, { what: "decisions list" }, () =>
    listDecisions(agent.app, ANY_DECISION, 1_000_000),
  );
  if (!done.ok) return;
  const listed = done.value.decisions.map((d) => d.decision_id);
  const wanted = here.decisions.toSorted((a, b) => numberOf(b) - numberOf(a));
  here.findings.check(
    "every acknowledged decision is there once, in order",
    listed.join() === wanted.join(),
    () => `${listed.length} listed of ${wanted.length}`,
  );
}
