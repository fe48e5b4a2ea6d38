/** What holds after any history of one path, however the calls, deaths and pauses fall. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { acquire } from "../../src/domain/acquire.ts";
import { unseenWrite } from "../../src/domain/conflict.ts";
import { pinged, type InstanceRecord } from "../../src/domain/instance.ts";
import { withSeen } from "../../src/domain/ledger.ts";
import { bars, type LockKind } from "../../src/domain/lock.ts";
import type { Verdict } from "../../src/domain/process.ts";
import { recordWrite } from "../../src/domain/record-write.ts";
import { release, stakeOf } from "../../src/domain/release.ts";
import { liveGrants } from "../../src/domain/settle.ts";
import { endToolUse } from "../../src/domain/tool-use.ts";
import { actorOf, type Actor, type Around, type PathState } from "../../src/domain/view.ts";
import { actor, around, at, hashOf, instance, pathId, processRef } from "./samples.ts";

const PATH = pathId("src/a.ts");
const IDS = ["s", "s.1", "s.2", "t", "t.1", "u"] as const;
const SESSIONS = ["s", "t", "u"] as const;
const DAY_MS = 86_400_000;

type Id = (typeof IDS)[number];

type Step =
  | { readonly step: "acquire"; readonly id: Id; readonly kind: LockKind; readonly ttlMs: number | null }
  | { readonly step: "release" | "write" | "heartbeat" | "register" | "unregister" | "tool-end"; readonly id: Id }
  | { readonly step: "kill"; readonly id: (typeof SESSIONS)[number] }
  | { readonly step: "edit" | "clean" | "prune" }
  | { readonly step: "wait"; readonly ms: number };

const id = fc.constantFrom(...IDS);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      step: fc.constant("acquire" as const),
      id,
      kind: fc.constantFrom("tool" as const, "turn" as const, "session" as const, "claim" as const),
      ttlMs: fc.constantFrom(null, 5000, 600_000),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      step: fc.constantFrom(
        "release" as const,
        "write" as const,
        "heartbeat" as const,
        "register" as const,
        "unregister" as const,
        "tool-end" as const,
      ),
      id,
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("kill" as const), id: fc.constantFrom(...SESSIONS) }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constantFrom("edit" as const, "clean" as const, "prune" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 4000, 9000, 11_000, 61_000, 290_000, 301_000),
    }),
  },
);

interface World {
  readonly take: (step: Step) => void;
  readonly register: (name: string) => void;
  readonly edit: () => void;
  readonly actor: (name: string) => Actor;
  readonly around: () => Around;
  readonly hash: () => string;
  readonly state: () => PathState;
  readonly put: (state: PathState) => void;
  readonly check: () => void;
}

/** The path, everybody around it, and the time; each step changes it as a use case would. */
function newWorld(): World {
  const records = new Map<string, InstanceRecord>();
  const dead = new Set<string>();
  let state: PathState = { lock: undefined, ledger: undefined };
  let floor = 0;
  /** The highest fence handed out so far, to anybody, for a grant or a write. */
  let highest = 0;
  let ms = 0;
  let content = 0;
  let lives = 0;

  const put = (next: PathState): void => {
    state = next;
  };
  const hash = (): string => hashOf(`${content}`);
  const edit = (): void => {
    content += 1;
  };
  const actorNow = (name: string): Actor => {
    const record = records.get(name);
    return record === undefined ? actor(name) : actorOf(record);
  };
  const aroundNow = (): Around => {
    const verdicts: Record<string, Verdict> = {};
    for (const [name, { process }] of records) {
      if (process !== null) verdicts[name] = dead.has(process.start) ? "dead" : "alive";
    }
    return around({ now: at(ms), instances: [...records.values()], verdicts, fenceFloor: floor });
  };
  const isAlive = (record: InstanceRecord | undefined): boolean =>
    record !== undefined && record.process !== null && !dead.has(record.process.start);

  // A subagent lives in its session's process; a session that was killed comes back in a new one.
  const register = (name: string): void => {
    if (isAlive(records.get(name))) return;
    const [session = name] = name.split(".");
    if (!isAlive(records.get(session))) {
      lives += 1;
      records.set(session, instance(session, { started: at(ms), process: processRef(lives, `${lives}`) }));
    }
    const { process = null } = records.get(session) ?? {};
    if (name !== session) records.set(name, instance(name, { started: at(ms), process }));
  };

  const take = (step: Step): void => {
    const { lock, ledger } = state;
    switch (step.step) {
      case "wait":
        ms += step.ms;
        return;
      case "edit":
        return edit();
      case "register":
        return register(step.id);
      case "unregister":
        records.delete(step.id);
        return;
      case "kill": {
        const start = records.get(step.id)?.process?.start;
        if (start !== undefined) dead.add(start);
        return;
      }
      case "heartbeat": {
        const record = records.get(step.id);
        if (record !== undefined) records.set(step.id, pinged(record, at(ms)));
        return;
      }
      case "clean": {
        const grants = liveGrants(lock, aroundNow());
        if (lock !== undefined) put({ ledger, lock: grants.length === 0 ? undefined : { ...lock, grants } });
        return;
      }
      case "prune":
        if (lock !== undefined || ledger === undefined) return;
        floor = Math.max(floor, ledger.fence);
        return put({ lock, ledger: undefined });
      case "tool-end":
        if (lock === undefined) return;
        return put({ ledger, lock: endToolUse(lock, actorNow(step.id), `call of ${step.id}`, aroundNow()) });
      case "release":
        return put(release(state, actorNow(step.id), hash(), aroundNow()));
      case "write":
        edit();
        if (ledger === undefined) return;
        return put({ lock, ledger: recordWrite(ledger, actorNow(step.id), hash(), aroundNow()) });
      case "acquire":
        return takeLock(step.id, step.kind, step.ttlMs);
    }
    return step satisfies never;
  };

  const takeLock = (name: string, kind: LockKind, ttlMs: number | null): void => {
    const me = actorNow(name);
    const world = aroundNow();
    const inTheWay = liveGrants(state.lock, world).filter((g) => bars(g, me));
    const what = { path: PATH, me, kind, ttlMs, intent: "", toolUseId: `call of ${name}`, lockId: name };
    const outcome = acquire(state, { ...what, contentHash: hash() }, world);
    expect(outcome.outcome).toBe(inTheWay.length === 0 ? "granted" : "held");
    if (outcome.outcome === "held") {
      expect(outcome.bars.map((bar) => bar.grant)).toEqual(inTheWay);
      for (const bar of outcome.bars) expect(bar.leftMs).toBeGreaterThan(0);
      return;
    }
    if (outcome.fresh) expect(outcome.grant.fence).toBeGreaterThan(highest);
    put({ lock: outcome.lock, ledger: outcome.ledger });
  };

  const check = (): void => {
    const { lock, ledger } = state;
    const world = aroundNow();
    const live = liveGrants(lock, world);
    const sessions = live.filter((g) => g.parent === null);
    const subagents = live.filter((g) => g.parent !== null);
    expect([sessions.length, subagents.length].filter((n) => n > 1)).toEqual([]);
    if (live.length === 2) expect(subagents[0]?.parent).toBe(sessions[0]?.locked_by.instance_id ?? "");
    const mine = IDS.filter((name) => stakeOf(state, actorNow(name), world).stake === "mine");
    expect(mine.map(String).toSorted()).toEqual(live.map((g) => g.locked_by.instance_id).toSorted());
    const top = ledger?.fence ?? floor;
    const given = [...(lock?.grants ?? []), ...(ledger?.writes ?? [])].map((g) => g.fence);
    expect(top).toBeGreaterThanOrEqual(Math.max(highest, ...given));
    highest = top;
  };

  return { take, register, edit, actor: actorNow, around: aroundNow, hash, state: () => state, put, check };
}

function lived(history: readonly Step[]): World {
  const world = newWorld();
  for (const name of IDS) world.register(name);
  for (const step of history) {
    world.take(step);
    world.check();
  }
  return world;
}

const histories = fc.array(steps, { maxLength: 60, size: "max" });

test("a path has at most one live grant of a session and one of its subagents, and its fences only grow", () => {
  fc.assert(
    fc.property(histories, (history) => void lived(history)),
    { numRuns: 1500 },
  );
});

test("nothing that happened keeps a path from being granted a day later", () => {
  fc.assert(
    fc.property(histories, id, (history, name) => {
      const world = lived(history);
      world.take({ step: "wait", ms: DAY_MS });
      world.register(name);
      world.take({ step: "acquire", id: name, kind: "claim", ttlMs: null });
      expect(stakeOf(world.state(), world.actor(name), world.around()).stake).toBe("mine");
    }),
    { numRuns: 300 },
  );
});

test("no change by formatters, editors or the user hides a foreign write from one who has not seen it", () => {
  fc.assert(
    fc.property(histories, fc.nat({ max: 5 }), (history, edits) => {
      const world = lived(history);
      for (const name of ["s", "t"]) world.register(name);
      world.take({ step: "wait", ms: DAY_MS });
      world.take({ step: "acquire", id: "t", kind: "turn", ttlMs: null });
      const { ledger } = world.state();
      if (ledger === undefined) throw new Error("no ledger");
      world.put({ ...world.state(), ledger: withSeen(ledger, "s", world.hash()) });
      world.take({ step: "write", id: "t" });
      for (let i = 0; i < edits; i += 1) world.edit();
      const known = world.state().ledger;
      const found =
        known === undefined ? undefined : unseenWrite(known, world.actor("s"), world.hash(), world.around());
      expect(found?.instance_id).toBe("t");
    }),
    { numRuns: 300 },
  );
});
