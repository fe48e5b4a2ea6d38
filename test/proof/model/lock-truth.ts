/**
 * What must hold of every answer, by what has truly happened and not by the records: DESIGN sections 2, 4 and 5. Each
 * rule answers with what was wrong, and with the truth after the step.
 */
import { lastWrite } from "../../../src/domain/ledger.ts";
import type { Outcome } from "./world-run.ts";
import {
  changed,
  contentOf,
  instanceIndex,
  instanceName,
  item,
  LEASE_STEPS,
  pathAt,
  TOOL_STEPS,
  type HolderTruth,
  type PathTruth,
  type Pending,
  type World,
} from "./world.ts";

/** What was wrong; nothing when it is empty. */
export type Wrongs = string[];

/** The holder of a path, if its lock has not ended by time or with its process. */
export function liveHolder(world: World, truth: PathTruth): HolderTruth | undefined {
  const { holder } = truth;
  if (holder === undefined) return undefined;
  const { isAlive, life } = item(world.agents, holder.by);
  if (!isAlive || life !== holder.life) return undefined;
  const until = holder.until ?? item(world.signs, holder.by) + LEASE_STEPS;
  return world.step < until ? holder : undefined;
}

/** Others' writes that an instance has neither seen nor been told of. */
function foreign(truth: PathTruth, i: number): readonly number[] {
  return truth.writers.slice(item(truth.knows, i)).filter((by) => by !== i);
}

function knowsAll(truth: PathTruth, i: number, saw: boolean): PathTruth {
  const knows = changed(truth.knows, i, () => truth.writers.length);
  return { ...truth, knows, saw: changed(truth.saw, i, (old) => old || saw) };
}

/** The truth of one path after instance `i` got this outcome. `before` is the world that the use case ran on. */
export function after(
  before: World,
  then: World,
  i: number,
  p: number,
  pending: Pending,
  outcome: Outcome,
  wrongs: Wrongs,
): PathTruth {
  const old = item(before.truth, p);
  const live = liveHolder(before, old);
  switch (outcome.is) {
    case "granted":
    case "conflict": {
      toldRightly(old, i, outcome.is === "granted" ? outcome.warned : outcome.by, wrongs);
      const settled = { ...old, unreported: old.unreported.map((is, k) => is && k === i) };
      namesTheWriter(then, settled, i, p, wrongs);
      const told = outcome.is === "conflict" || (outcome.warned !== undefined && pending.verb === "check");
      const known = told ? knowsAll(settled, i, false) : settled;
      return outcome.is === "granted" ? granted(before, then, known, i, p, pending, live, wrongs) : known;
    }
    case "held":
      if (live === undefined || instanceName(live.by) !== outcome.by || live.by === i)
        wrongs.push(`${instanceName(i)} is refused because of ${outcome.by}, who holds nothing`);
      return old;
    case "stake":
      return staked(before, old, i, pending, outcome.stake, live, wrongs);
    case "seen":
      if (outcome.counts && pending.observed[p] !== old.writers.length)
        wrongs.push(`${instanceName(i)} counts as having seen what it has not`);
      return outcome.counts ? knowsAll(old, i, true) : old;
    case "removed":
      return old;
    case "done":
      return reported(before, old, i, p, pending, live);
  }
  return outcome satisfies never;
}

/** A conflict is told exactly when there is an unseen foreign write; of a path never seen, it may be passed over. */
function toldRightly(truth: PathTruth, i: number, by: string | undefined, wrongs: Wrongs): void {
  if (truth.isLate) return;
  const unseen = foreign(truth, i);
  if (by === undefined && item(truth.saw, i) && unseen.length > 0)
    wrongs.push(`${instanceName(i)} is not told of the write of ${instanceName(item(unseen, 0))}`);
  if (by !== undefined && !unseen.includes(instanceIndex(by)))
    wrongs.push(`${instanceName(i)} is told of a write of ${by} that it knows`);
}

function namesTheWriter(then: World, truth: PathTruth, i: number, p: number, wrongs: Wrongs): void {
  const by = truth.writers.at(-1);
  const ledger = then.ledgers.get(pathAt(p).key);
  if (truth.isLate || by === undefined || item(truth.unreported, i)) return;
  const write = ledger === undefined ? undefined : lastWrite(ledger);
  const hash = new Bun.CryptoHasher("sha1").update(contentOf(truth.writers.length)).digest("hex");
  if (write?.instance_id !== instanceName(by) || write.hash !== hash)
    wrongs.push(`the ledger names ${write?.instance_id ?? "nobody"} for the write of ${instanceName(by)}`);
}

function granted(
  before: World,
  then: World,
  truth: PathTruth,
  i: number,
  p: number,
  { verb }: Pending,
  live: HolderTruth | undefined,
  wrongs: Wrongs,
): PathTruth {
  if (live !== undefined && live.by !== i)
    wrongs.push(`${instanceName(i)} is granted what ${instanceName(live.by)} still holds`);
  const grants = then.locks.get(pathAt(p).key)?.grants ?? [];
  const mine = grants.find((g) => g.locked_by.instance_id === instanceName(i));
  if (mine === undefined || grants.length > 1) wrongs.push(`a path with ${grants.length} grants`);
  const fence = mine?.fence ?? 0;
  const isAgain = live?.by === i;
  if (isAgain ? fence !== live.fence : fence <= truth.lastGrant.fence)
    wrongs.push(`the fence ${fence} after ${truth.lastGrant.fence}`);
  const isClaim = verb === "claim" || (isAgain && live.until === undefined);
  const { life } = item(before.agents, i);
  return {
    ...truth,
    holder: { by: i, life, fence, until: isClaim ? undefined : before.step + TOOL_STEPS },
    open: changed(truth.open, i, () => fence),
    lastGrant: { to: i, fence },
  };
}

/** Exit codes 0, 10, 11 and 12 of DESIGN section 4. */
function staked(
  before: World,
  truth: PathTruth,
  i: number,
  { verb }: Pending,
  stake: string,
  live: HolderTruth | undefined,
  wrongs: Wrongs,
): PathTruth {
  const open = item(truth.open, i);
  const isPassedOn =
    (live !== undefined && live.by !== i) || (truth.lastGrant.to !== i && truth.lastGrant.fence > open);
  const isMine = live?.by === i;
  const gone = open > 0 ? (isPassedOn ? "lost" : "expired") : live === undefined ? "free" : "held";
  const expected = isMine ? "mine" : gone;
  if (stake !== expected) wrongs.push(`${instanceName(i)} is told "${stake}" at ${verb}, in place of "${expected}"`);
  if (verb === "release") return givenBack(truth, i, isMine);
  if (!isMine || live.until === undefined) return truth;
  return { ...truth, holder: { ...live, until: before.step + TOOL_STEPS } };
}

/** Giving back under a lock that still holds reports what was written under it. */
function givenBack(truth: PathTruth, i: number, wasMine: boolean): PathTruth {
  const told = wasMine && item(truth.unreported, i) ? knowsAll(truth, i, true) : truth;
  return {
    ...told,
    unreported: changed(told.unreported, i, () => false),
    open: changed(told.open, i, () => 0),
    holder: truth.holder?.by === i ? undefined : truth.holder,
  };
}

function reported(
  before: World,
  old: PathTruth,
  i: number,
  p: number,
  { verb }: Pending,
  live: HolderTruth | undefined,
): PathTruth {
  const isMine = live?.by === i;
  if (verb === "end batch") {
    const grants = before.locks.get(pathAt(p).key)?.grants ?? [];
    const hasTool = grants.some((g) => g.locked_by.instance_id === instanceName(i) && g.kind === "tool");
    return hasTool && before.instances.has(instanceName(i)) ? givenBack(old, i, isMine) : old;
  }
  if (verb !== "record") return old;
  const unreported = changed(old.unreported, i, () => false);
  if (!isMine) {
    const isKnown = before.instances.has(instanceName(i)) || item(old.open, i) > 0;
    return { ...old, unreported, isLate: true, open: isKnown ? changed(old.open, i, () => 0) : old.open };
  }
  const until = live.until === undefined ? undefined : Math.min(live.until, before.step + 1);
  return { ...knowsAll(old, i, true), unreported, holder: { ...live, until } };
}
