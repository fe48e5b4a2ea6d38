/**
 * The lock as a sequential machine, written from DESIGN sections 2 and 4 and from nothing in src: one operation after
 * the other, each with the one answer that it must give. Time does not pass here: locks end by their holders' acts,
 * by force and by death.
 */
import { holding, type Answer, type Asked, type Death } from "./history.ts";

interface Lock {
  readonly holder: string;
  readonly fence: number;
  /** Its holder has died: it bars nobody, and lies there until somebody takes it over. */
  readonly dead: boolean;
}

/** A grant that its holder has not released. */
interface Unreleased {
  readonly fence: number;
  readonly forced: string | null;
}

export interface PathModel {
  /** The newest fence given out. */
  readonly fence: number;
  readonly lock: Lock | null;
  readonly last: { readonly holder: string; readonly fence: number } | null;
  /** Of clients that live, by name, in the order of the names. */
  readonly unreleased: Readonly<Record<string, Unreleased>>;
}

/** By the number of the path; one that is absent was never asked for. */
export type Model = Readonly<Record<number, PathModel>>;

export interface Step {
  readonly model: Model;
  readonly answer: Answer;
}

const UNTOUCHED: PathModel = { fence: 0, lock: null, last: null, unreleased: {} };

function at(model: Model, path: number): PathModel {
  return model[path] ?? UNTOUCHED;
}

function liveLock({ lock }: PathModel): Lock | null {
  return lock === null || lock.dead ? null : lock;
}

export function died(model: Model, { client }: Death): Model {
  return Object.fromEntries(
    Object.entries(model).map(([path, state]) => {
      const lock = state.lock?.holder === client ? { ...state.lock, dead: true } : state.lock;
      return [path, { ...state, lock, unreleased: without(state.unreleased, client) }];
    }),
  );
}

/** The one thing that the operation may do and answer in this state. */
export function perform(model: Model, op: Asked): Step {
  switch (op.verb) {
    case "acquire":
      return acquire(model, op);
    case "release":
      return release(model, op);
    case "renew":
      return { model, answer: renew(model, op) };
    case "check":
      return { model, answer: check(at(model, op.paths[0] ?? 0), op.client) };
    case "force":
      return force(model, op);
  }
  return op.verb satisfies never;
}

/**
 * What an operation that was killed may have left besides nothing: all of it or, of one path, only the ledger, which is
 * written before the lock (RELIABILITY section 3). Then an acquire has used a fence and holds no lock, a release has
 * closed a grant whose lock still stands, and a lock that is to end by force still stands too.
 */
export function leftByKilled(model: Model, op: Asked): readonly Model[] {
  const whole = perform(model, op).model;
  const [path, ...others] = op.paths;
  if (op.verb === "renew" || op.verb === "check" || path === undefined || others.length > 0) return [whole];
  return [whole, { ...whole, [path]: { ...at(whole, path), lock: at(model, path).lock } }];
}

function acquire(model: Model, { client, paths }: Asked): Step {
  const barring = paths.flatMap((path) => {
    const lock = liveLock(at(model, path));
    return lock === null || lock.holder === client ? [] : [holding(lock.holder, lock.fence)];
  });
  if (barring.length > 0) return { model, answer: { is: "held", by: barring } };
  const next: Record<number, PathModel> = { ...model };
  const fences: number[] = [];
  const took: ReturnType<typeof holding>[] = [];
  for (const path of paths) {
    const state = at(model, path);
    const mine = liveLock(state);
    const fence = mine?.fence ?? state.fence + 1;
    fences.push(fence);
    const open = mine === null ? undefined : state.unreleased[client];
    const unreleased = withEntry(state.unreleased, client, open ?? { fence, forced: null });
    if (mine === null) {
      if (state.lock !== null) took.push(holding(state.lock.holder, state.lock.fence));
      const granted = { holder: client, fence };
      next[path] = { fence, lock: { ...granted, dead: false }, last: granted, unreleased };
    } else next[path] = { ...state, unreleased };
  }
  return { model: next, answer: { is: "granted", fences, took } };
}

/** How a client stands to a path. */
function check(state: PathModel, client: string): Answer {
  const lock = liveLock(state);
  if (lock?.holder === client) return { is: "mine", fences: [lock.fence] };
  const by = lock === null ? [] : [holding(lock.holder, lock.fence)];
  const open = state.unreleased[client];
  if (open === undefined) return lock === null ? { is: "free" } : { is: "held", by, holder: lock.holder };
  const { forced } = open;
  if (lock !== null) return { is: "lost", to: lock.holder, by, forced };
  const { last } = state;
  if (last !== null && last.fence > open.fence && last.holder !== client)
    return { is: "lost", to: last.holder, by, forced };
  return { is: "expired", forced };
}

function release(model: Model, { client, paths: [path = 0] }: Asked): Step {
  const state = at(model, path);
  const stake = check(state, client);
  const { is } = stake;
  if (is === "free" || is === "held") return { model, answer: stake };
  const unreleased = without(state.unreleased, client);
  if (is !== "mine") return { model: { ...model, [path]: { ...state, unreleased } }, answer: stake };
  return { model: { ...model, [path]: { ...state, lock: null, unreleased } }, answer: { is: "released" } };
}

function renew(model: Model, { client, paths }: Asked): Answer {
  const fences: number[] = [];
  for (const path of paths) {
    const stake = check(at(model, path), client);
    if (stake.is === "free") return { is: "nothing" };
    if (stake.is !== "mine") return stake;
    fences.push(...(stake.fences ?? []));
  }
  return { is: "renewed", fences };
}

function force(model: Model, { client, paths: [path = 0], target }: Asked): Step {
  const state = at(model, path);
  const lock = liveLock(state);
  if (lock === null) return { model, answer: { is: "free" } };
  if (lock.fence !== target) return { model, answer: { is: "other", by: [holding(lock.holder, lock.fence)] } };
  const open = state.unreleased[lock.holder];
  const unreleased =
    open === undefined
      ? state.unreleased
      : withEntry(state.unreleased, lock.holder, { fence: open.fence, forced: client });
  return { model: { ...model, [path]: { ...state, lock: null, unreleased } }, answer: { is: "released" } };
}

/** Entries in the order of their names, so that equal states are written the same. */
function withEntry(
  entries: PathModel["unreleased"],
  name: string,
  entry: Unreleased,
): Readonly<Record<string, Unreleased>> {
  const all = Object.entries({ ...entries, [name]: entry });
  return Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function without(entries: PathModel["unreleased"], name: string): Readonly<Record<string, Unreleased>> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => key !== name));
}
