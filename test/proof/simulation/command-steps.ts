/** What commands call: src/cli/commands/lock-*.ts over virtual time. */
import { EXIT_CODES } from "../../../src/domain/errors.ts";
import { forceReleaseLock } from "../../../src/app/force-release.ts";
import { releaseLock } from "../../../src/app/release-lock.ts";
import { renewLocks } from "../../../src/app/renew-lock.ts";
import { acquireWithin, waitLock } from "../../../src/app/wait-lock.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import { act, reopened, reported, verdictFor } from "./acting.ts";
import { sinceMs } from "./clock.ts";
import type { Verdict } from "./conflict-oracle.ts";
import { isBarredBy, type Held, type Standing } from "./lock-book.ts";
import { PACE_MS, type Agent, type World } from "./world.ts";

const NEVER = new AbortController().signal;
/** What a wait may take past its last look. Milliseconds. */
const LATE_MS = 5;

/** How far a lease may lag behind the last sign of life: DESIGN section 5, `heartbeat`. Milliseconds. */
const LAG_MS = 15_000;

/** The exit code that a release of what stands so must have: DESIGN section 4. */
const RELEASE_CODE: Readonly<Record<Standing, number>> = { mine: 0, free: 0, held: 10, expired: 11, lost: 12 };

function codeOf(
  done: { readonly ok: true } | { readonly ok: false; readonly error: { readonly code: keyof typeof EXIT_CODES } },
): number {
  return done.ok ? 0 : EXIT_CODES[done.error.code];
}

/** `lock acquire`. `waitMs` undefined: not at all. */
export async function acquire(
  here: World,
  agent: Agent,
  names: readonly string[],
  ttlMs: number | undefined,
  waitMs: number | undefined,
): Promise<boolean> {
  const { findings, book, config, clock } = here;
  const paths = names.map((name) => here.path(name));
  const began = clock.now();
  const verdicts = new Map<string, Verdict>();
  let owned: readonly string[] = [];
  const step = {
    what: `acquire ${names.join(" ")} ttl ${ttlMs} wait ${waitMs}`,
    look: () => {
      for (const { key } of paths) verdicts.set(key, verdictFor(here, agent, key));
      owned = paths.map(({ key }) => key).filter((key) => book.mine(key, agent.who().instance_id) !== undefined);
    },
    decided: (answer: unknown) => {
      if (!isAcquired(answer)) return;
      checkWaited(here, agent, names, began);
      for (const { key, file_path } of paths) {
        const { instance_id } = agent.who();
        if (owned.includes(key) && book.path(key).open.has(instance_id)) reported(here, instance_id, key, "lock");
        const mine = book.mine(key, instance_id);
        if (mine !== undefined) reopened(here, key, mine);
        const promised = mine?.kind === "tool" ? 0 : (mine?.ttlMs ?? config.ttlMs - LAG_MS);
        checkLife(here, file_path, mine, promised);
      }
    },
  };
  const share = { app: agent.app, me: agent.me, paths: names };
  const done = await act(here, agent, step, () => acquireWithin([share], { intent: "", ttlMs }, waitMs, NEVER));
  const who = agent.who();
  if (!done.ok) {
    findings.check(
      "10, 11 and 12 tell the truth",
      codeOf(done) === 10,
      () => `acquire ${names.join()}: ${codeOf(done)}`,
    );
    checkWaited(here, agent, names, began);
    return false;
  }
  findings.count(waitMs === undefined ? "claims" : "claims after a wait");
  for (const { typed, by } of done.value?.unseen ?? []) {
    const verdict = verdicts.get(here.path(typed).key);
    findings.check(
      "nothing else is reported",
      verdict?.mayName.has(by) === true,
      () => `${typed}: ${who.instance_id} is told of ${by} on acquiring`,
    );
  }
  return true;
}

function checkLife({ book, findings }: World, name: string, mine: Held | undefined, promisedMs: number): void {
  const left = mine === undefined ? 0 : book.leftMs(mine);
  findings.check("a grant lasts as long as promised", left >= promisedMs, () => `${name}: ${left} of ${promisedMs} ms`);
}

function isAcquired(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "locks" in answer;
}

/** Whoever waits gets what it waits for at the first look after it is free: so it was never free for longer than the pace of looks. */
function checkWaited(here: World, agent: Agent, names: readonly string[], { mono_ms, boot }: Stamp): void {
  const { timing, clock, book, findings } = here;
  if (names.length > 1 || timing.pause !== undefined || boot !== clock.now().boot) return;
  const [name = ""] = names;
  const gap = book.longestGapMs(here.path(name).key, agent.who(), mono_ms, timing.blockedMs ?? (() => 0));
  const rule = "nobody waits for ever";
  findings.check(rule, gap <= PACE_MS + LATE_MS, () => `${name} was free for ${gap} ms while ${agent.me.id} waited`);
}

/** `lock wait`. */
export async function wait(here: World, agent: Agent, name: string, timeoutMs: number): Promise<void> {
  const { book, clock, findings } = here;
  const began = clock.now();
  const { key } = here.path(name);
  let isFree = false;
  let wasFree = false;
  const step = {
    what: `wait ${name} ${timeoutMs}`,
    look: () => {
      [wasFree, isFree] = [isFree, book.barring(key, agent.who()).length === 0];
      if (isFree && !wasFree) checkWaited(here, agent, [name], began);
    },
  };
  const done = await act(here, agent, step, () => waitLock(agent.app, agent.me, name, timeoutMs));
  if (!done.ok) {
    checkWaited(here, agent, [name], began);
    return;
  }
  findings.count("waits that were worth it");
  findings.check("a look shows what is", wasFree || isFree, () => `${name} is not free`);
}

/** `lock release`. */
export async function release(here: World, agent: Agent, name: string): Promise<void> {
  const { book, findings } = here;
  const { key } = here.path(name);
  let who = agent.who();
  let standing: Standing = "free";
  const ends = new Set<string>();
  const step = {
    what: `release ${name}`,
    ends,
    look: () => {
      who = agent.who();
      ends.add(who.instance_id);
      standing = book.standing(key, who);
    },
    decided: () => {
      book.path(key).open.delete(who.instance_id);
    },
  };
  const done = await act(here, agent, step, () => releaseLock(agent.app, agent.me, name));
  const code = codeOf(done);
  findings.count(`release ${code}`);
  const want = RELEASE_CODE[standing];
  findings.check("10, 11 and 12 tell the truth", code === want, () => `release ${name}: ${code} instead of ${want}`);
}

/** `lock renew`. */
export async function renew(here: World, agent: Agent, name: string, ttlMs: number | undefined): Promise<void> {
  const { book, findings, config, machine, clock } = here;
  const { key } = here.path(name);
  let who = agent.who();
  let want = 0;
  const step = {
    what: `renew ${name} ${ttlMs}`,
    look: () => {
      who = agent.who();
      const standing = book.standing(key, who);
      want = standing === "free" ? (isStale() ? 13 : 11) : RELEASE_CODE[standing];
    },
    decided: () => {
      const mine = book.mine(key, who.instance_id);
      const promised = mine?.kind === "tool" ? config.toolTtlMs : (mine?.ttlMs ?? config.ttlMs);
      if (want === 0) checkLife(here, name, mine, promised);
    },
  };
  const isStale = (): boolean => {
    const record = agent.record();
    if (record === undefined) return true;
    if (record.process !== null) return !machine.isAlive(record.process);
    return Math.max(config.staleAfterMs, record.busy_ms) - sinceMs(record.pinged, clock.now()) <= 0;
  };
  const share = { app: agent.app, me: agent.me, paths: [name] };
  const done = await act(here, agent, step, () => renewLocks(share, ttlMs));
  const code = codeOf(done);
  findings.count(`renew ${code}`);
  findings.check("10, 11 and 12 tell the truth", code === want, () => `renew ${name}: ${code} instead of ${want}`);
}

/** `lock release --force --lock-id` of whatever bars this instance, or of a lock that is gone. */
export async function force(here: World, agent: Agent, name: string, isStale: boolean): Promise<void> {
  const { book, findings } = here;
  const { key } = here.path(name);
  const who = agent.who();
  const [bar] = [...book.path(key).held.values()].filter((held) => isBarredBy(held, who));
  if (bar === undefined) return;
  const lockId = isStale ? "gone-1-1" : bar.lockId;
  let inForce = false;
  let isFree = false;
  let isDone = false;
  const step = {
    what: `force ${name} ${lockId}`,
    forces: lockId,
    look: () => {
      if (isDone) return;
      const held = book.path(key).held.get(lockId);
      inForce = held !== undefined && book.leftMs(held) > 0;
      isFree = [...book.path(key).held.values()].every((other) => book.leftMs(other) <= 0);
    },
    decided: () => {
      isDone = true;
      const life = here.records.get(bar.holder)?.started;
      if (inForce) here.forced.push({ id: bar.holder, path: name, by: who.instance_id, life, isTold: false });
    },
  };
  const done = await act(here, agent, step, () => forceReleaseLock(agent.app, agent.me, name, lockId));
  const want = inForce || isFree ? 0 : 10;
  findings.count(inForce ? "locks ended by force" : "nothing to end by force");
  findings.check(
    "10, 11 and 12 tell the truth",
    codeOf(done) === want,
    () => `force ${name}: ${codeOf(done)} instead of ${want}`,
  );
}
