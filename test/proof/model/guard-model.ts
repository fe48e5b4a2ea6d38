/**
 * Processes that contend for one guard, each of them the real code, in every order of their steps, with crashes.
 *
 * A state: the disk; for each process where it stands in its automaton and, while it lists, which tokens have been there
 * all the time and which at some time since (a listing is not atomic; it begins with the step before it, because an earlier
 * beginning only allows more); and what is left of the crashes, lost answers and copies.
 */
import type { ProcessRef } from "../../../src/domain/process.ts";
import { callText } from "./calls.ts";
import { tokenOf, type Breaking } from "./contender.ts";
import type { Emit, Space, Words } from "./explore.ts";
import { freshOneGetsIn } from "./fresh-one.ts";
import { answersOn, localSteps, type Arrival } from "./local-steps.ts";
import { applied, bitCount, diskOf, type Effect } from "./shared-disk.ts";
import { slotTable } from "./slots.ts";
import { images, orders } from "./symmetry.ts";

export interface Scenario {
  readonly processes: readonly ProcessRef[];
  readonly breaking: Breaking;
  /** How many of the processes may die. */
  readonly crashes: number;
  /** Whether there is a guard with a free token at the start, nothing at all, or a guard that is empty. */
  readonly begins: "free" | "without" | "empty";
  /** How many renames may happen and be answered with ENOENT all the same. */
  readonly lostAnswers: number;
  /** How often a tool may lay a copy into the guard: `free`, or the token of one who has died. */
  readonly copies: number;
  /** How many listings may fail with EIO. */
  readonly failures: number;
  /**
   * Whether processes that have ended or died come back, without end, each as a new one. It takes the old one's name,
   * which stands for one never used before as soon as nobody remembers it and the disk does not hold it.
   */
  readonly again: boolean;
  /** The process that must have died before the one with this number starts: a later one may have its pid. */
  readonly startsAfter: Readonly<Record<number, number>>;
  /** Whether states that differ by the names of processes only count as one. */
  readonly symmetric: boolean;
  /** "rules": the token is looked at too. "harm": only what its users feel. */
  readonly watched: "rules" | "harm";
}

export const PLAIN: Omit<Scenario, "processes" | "crashes"> = {
  breaking: (ports) => ports,
  begins: "free",
  lostAnswers: 0,
  copies: 0,
  failures: 0,
  again: false,
  startsAfter: {},
  symmetric: true,
  watched: "rules",
};

/** Processes of one machine. */
export function neighbours(count: number): readonly ProcessRef[] {
  return Array.from({ length: count }, (_, i) => ({
    host: "h",
    boot: "b",
    pidns: "1",
    pid: 101 + i,
    start: `${11 + i}`,
  }));
}

export interface GuardModel extends Space {
  /** How often the real code was run to learn what a process does. */
  readonly runs: number;
}

export function guardModel(scenario: Scenario): GuardModel {
  const { processes, breaking } = scenario;
  const n = processes.length;
  const disk = diskOf(processes.map(tokenOf));
  const startsOf = (pid: number): readonly string[] => processes.flatMap((p) => (p.pid === pid ? [p.start] : []));
  const answers = answersOn(disk, startsOf, scenario.failures > 0);
  const locals = processes.map((ref) => localSteps({ ref, breaking }, processes, disk, answers));
  const local = (i: number) => locals[i] ?? raise();

  // Bits of the word that all share, above those of the disk.
  const FRESH = n + 2;
  const COPIES = FRESH + n;
  const LOSSES = COPIES + 2;
  const CRASHES = LOSSES + 2;
  const FAILURES = CRASHES + 2;
  const LOST = 1 << (FAILURES + 2);
  const named = (1 << COPIES) - 1;
  const onDisk = (1 << FRESH) - 1;
  const left = (shared: number, what: number): number => (shared >> what) % 4;

  const kinds = processes.map((p, i) =>
    scenario.symmetric && Object.keys(scenario.startsAfter).length === 0 ? [p.host, p.boot, p.pidns].join(" ") : `${i}`,
  );
  const allOrders = orders(kinds);
  const nodeImages = allOrders.map((order) =>
    processes.map((_, i) => {
      const moved = new Map<string, string>();
      for (const [k, at] of order.entries()) {
        const [from, to] = [processes[k] ?? raise(), processes[at] ?? raise()];
        moved.set(tokenOf(from), tokenOf(to)).set(from.start, to.start);
      }
      const renamed = (answer: string): string =>
        answer
          .split("/")
          .map((part) => moved.get(part) ?? part)
          .join("/");
      return images(local(i).automaton, local(order[i] ?? 0).automaton, renamed);
    }),
  );
  const slots = slotTable(allOrders, nodeImages);
  const sharedImages = allOrders.map((order) => {
    const table = new Uint32Array(named + 1);
    for (let shared = 0; shared < table.length; shared += 1) {
      let moved = shared & ~(disk.tokens & ~1) & ~(((1 << n) - 1) << FRESH);
      for (const [i, to] of order.entries()) {
        if ((shared & (2 << i)) !== 0) moved |= 2 << to;
        if ((shared & (1 << (FRESH + i))) !== 0) moved |= 1 << (FRESH + to);
      }
      table[shared] = moved;
    }
    return table;
  });

  const words = n + 1;
  const scratch: Words = new Uint32Array(words);
  const canonical = (state: Words, into: Words): void => {
    into.set(state);
    for (let o = 1; o < allOrders.length; o += 1) {
      const order = allOrders[o] ?? raise();
      const shared = state[n] ?? 0;
      scratch[n] = (shared & ~named) | (sharedImages[o]?.[shared & named] ?? 0);
      for (let i = 0; i < n; i += 1) scratch[order[i] ?? 0] = slots.image(o, state[i] ?? 0);
      for (let w = 0; w < words; w += 1) {
        const [a, b] = [scratch[w] ?? 0, into[w] ?? 0];
        if (a > b) break;
        if (a < b) {
          into.set(scratch);
          break;
        }
      }
    }
  };

  const isDead = (state: Words, i: number): boolean => slots.nodeOf(state[i] ?? 0) === slots.CRASHED;
  const isGone = (state: Words, i: number): boolean => slots.nodeOf(state[i] ?? 0) < 0;
  const hasStarted = (state: Words, i: number): boolean => {
    const after = scenario.startsAfter[i];
    return after === undefined || isDead(state, after);
  };
  /** What process `by` hears of a pid: whoever has it now in its own namespace. */
  const facts = (state: Words, by: number, pid: number): string => {
    const me = processes[by] ?? raise();
    for (const [i, p] of processes.entries()) {
      const isThere = p.pid === pid && p.host === me.host && p.boot === me.boot && p.pidns === me.pidns;
      if (isThere && !isDead(state, i) && hasStarted(state, i)) return p.start;
    }
    return "no";
  };

  const to: Words = new Uint32Array(words);
  const next = (state: Words, emit: Emit, telling: boolean): void => {
    const shared = state[n] ?? 0;
    const arrive = (i: number, arrivals: readonly Arrival[], after: number, fair: boolean, label: string): void => {
      for (const { node, gaveUp } of arrivals) {
        to.set(state);
        to[n] = after;
        const tokens = after & disk.tokens;
        if (tokens !== (shared & disk.tokens)) slots.noteAll(to, n, i, tokens);
        to[i] =
          local(i).endAt(node) === "done" || gaveUp ? slots.gone(i) : slots.at(i, node, tokens, isListing(i, node));
        emit(to, fair && !gaveUp, telling && gaveUp ? `${label}, gives up` : label);
      }
    };
    const act = (i: number, node: number, answer: string, after: number, fair = true): void => {
      const what = local(i).callAt(node);
      const label = telling && what !== undefined ? told(i, callText(what), answer) : "";
      arrive(i, local(i).after(node, answer, after & disk.tokens), after, fair, label);
    };

    for (let i = 0; i < n; i += 1) {
      const slot = state[i] ?? 0;
      const node = slots.nodeOf(slot);
      if (node < 0 && scenario.again && !isRemembered(state, i)) {
        to.set(state);
        to[i] = slots.at(i, 0, 0, false);
        emit(to, false, `${i}: a new process comes`);
      }
      if (node < 0 || !hasStarted(state, i)) continue;
      const call = local(i).callAt(node);
      if (left(shared, CRASHES) > 0) {
        to.set(state);
        to[i] = slots.crashed(i);
        to[n] = (shared - (1 << CRASHES)) & ~(1 << (FRESH + i));
        emit(to, false, `${i}: dies`);
      }
      if (call === undefined) continue;
      const effect: Effect | undefined = applied(disk, shared & onDisk, call, i);
      if (effect !== undefined) {
        const after = (shared & ~onDisk) | effect.after;
        act(i, node, effect.answer, after);
        if (call.call === "rename" && effect.answer === "" && left(shared, LOSSES) > 0)
          act(i, node, "ENOENT", after - (1 << LOSSES), false);
        continue;
      }
      switch (call.call) {
        case "list":
          for (const list of slots.listings(slot, () =>
            local(i).listings(node, slots.stable(slot), slots.touched(slot)),
          ))
            act(i, node, list, shared);
          if (left(shared, FAILURES) > 0) act(i, node, "EIO", shared - (1 << FAILURES), false);
          break;
        case "facts":
          act(i, node, facts(state, i, call.pid), shared);
          break;
        case "age":
          act(i, node, "young", shared);
          act(i, node, "old", shared, false);
          break;
        case "read":
          act(i, node, "", shared | (1 << (FRESH + i)));
          break;
        case "write": {
          const isFresh = (shared & (1 << (FRESH + i))) !== 0;
          const after = shared & ~(((1 << n) - 1) << FRESH);
          act(i, node, "", isFresh ? after : after | LOST);
          break;
        }
        default:
          throw new Error(`Nobody answers ${callText(call)}`);
      }
    }
    if (left(shared, COPIES) === 0 || (shared & disk.folder) === 0) return;
    const copy = (token: number, what: string): void => {
      if ((shared & token) !== 0) return;
      to.set(state);
      to[n] = (shared | token) - (1 << COPIES);
      slots.noteAll(to, n, -1, (shared | token) & disk.tokens);
      emit(to, false, `a tool copies ${what} into the guard`);
    };
    copy(1, "`free`");
    for (let i = 0; i < n; i += 1) if (isDead(state, i)) copy(2 << i, `held.${i}`);
  };
  /** Whether the disk has its token, or somebody at work may still come to speak of it. */
  const isRemembered = (state: Words, k: number): boolean => {
    const token = 2 << k;
    if (((state[n] ?? 0) & token) !== 0) return true;
    for (let i = 0; i < n; i += 1) {
      const slot = state[i] ?? 0;
      const node = slots.nodeOf(slot);
      if (i === k || node < 0) continue;
      if ((slots.touched(slot) & token) !== 0 || (local(i).mentions(node) & token) !== 0) return true;
    }
    return false;
  };
  const isListing = (i: number, node: number): boolean => local(i).callAt(node)?.call === "list";
  const told = (i: number, call: string, answer: string): string => {
    let text = `${i}: ${call}: ${answer === "" ? "done" : answer}`;
    for (const [k, p] of processes.entries()) text = text.replaceAll(tokenOf(p), `held.${k}`);
    return text;
  };

  const broken = (state: Words): string | undefined => {
    const shared = state[n] ?? 0;
    if ((shared & LOST) !== 0) return "an increment is lost";
    let inside = 0;
    for (let i = 0; i < n; i += 1) {
      const node = slots.nodeOf(state[i] ?? 0);
      if (node < 0) continue;
      if (local(i).isInside(node)) inside += 1;
      const end = local(i).endAt(node);
      const isExcused = scenario.lostAnswers > left(shared, LOSSES) || scenario.failures > left(shared, FAILURES);
      if (end !== undefined && !isExcused) return `a process ends with ${end}`;
    }
    if (inside > 1) return `${inside} holders at once`;
    if (scenario.watched === "harm" || scenario.copies > left(shared, COPIES)) return undefined;
    const tokens = bitCount(shared & disk.tokens);
    return (shared & disk.folder) === 0 || tokens === 1 ? undefined : `${tokens} tokens`;
  };

  const start: Words = new Uint32Array(words);
  const found = { free: disk.folder | 1, empty: disk.folder, without: 0 }[scenario.begins];
  const shared = found | (scenario.copies << COPIES);
  start[n] =
    shared | (scenario.lostAnswers << LOSSES) | (scenario.crashes << CRASHES) | (scenario.failures << FAILURES);
  for (let i = 0; i < n; i += 1) start[i] = slots.at(i, 0, 0, false);

  const ways = new Map<string, boolean>();
  const isOver = (state: Words): boolean => {
    let dead = 0;
    for (let i = 0; i < n; i += 1) {
      const hasEnded = isGone(state, i) || local(i).endAt(slots.nodeOf(state[i] ?? 0)) !== undefined;
      if (!hasEnded && hasStarted(state, i)) return false;
      if (isDead(state, i)) dead |= 1 << i;
    }
    const key = `${(state[n] ?? 0) & onDisk} ${dead}`;
    const known = ways.get(key);
    if (known !== undefined) return known;
    const isIn = freshOneGetsIn(disk, (state[n] ?? 0) & onDisk, breaking, (pid) => facts(state, 0, pid));
    ways.set(key, isIn);
    return isIn;
  };

  const runs = locals.reduce((sum, { automaton }) => sum + automaton.runs, 0);
  return { words, start, next, canonical, broken, isOver, runs };
}

function raise(): never {
  throw new Error("There is no such process");
}
