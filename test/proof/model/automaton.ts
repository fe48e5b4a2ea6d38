/**
 * All that one process can ever do, found by running the real code on every history of answers.
 *
 * Histories are endless, so two places are folded. A round of `acquire` that ends without the token, where the clock says
 * "early", leads to the top of the loop: all that is left of the round is `blocker`, `copies` and `round`, which go into
 * the words of an error, into `Held.copies` and into the length of a pause. And a token that was got leads to the same
 * place however it was got: `takenFrom` is only handed on. The tests unfold both and get the same automaton.
 *
 * Histories after which the process does the same for ever are one state (partition refinement, as for any automaton).
 */
import { callText, LOCK_FILE, type Call } from "./calls.ts";
import { follow, tokenOf, type Contender, type Place } from "./contender.ts";

export interface LocalState {
  readonly place: Place;
  /** By answer. Empty at an end. */
  readonly next: ReadonlyMap<string, number>;
}

export interface Automaton {
  /** State 0 is the start. */
  readonly states: readonly LocalState[];
  /** How often the real code was run. */
  readonly runs: number;
}

/** Every answer that a call can get, whatever the others do. */
export type Answers = (call: Call) => readonly string[];

interface Node {
  readonly place: Place;
  readonly next: Map<string, number>;
}

export interface Folds {
  /** So many rounds of `acquire` are gone through before the loop is folded. */
  readonly rounds: number;
  /** All ways to a token are one. */
  readonly takes: boolean;
}

export const FOLDED: Folds = { rounds: 1, takes: true };

export function learn(contender: Contender, answers: Answers, folds: Folds = FOLDED): Automaton {
  const nodes: Node[] = [{ place: follow(contender, []), next: new Map() }];
  const histories: (readonly string[])[] = [[]];
  const mine = tokenOf(contender.ref);
  let got: number | undefined;
  const target = (call: Call, history: readonly string[], answer: string): number => {
    const round = 1 + history.filter((old) => old === EARLY).length;
    if (call.call === "clock" && answer === EARLY && round >= folds.rounds) return 0;
    const isTake = folds.takes && isGot(call, answer, mine);
    if (isTake && got !== undefined) return got;
    const id = nodes.length;
    if (isTake) got = id;
    nodes.push({ place: follow(contender, [...history, answer]), next: new Map() });
    histories.push([...history, answer]);
    return id;
  };
  for (let id = 0; id < nodes.length; id += 1) {
    const [node, history] = [nodes[id], histories[id]];
    if (node === undefined || history === undefined || node.place.at === "end") continue;
    const { call } = node.place;
    for (const answer of answers(call)) node.next.set(answer, target(call, history, answer));
  }
  return { states: merged(nodes), runs: nodes.length };
}

const EARLY = "early";

function isGot(call: Call, answer: string, mine: string): boolean {
  if (call.call === "rename") return call.to === mine && answer === "";
  if (call.call === "create") return (call.name === mine || call.name === LOCK_FILE) && answer === "";
  return call.call === "look" && answer === "yes";
}

/** True when two automata do the same for ever, whatever their states are called. */
export function sameBehaviour(a: Automaton, b: Automaton): boolean {
  const pairs: [number, number][] = [[0, 0]];
  const met = new Set(["0 0"]);
  for (const [i, k] of pairs) {
    const [one, other] = [a.states[i], b.states[k]];
    if (one === undefined || other === undefined || placeText(one.place) !== placeText(other.place)) return false;
    for (const [answer, to] of one.next) {
      const also = other.next.get(answer);
      if (also === undefined) return false;
      const pair = `${to} ${also}`;
      if (!met.has(pair)) pairs.push([to, also]);
      met.add(pair);
    }
  }
  return true;
}

function placeText(place: Place): string {
  return place.at === "end" ? `end ${place.how}` : callText(place.call);
}

function merged(nodes: readonly Node[]): readonly LocalState[] {
  let { ranks: classes, count } = ranked(nodes.map((node) => placeText(node.place)));
  for (;;) {
    const finer = ranked(
      nodes.map((node, i) => `${classes[i]}|${[...node.next].map(([a, to]) => `${a}:${classes[to]}`).join()}`),
    );
    if (finer.count === count) break;
    ({ ranks: classes, count } = finer);
  }
  const states: LocalState[] = [];
  for (const [i, node] of nodes.entries()) {
    const own = classes[i] ?? 0;
    states[own] ??= { place: node.place, next: new Map([...node.next].map(([a, to]) => [a, classes[to] ?? 0])) };
  }
  return states;
}

/** Numbers for texts, in the order of their first appearance. */
function ranked(texts: readonly string[]): { readonly ranks: readonly number[]; readonly count: number } {
  const known = new Map<string, number>();
  const ranks = texts.map((text) => {
    const rank = known.get(text) ?? known.size;
    known.set(text, rank);
    return rank;
  });
  return { ranks, count: known.size };
}
