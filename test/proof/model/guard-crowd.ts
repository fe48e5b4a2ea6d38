/**
 * Those who contend for the guard, each of them the real code as an automaton, and what can be told of a state of them:
 * a word for where each of them stands, and the word that they share.
 */
import { tokenOf } from "./contender.ts";
import type { Words } from "./explore.ts";
import type { Scenario } from "./guard-scenario.ts";
import { guardWord, type GuardWord } from "./guard-word.ts";
import { answersOn, localSteps, type Local } from "./local-steps.ts";
import { diskOf, type Disk } from "./shared-disk.ts";
import { slotTable, type SlotTable } from "./slots.ts";
import { images, orders, type Order } from "./symmetry.ts";

export interface Crowd {
  readonly scenario: Scenario;
  readonly disk: Disk;
  readonly word: GuardWord;
  /** What process i does. */
  readonly local: (i: number) => Local;
  readonly slots: SlotTable;
  /** Every way in which processes of one kind can change places. */
  readonly orders: readonly Order[];
  readonly isDead: (state: Words, i: number) => boolean;
  /** It has died, or has ended. */
  readonly isGone: (state: Words, i: number) => boolean;
  readonly hasStarted: (state: Words, i: number) => boolean;
  /** What process `by` hears of a pid: whoever has it now in its own namespace. */
  readonly facts: (state: Words, by: number, pid: number) => string;
  /** Whether the disk has the token of process k, or somebody at work may still come to speak of it. */
  readonly isRemembered: (state: Words, k: number) => boolean;
  /** How often the real code was run to learn what a process does. */
  readonly runs: number;
}

export function crowdOf(scenario: Scenario): Crowd {
  const { processes, breaking } = scenario;
  const n = processes.length;
  const disk = diskOf(processes.map(tokenOf));
  const startsOf = (pid: number): readonly string[] => processes.flatMap((p) => (p.pid === pid ? [p.start] : []));
  const answers = answersOn(disk, startsOf, scenario.failures > 0);
  const locals = processes.map((ref) => localSteps({ ref, breaking }, processes, disk, answers));
  const local = (i: number) => locals[i] ?? raise();

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

  const isDead = (state: Words, i: number): boolean => slots.nodeOf(state[i] ?? 0) === slots.CRASHED;
  const isGone = (state: Words, i: number): boolean => slots.nodeOf(state[i] ?? 0) < 0;
  const hasStarted = (state: Words, i: number): boolean => {
    const after = scenario.startsAfter[i];
    return after === undefined || isDead(state, after);
  };
  const facts = (state: Words, by: number, pid: number): string => {
    const me = processes[by] ?? raise();
    for (const [i, p] of processes.entries()) {
      const isThere = p.pid === pid && p.host === me.host && p.boot === me.boot && p.pidns === me.pidns;
      if (isThere && !isDead(state, i) && hasStarted(state, i)) return p.start;
    }
    return "no";
  };
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

  const runs = locals.reduce((sum, { automaton }) => sum + automaton.runs, 0);
  const word = guardWord(n);
  return {
    scenario,
    disk,
    word,
    local,
    slots,
    orders: allOrders,
    isDead,
    isGone,
    hasStarted,
    facts,
    isRemembered,
    runs,
  };
}

function raise(): never {
  throw new Error("There is no such process");
}
