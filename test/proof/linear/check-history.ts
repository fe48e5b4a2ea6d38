/**
 * Is there an order of the operations, one at a time, each between its call and its return, in which the lock model
 * gives every one of these answers? Wing and Gong (1993) with Lowe's (2017) just-in-time linearization: all
 * configurations (a state of the model, and which of the calls under way have taken effect) are carried along the
 * history, and calls are let take effect only when a return needs it. Equal configurations are one. The history is
 * explained as long as there is a configuration, so the first return that leaves none ends the shortest prefix that
 * cannot be explained.
 */
import type { Answer, Operation } from "./history.ts";
import { died, leftByKilled, perform, type Model } from "./lock-model.ts";

export interface Explained {
  readonly ok: true;
  /** The most configurations that were carried at once. */
  readonly widest: number;
}

/** From a moment at which there was only one possible state, the operations after it have no order that explains them. */
export interface Unexplained {
  readonly ok: false;
  readonly from: Model;
  /** In the order of their calls. */
  readonly operations: readonly Operation[];
  /** The one whose answer cannot be. */
  readonly culprit: Operation;
  /** What could have been the state right before its return. */
  readonly states: readonly Model[];
  /** The whole history up to there has so many operations. */
  readonly prefix: number;
}

interface Configuration {
  readonly model: Model;
  /** The calls under way that have taken effect. */
  readonly done: ReadonlySet<number>;
}

interface Moment {
  readonly at: number;
  readonly what: "call" | "return";
  readonly op: number;
}

export function checkHistory(history: readonly Operation[]): Explained | Unexplained {
  const open = new Set<number>();
  let configurations: readonly Configuration[] = [{ model: {}, done: new Set() }];
  let certain = { model: configurations[0]?.model ?? {}, calls: 0 };
  const called: Operation[] = [];
  let widest = 1;
  for (const { what, op: n } of momentsOf(history)) {
    const op = history[n];
    if (op === undefined) continue;
    if (what === "call") {
      open.add(n);
      called.push(op);
      continue;
    }
    const effective = returned(history, configurations, open, n);
    const isCut = op.verb !== "die" && op.answer === undefined;
    const after = isCut ? united([...effective, ...configurations.filter(({ done }) => !done.has(n))]) : effective;
    if (after.length === 0) {
      const states = new Map(configurations.map(({ model }) => [JSON.stringify(model), model]));
      const operations = called.slice(certain.calls);
      return {
        ok: false,
        from: certain.model,
        operations,
        culprit: op,
        states: [...states.values()],
        prefix: called.length,
      };
    }
    open.delete(n);
    configurations = after;
    // A process that has ended does nothing any more: what it left unanswered has happened by now, or never will.
    if (op.verb === "die") configurations = forgotten(history, configurations, open, op.client);
    widest = Math.max(widest, configurations.length);
    const [only] = configurations;
    if (configurations.length === 1 && open.size === 0 && only !== undefined)
      certain = { model: only.model, calls: called.length };
  }
  return { ok: true, widest };
}

/** Calls before returns at the same moment: then they count as having overlapped. */
function momentsOf(history: readonly Operation[]): readonly Moment[] {
  const moments: Moment[] = history.flatMap((op, n) => [
    { at: op.from, what: "call" as const, op: n },
    ...(op.until === undefined ? [] : [{ at: op.until, what: "return" as const, op: n }]),
  ]);
  return moments.toSorted((a, b) => a.at - b.at || (a.what === b.what ? 0 : a.what === "call" ? -1 : 1));
}

/** The configurations after the return of `n`: in each of them it has taken effect. */
function returned(
  history: readonly Operation[],
  before: readonly Configuration[],
  open: ReadonlySet<number>,
  n: number,
): readonly Configuration[] {
  const known = new Set<string>();
  const after = new Map<string, Configuration>();
  const left: Configuration[] = [...before];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.done.has(n)) {
      const done = new Set(next.done);
      done.delete(n);
      after.set(keyOf(next.model, done), { model: next.model, done });
      continue;
    }
    for (const other of open) {
      const op = history[other];
      if (op === undefined || next.done.has(other) || isDead(history, next.done, op)) continue;
      for (const model of effects(next.model, op)) {
        const done = new Set(next.done).add(other);
        const key = keyOf(model, done);
        if (known.has(key)) continue;
        known.add(key);
        left.push({ model, done });
      }
    }
  }
  return [...after.values()];
}

function united(configurations: readonly Configuration[]): readonly Configuration[] {
  return [...new Map(configurations.map((one) => [keyOf(one.model, one.done), one])).values()];
}

/** The states that the operation may leave, answering as it did. */
function effects(model: Model, op: Operation): readonly Model[] {
  if (op.verb === "die") return [died(model, op)];
  if (op.answer === undefined) return leftByKilled(model, op);
  if (op.answer.is === "busy") return [model];
  const step = perform(model, op);
  return agrees(step.answer, op.answer) ? [step.model] : [];
}

/** True where the death of the client has taken effect: then it does nothing any more. */
function isDead(history: readonly Operation[], done: ReadonlySet<number>, op: Operation): boolean {
  for (const n of done) {
    const other = history[n];
    if (other?.verb === "die" && other.client === op.client) return true;
  }
  return false;
}

function forgotten(
  history: readonly Operation[],
  configurations: readonly Configuration[],
  open: Set<number>,
  client: string,
): readonly Configuration[] {
  const gone = [...open].filter((n) => history[n]?.client === client);
  for (const n of gone) open.delete(n);
  return united(
    configurations.map(({ model, done }) => ({ model, done: new Set([...done].filter((n) => !gone.includes(n))) })),
  );
}

function agrees(wanted: Answer, told: Answer): boolean {
  if (wanted.is !== told.is) return false;
  const fields = ["fences", "by", "holder", "took", "to", "forced"] as const;
  return fields.every((field) => told[field] === undefined || same(wanted[field], told[field]));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const keys = new WeakMap<Model, string>();

function keyOf(model: Model, done: ReadonlySet<number>): string {
  let text = keys.get(model);
  if (text === undefined) {
    text = JSON.stringify(model);
    keys.set(model, text);
  }
  return `${[...done].toSorted((a, b) => a - b).join()} ${text}`;
}
