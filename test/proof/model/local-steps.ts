/** A process among others: its automaton, what it may answer to a listing, and the steps that nobody else can notice. */
import { learn, type Answers, type Automaton } from "./automaton.ts";
import type { ProcessRef } from "../../../src/domain/process.ts";
import type { Call } from "./calls.ts";
import { tokenOf, type Contender } from "./contender.ts";
import { bitCount, type Disk } from "./shared-disk.ts";

/** Where a process gets to by an answer. */
export interface Arrival {
  readonly node: number;
  /** It has given up on the way, at its deadline. */
  readonly gaveUp: boolean;
}

export interface Local {
  readonly automaton: Automaton;
  readonly callAt: (node: number) => Call | undefined;
  /** The end of a node that has no call. */
  readonly endAt: (node: number) => string | undefined;
  /** In the critical section: it has the guard and has not begun to give it back. */
  readonly isInside: (node: number) => boolean;
  /** The tokens of those whom it may still come to speak of before it lists again. */
  readonly mentions: (node: number) => number;
  /** Where an answer leads, with the tokens then on the disk: on through what nobody can notice. */
  readonly after: (node: number, answer: string, tokens: number) => readonly Arrival[];
  /** All that a listing may answer: what was there all the time, and any of what was there at some time, in any order. */
  readonly listings: (node: number, stable: number, touched: number) => readonly string[];
}

/** Every order of every subset. */
function arrangements(names: readonly string[]): readonly string[] {
  const all: string[] = [];
  const extend = (chosen: readonly string[]): void => {
    all.push(chosen.join("/"));
    for (const name of names) if (!chosen.includes(name)) extend([...chosen, name]);
  };
  extend([]);
  return all;
}

/** `fails`: a listing may also answer EIO. */
export function answersOn(disk: Disk, starts: (pid: number) => readonly string[], fails = false): Answers {
  const lists = [...arrangements(disk.names), ...(fails ? ["EIO"] : [])];
  return (call) => {
    switch (call.call) {
      case "rename":
        return call.to === "guard" ? ["", "ENOTEMPTY", "ENOENT"] : ["", "ENOENT"];
      case "look":
        return ["yes", "no"];
      case "list":
        return lists;
      case "unlink":
        return ["", "ENOENT"];
      case "create":
        return ["", "EEXIST", "ENOENT"];
      case "facts":
        return ["no", ...starts(call.pid)];
      case "clock":
        return ["early", "late"];
      case "age":
        return ["old", "young"];
      case "read":
      case "write":
        return [""];
    }
    return call satisfies never;
  };
}

export function localSteps(
  contender: Contender,
  processes: readonly ProcessRef[],
  disk: Disk,
  answers: Answers,
): Local {
  const automaton = learn(contender, answers);
  const calls = automaton.states.map(({ place }) => (place.at === "call" ? place.call : undefined));
  const mine = 1 << disk.names.indexOf(tokenOf(contender.ref));
  const to = (node: number, answer: string): number => {
    const next = automaton.states[node]?.next.get(answer);
    if (next === undefined) throw new Error(`No run has shown what follows "${answer}"`);
    return next;
  };
  const inside = new Set<number>();
  for (const [node, call] of calls.entries()) {
    if (call?.call === "read") inside.add(node);
    if (call?.call === "write") inside.add(node).add(to(node, ""));
  }
  const mentioned = mentions(automaton, processes, disk);
  const masks = new Map(arrangements(disk.names).map((list) => [list, maskOf(disk, list)]));
  const settled = (node: number, tokens: number, gaveUp: boolean): readonly Arrival[] => {
    const call = calls[node];
    if (call?.call === "clock") {
      return [...settled(to(node, "early"), tokens, gaveUp), ...settled(to(node, "late"), tokens, true)];
    }
    // Nobody but its owner makes a token of this name: if it is not there now, it will not be when the call is made.
    if (call?.call === "look" && (tokens & mine) === 0) return settled(to(node, "no"), tokens, gaveUp);
    return [{ node, gaveUp }];
  };
  return {
    automaton,
    callAt: (node) => calls[node],
    endAt: (node) => {
      const place = automaton.states[node]?.place;
      return place?.at === "end" ? place.how : undefined;
    },
    isInside: (node) => inside.has(node),
    mentions: (node) => mentioned[node] ?? 0,
    after: (node, answer, tokens) => settled(to(node, answer), tokens, false),
    listings: (node, stable, touched) => {
      // One answer for each place that it leads to: the shortest.
      const shortest = new Map<number, string>();
      for (const [list, mask] of masks) {
        if ((mask & stable) !== stable || (mask & ~touched) !== 0) continue;
        const next = to(node, list);
        const known = shortest.get(next);
        if (known === undefined || bitCount(mask) < bitCount(masks.get(known) ?? 0)) shortest.set(next, list);
      }
      return [...shortest.values()];
    },
  };
}

function mentions(automaton: Automaton, processes: readonly ProcessRef[], disk: Disk): readonly number[] {
  const own = automaton.states.map(({ place }) => {
    const call = place.at === "call" ? place.call : undefined;
    let mask = 0;
    for (const ref of processes) {
      const token = tokenOf(ref);
      const isNamed =
        call !== undefined &&
        (("name" in call && call.name === token) ||
          ("from" in call && (call.from === token || call.to === token)) ||
          ("pid" in call && call.pid === ref.pid));
      if (isNamed) mask |= 1 << disk.names.indexOf(token);
    }
    return mask;
  });
  for (let more = true; more;) {
    more = false;
    for (const [node, { place, next }] of automaton.states.entries()) {
      if (place.at === "end" || place.call.call === "list") continue;
      const all = [...next.values()].reduce((mask, to) => mask | (own[to] ?? 0), own[node] ?? 0);
      more ||= all !== own[node];
      own[node] = all;
    }
  }
  return own;
}

function maskOf(disk: Disk, list: string): number {
  let mask = 0;
  for (const name of list === "" ? [] : list.split("/")) mask |= 1 << disk.names.indexOf(name);
  return mask;
}
