/**
 * A state of the lock machine as one text, without what decides nothing: times are ages in steps, fences their ranks,
 * IDs that are drawn by chance and words for people are left out.
 */
import type { Grant } from "../../../src/domain/lock.ts";
import type { LedgerRecord } from "../../../src/domain/ledger.ts";
import type { Stamp } from "../../../src/domain/time.ts";
import { contentOf, instanceName, item, LEASE_STEPS, pathAt, stepOf, type World } from "./world.ts";

const HASHES = new Map<string, number>();
/** More writes than any run makes. */
const MAX_WRITES = 32;
for (let i = 0; i < MAX_WRITES; i += 1) HASHES.set(new Bun.CryptoHasher("sha1").update(contentOf(i)).digest("hex"), i);

export function keyOf(world: World): string {
  const age = (step: number): number => Math.min(world.step - step, LEASE_STEPS + 1);
  const since = (stamp: Stamp): number => age(stepOf(stamp));
  const hash = (text: string | null): number => (text === null ? -1 : (HASHES.get(text) ?? -2));
  const paths = world.truth.map((truth, p) => {
    const { key } = pathAt(p);
    const [lock, ledger] = [world.locks.get(key), world.ledgers.get(key)];
    return { truth, lock, ledger, rank: ranks(truth.lastGrant.fence, truth.open, lock?.grants ?? [], ledger) };
  });
  // All that is of one instance alone; instances are then put in the order of these texts, whatever their names.
  const own = world.agents.map((agent, i) => {
    const id = instanceName(i);
    const record = world.instances.get(id);
    return JSON.stringify([
      [agent.isAlive, agent.life, agent.isAlive ? 0 : age(agent.since), agent.tool, agent.pending],
      age(item(world.signs, i)),
      record && [record.process?.start, since(record.started), since(record.bound), since(record.pinged)],
      paths.map(({ truth, lock, ledger, rank }) => [
        truth.knows[i],
        truth.saw[i],
        truth.unreported[i],
        rank(truth.open[i] ?? 0),
        truth.lastGrant.to === i,
        truth.writers.map((by) => by === i),
        truth.holder?.by === i && [
          truth.holder.life,
          rank(truth.holder.fence),
          truth.holder.until === undefined ? -1 : Math.max(0, truth.holder.until - world.step),
        ],
        lock?.grants.flatMap((g) =>
          g.locked_by.instance_id === id
            ? [g.kind, rank(g.fence), since(g.granted), since(g.renewed), g.ended === null ? -1 : since(g.ended)]
            : [],
        ),
        ledger?.last_grant?.instance_id === id && rank(ledger.last_grant.fence),
        ledger?.writes.flatMap((w) =>
          w.instance_id === id ? [w.process?.start, hash(w.hash), rank(w.fence), since(w.written)] : [],
        ),
        ledger?.grants.flatMap((g) =>
          g.instance_id === id ? [g.process?.start, rank(g.fence), hash(g.hash), g.settled] : [],
        ),
        ledger?.viewers.flatMap((v) => (v.instance_id === id ? [hash(v.hash), rank(v.fence), rank(v.told)] : [])),
      ]),
    ]);
  });
  const common = paths.map(({ truth, ledger, rank }) => [
    ledger === undefined ? -1 : rank(ledger.fence),
    rank(truth.lastGrant.fence),
    truth.isLate,
  ]);
  return JSON.stringify([own.toSorted(), common, world.left]);
}

/** Fences by their order: the rules compare them, and count on from the highest. */
function ranks(
  last: number,
  open: readonly number[],
  grants: readonly Grant[],
  ledger: LedgerRecord | undefined,
): (fence: number) => number {
  const all = new Set([0, last, ...open, ...grants.map((g) => g.fence)]);
  if (ledger !== undefined) {
    all.add(ledger.fence).add(ledger.last_grant?.fence ?? 0);
    for (const w of ledger.writes) all.add(w.fence);
    for (const g of ledger.grants) all.add(g.fence);
    for (const v of ledger.viewers) all.add(v.fence).add(v.told);
  }
  const sorted = [...all].toSorted((a, b) => a - b);
  return (fence) => sorted.indexOf(fence);
}
